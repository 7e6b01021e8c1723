#include "tests/support/residualmodel.h"
#include "tests/ui/sample.h"
#include "ui/base/settings.h"
#include "ui/graph/changelegend.h"
#include "ui/graph/graphlegend.h"
#include "ui/graph/graphpanel.h"
#include "ui/graph/nodepanel.h"
#include "ui/layers/layerpanel.h"
#include "ui/style/theme.h"
#include "ui/widgets/infobar.h"
#include "ui/window/dockarea.h"
#include "ui/window/mainwindow.h"

#include <QAccessible>
#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QPicture>
#include <QSignalSpy>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QToolButton>
#include <QtTest>

using namespace lathe;
using namespace lathe::ui;
using namespace lathe::test;

namespace {

Model smallModel()
{
    GraphBuilder b;
    b.input("x", {1, 3, 8, 8}).output("y").random("w", {5, 3, 3, 3}).random("v", {7, 5, 1, 1});
    b.node("Conv", {"x", "w"}, {"c"}, {}, "conv_a").node("Relu", {"c"}, {"r"}, {}, "relu_a");
    b.node("Conv", {"r", "v"}, {"d"}, {}, "conv_b").node("Sigmoid", {"d"}, {"y"}, {}, "end");
    return b.build();
}

struct Shown {
    GraphPanel panel;
    explicit Shown(const Model &model, QSize size = {520, 700})
    {
        panel.resize(size);
        panel.show();
        panel.setModel(model);
        wait();
    }
    bool wait()
    {
        return QTest::qWaitFor([this] { return panel.isLaidOut(); }, patience);
    }
    GraphView *view() { return panel.view(); }
    const GraphScene &scene() { return *panel.view()->scene(); }
    int itemTitled(const QString &text)
    {
        for (size_t i = 0; i < scene().items.size(); ++i)
            if (scene().items[i].title == text || scene().items[i].detail == text)
                return int(i);
        return -1;
    }
    QPoint placeOf(int item) { return view()->toWidget(scene().items[size_t(item)].rect.center()).toPoint(); }
    int blocks()
    {
        int count = 0;
        for (const SceneItem &item : scene().items)
            count += item.block ? 1 : 0;
        return count;
    }
};

} // namespace

class TstGraphPanel : public QObject {
    Q_OBJECT
private slots:
    void initTestCase();
    void noModel_saysWhatWouldAppear();
    void click_selectsTheLayer();
    void controlClick_addsALayer();
    void clickOnABlock_selectsItsLayers();
    void selection_isShown();
    void doubleClick_opensAndBackspaceCloses();
    void blockThatOpens_staysInPlace();
    void find_marksAllAndGoesFromOneToTheNext();
    void findInsideABlock_opensIt();
    void controlF_isTheGraphsOwn();
    void arrows_walkAlongEdges();
    void wheelAndDrag_moveAndZoom();
    void fit_showsAllOfIt();
    void colours_followTheQuantity();
    void colours_goByPowersWhereLayersDifferByFar();
    void blocks_areColouredByTheirSum();
    void legend_saysItsScale();
    void marks_sayWhatTheRecipeChanges();
    void toolTip_namesTheLayer();
    void hostileNames_doNotBreakTheTip();
    void image_isSaved_data();
    void image_isSaved();
    void keyboardUser_hearsWhereHeIs();
    void window_linksTableAndGraph();
    void figuresOnRequest_areMeasuredWhenChosen();
    void figuresOnRequest_needData();
    void tenThousandNodes_areLaidOutAsideAndDrawnInPart();
    void fiftyThousandNodes_areDrawn();
};

void TstGraphPanel::initTestCase()
{
    QStandardPaths::setTestModeEnabled(true);
    Settings().setText("graph/colour", {});
    applyTheme(Scheme::Light);
}

void TstGraphPanel::noModel_saysWhatWouldAppear()
{
    GraphPanel panel;
    QVERIFY(panel.message().contains("Open an ONNX model"));
    QVERIFY(!panel.findChild<QLineEdit *>()->isEnabled());
}

void TstGraphPanel::click_selectsTheLayer()
{
    Shown s(smallModel());
    QCOMPARE(s.panel.message(), QString());
    QSignalSpy spy(&s.panel, &GraphPanel::layersSelected);
    QTest::mouseClick(s.view(), Qt::LeftButton, {}, s.placeOf(s.itemTitled("conv_b")));
    QCOMPARE(spy.size(), 1);
    QCOMPARE(spy[0][0].value<QVector<int>>(), QVector<int>{1});
    QTest::mouseClick(s.view(), Qt::LeftButton, {}, s.placeOf(s.itemTitled("Relu")));
    QCOMPARE(spy.size(), 1); // no layer, so the selection stays
    QCOMPARE(s.view()->currentItem(), s.itemTitled("Relu"));
}

void TstGraphPanel::controlClick_addsALayer()
{
    Shown s(smallModel());
    QSignalSpy spy(&s.panel, &GraphPanel::layersSelected);
    QTest::mouseClick(s.view(), Qt::LeftButton, {}, s.placeOf(s.itemTitled("conv_b")));
    QTest::mouseClick(s.view(), Qt::LeftButton, Qt::ControlModifier, s.placeOf(s.itemTitled("conv_a")));
    QCOMPARE(spy[1][0].value<QVector<int>>(), QVector<int>({0, 1}));
    QTest::mouseClick(s.view(), Qt::LeftButton, Qt::ControlModifier, s.placeOf(s.itemTitled("conv_a")));
    QCOMPARE(spy[2][0].value<QVector<int>>(), QVector<int>{1});
}

void TstGraphPanel::clickOnABlock_selectsItsLayers()
{
    Shown s(residualModel(8));
    QSignalSpy spy(&s.panel, &GraphPanel::layersSelected);
    const int block = s.itemTitled("Residual block");
    QCOMPARE(s.scene().items[size_t(block)].repeats, 8);
    QTest::mouseClick(s.view(), Qt::LeftButton, {}, s.placeOf(block));
    QCOMPARE(spy[0][0].value<QVector<int>>().size(), 16);
}

void TstGraphPanel::selection_isShown()
{
    Shown s(residualModel(8));
    QSignalSpy spy(&s.panel, &GraphPanel::layersSelected);
    s.panel.selectLayers({5});
    QVERIFY(s.view()->marks().selected[size_t(s.itemTitled("Residual block"))]); // it is inside
    s.panel.expandAll();
    QVERIFY(s.wait());
    s.panel.selectLayers({15});
    const int item = s.itemTitled("second_7");
    QVERIFY(s.view()->marks().selected[size_t(item)]);
    QVERIFY2(s.view()->rect().contains(s.placeOf(item)), "the layer is scrolled to");
    QCOMPARE(spy.size(), 0);
}

void TstGraphPanel::doubleClick_opensAndBackspaceCloses()
{
    Shown s(residualModel(8));
    QCOMPARE(s.blocks(), 1);
    QTest::mouseDClick(s.view(), Qt::LeftButton, {}, s.placeOf(s.itemTitled("Residual block")));
    QVERIFY(s.wait());
    QCOMPARE(s.blocks(), 8);
    s.view()->setCurrentItem(3, false);
    QTest::keyClick(s.view(), Qt::Key_Return);
    QVERIFY(s.wait());
    QCOMPARE(s.blocks(), 7);
    const int relu = s.itemTitled("Relu");
    QVERIFY(relu > 0);
    s.view()->setCurrentItem(relu, false);
    QTest::keyClick(s.view(), Qt::Key_Backspace);
    QVERIFY(s.wait());
    QCOMPARE(s.blocks(), 8);
}

void TstGraphPanel::blockThatOpens_staysInPlace()
{
    Shown s(residualModel(8));
    const int block = s.itemTitled("Residual block");
    const QPoint before = s.placeOf(block);
    QTest::mouseDClick(s.view(), Qt::LeftButton, {}, before);
    QVERIFY(s.wait());
    const QPoint after = s.placeOf(block); // the first of those that it held
    QVERIFY2((after - before).manhattanLength() < 4,
             qPrintable(QString("%1 %2").arg(after.y()).arg(before.y())));
}

void TstGraphPanel::find_marksAllAndGoesFromOneToTheNext()
{
    Shown s(smallModel());
    s.panel.find("CONV");
    QCOMPARE(s.panel.hitCount(), 2);
    QCOMPARE(int(std::ranges::count(s.view()->marks().hit, true)), 2);
    auto *box = s.panel.findChild<QLineEdit *>();
    box->setFocus();
    QTest::keyClick(box, Qt::Key_Return);
    QCOMPARE(s.view()->currentItem(), s.itemTitled("conv_a"));
    QTest::keyClick(box, Qt::Key_Return);
    QCOMPARE(s.view()->currentItem(), s.itemTitled("conv_b"));
    QTest::keyClick(box, Qt::Key_Return, Qt::ShiftModifier);
    QCOMPARE(s.view()->currentItem(), s.itemTitled("conv_a"));
    QTest::keyClick(box, Qt::Key_Escape);
    QCOMPARE(s.panel.hitCount(), 0);
    s.panel.find("no such thing");
    QCOMPARE(s.panel.hitCount(), 0);
    s.panel.findNext(true);
}

void TstGraphPanel::findInsideABlock_opensIt()
{
    Shown s(residualModel(8));
    s.panel.find("second_5");
    QCOMPARE(s.panel.hitCount(), 1);
    QVERIFY(s.view()->marks().hit[size_t(s.itemTitled("Residual block"))]);
    s.panel.findNext(true);
    QVERIFY(s.wait());
    const int item = s.itemTitled("second_5");
    QVERIFY(item >= 0);
    QCOMPARE(s.view()->currentItem(), item);
    QVERIFY(s.view()->rect().contains(s.placeOf(item)));
    QCOMPARE(s.panel.hitCount(), 1);
}

void TstGraphPanel::controlF_isTheGraphsOwn()
{
    Shown s(smallModel());
    s.panel.activateWindow();
    QVERIFY(QTest::qWaitForWindowActive(&s.panel));
    s.view()->setFocus();
    QTest::keyClick(s.view(), Qt::Key_F, Qt::ControlModifier);
    QVERIFY(s.panel.findChild<QLineEdit *>()->hasFocus());
}

void TstGraphPanel::arrows_walkAlongEdges()
{
    Shown s(smallModel());
    QSignalSpy spy(&s.panel, &GraphPanel::layersSelected);
    s.view()->setFocus();
    for (const char *expected : {"x", "conv_a", "Relu", "conv_b", "Sigmoid"}) {
        QTest::keyClick(s.view(), Qt::Key_Down);
        const SceneItem &item = s.scene().items[size_t(s.view()->currentItem())];
        QVERIFY2(item.title.startsWith(expected) || item.detail == expected, expected);
    }
    QCOMPARE(spy.size(), 2);
    QTest::keyClick(s.view(), Qt::Key_Up);
    QCOMPARE(s.view()->currentItem(), s.itemTitled("conv_b"));
    QTest::keyClick(s.view(), Qt::Key_End);
    QCOMPARE(s.view()->currentItem(), int(s.scene().items.size()) - 1);
    QTest::keyClick(s.view(), Qt::Key_Home);
    QCOMPARE(s.view()->currentItem(), 0);
}

void TstGraphPanel::wheelAndDrag_moveAndZoom()
{
    Shown s(residualModel(30));
    s.panel.expandAll();
    QVERIFY(s.wait());
    const auto wheel = [&](QPoint angle, Qt::KeyboardModifiers keys) {
        const QPointF at(200, 300);
        QWheelEvent event(at, s.view()->mapToGlobal(at), {}, angle, Qt::NoButton, keys, Qt::NoScrollPhase,
                          false);
        QApplication::sendEvent(s.view(), &event);
    };
    const QPointF top = s.view()->toScene({200, 300});
    wheel({0, -120}, {});
    QVERIFY(s.view()->toScene({200, 300}).y() > top.y());
    const QPointF under = s.view()->toScene({200, 300});
    const double zoom = s.view()->zoom();
    wheel({0, 120}, Qt::ControlModifier);
    QVERIFY(s.view()->zoom() > zoom);
    QVERIFY((s.view()->toScene({200, 300}) - under).manhattanLength() < 0.01);

    QSignalSpy spy(&s.panel, &GraphPanel::layersSelected);
    QTest::mousePress(s.view(), Qt::LeftButton, {}, {200, 300});
    QTest::mouseMove(s.view(), {200, 250});
    QTest::mouseMove(s.view(), {200, 200});
    QTest::mouseRelease(s.view(), Qt::LeftButton, {}, {200, 200});
    QVERIFY((s.view()->toScene({200, 200}) - under).manhattanLength() < 1);
    QCOMPARE(spy.size(), 0); // a drag selects nothing
}

void TstGraphPanel::fit_showsAllOfIt()
{
    Shown s(residualModel(30));
    s.panel.expandAll();
    QVERIFY(s.wait());
    QTest::keyClick(s.view(), Qt::Key_F);
    for (const int item : {0, int(s.scene().items.size()) - 1})
        QVERIFY(s.view()->rect().contains(s.placeOf(item)));
}

void TstGraphPanel::colours_followTheQuantity()
{
    Shown s(smallModel());
    const auto shareOf = [&](const char *name) {
        return s.view()->marks().share[size_t(s.itemTitled(name))];
    };
    s.panel.colourBy("bytes");
    QCOMPARE(shareOf("conv_a"), 1.0F);
    QVERIFY(shareOf("conv_b") < 0.5F);
    QVERIFY(std::isnan(s.view()->marks().share[size_t(s.itemTitled("Relu"))]));
    s.panel.colourBy("macs");
    QVERIFY(s.view()->marks().text[size_t(s.itemTitled("conv_a"))].contains('%'));
    auto *box = s.panel.findChild<QComboBox *>();
    QCOMPARE(box->currentData().toString(), QString("macs"));
    const auto flags = box->model()->index(box->findData("error"), 0).flags();
    QVERIFY2(!(flags & Qt::ItemIsEnabled), "no figures, no choice");
    s.panel.colourBy("bytes");
}

void TstGraphPanel::colours_goByPowersWhereLayersDifferByFar()
{
    GraphBuilder b; // 16, 1024 and 65536 weights: on an even scale the first two would be of one colour
    b.input("x", {1, 4}).output("y").random("u", {4, 4}).random("v", {4, 256}).random("w", {256, 256});
    b.node("MatMul", {"x", "u"}, {"a"}, {}, "small").node("MatMul", {"a", "v"}, {"b"}, {}, "middle");
    b.node("MatMul", {"b", "w"}, {"y"}, {}, "large");
    Shown s(b.build());
    s.panel.colourBy("bytes");
    const auto shareOf = [&](const char *name) {
        return s.view()->marks().share[size_t(s.itemTitled(name))];
    };
    QCOMPARE(shareOf("small"), 0.0F);
    QVERIFY(std::abs(shareOf("middle") - 0.5F) < 1e-5F); // 64 times each
    QCOMPARE(shareOf("large"), 1.0F);
}

void TstGraphPanel::blocks_areColouredByTheirSum()
{
    Shown s(residualModel(8));
    s.panel.colourBy("bytes");
    const auto block = size_t(s.itemTitled("Residual block"));
    QCOMPARE(s.view()->marks().share[block], 1.0F); // sixteen layers, none of which is the largest by far
    QVERIFY(s.view()->marks().share[size_t(s.scene().itemOfLayer(0))] < 1.0F ||
            size_t(s.scene().itemOfLayer(0)) == block);
}

void TstGraphPanel::legend_saysItsScale()
{
    Shown s(residualModel(8), {900, 700});
    s.panel.colourBy("bytes");
    auto *legend = s.panel.findChild<GraphLegend *>();
    QVERIFY(legend->isVisible());
    QVERIFY2(legend->accessibleDescription().startsWith("from "),
             qPrintable(legend->accessibleDescription()));
    QVERIFY(!legend->toolTip().isEmpty());
    GraphQuantity quantity;
    quantity.text = [](double value) { return QString::number(value); };
    legend->setScale(quantity, {1, 10000, true, true}, false);
    QCOMPARE(legend->accessibleDescription(), QString("from 1 by 100 to 10000, log"));
    legend->setScale(quantity, {0, 10, false, true}, false);
    QCOMPARE(legend->accessibleDescription(), QString("from 0 by 5 to 10"));
    QVERIFY(legend->minimumSizeHint().width() < legend->sizeHint().width());
}

void TstGraphPanel::marks_sayWhatTheRecipeChanges()
{
    startClean();
    MainWindow window;
    window.resize(1280, 800);
    window.show();
    window.findChild<DockArea *>()->setPerspective(Perspective::Inspect);
    QVERIFY(openSample(window.workbench()));
    auto *graph = window.findChild<GraphPanel *>();
    auto *legend = graph->findChild<ChangeLegend *>();
    QVERIFY(QTest::qWaitFor([&] { return graph->isLaidOut(); }, patience));
    QVERIFY(!legend->isVisible()); // nothing is changed, so there is nothing to tell apart
    const auto changeOf = [&](int layer) {
        const auto &marks = graph->view()->marks().change;
        const int item = graph->view()->scene()->itemOfLayer(layer);
        return size_t(item) < marks.size() ? marks[size_t(item)] : LayerChange::None;
    };
    Recipe recipe;
    recipe.rules = {parseRule("fc1:rank=8"), parseRule("conv2:bits=4")};
    window.workbench().editor().setRecipe(recipe);
    QTRY_VERIFY_WITH_TIMEOUT(changeOf(3) == LayerChange::Split, patience);
    QCOMPARE(changeOf(1), LayerChange::Replaced);
    QCOMPARE(changeOf(0), LayerChange::None);
    QVERIFY(legend->isVisible());
    QCOMPARE(legend->text(), QString("weights replaced (1), split into several nodes (1)"));
    const int split = graph->view()->scene()->itemOfLayer(3);
    QVERIFY(graph->view()->toolTipOf(split).contains("split into several nodes"));

    graph->showNode(graph->view()->scene()->document->graph.nodeOfLayer[3], false);
    QTRY_VERIFY_WITH_TIMEOUT(graph->nodePanel()->text().contains(QString::fromUtf8("Becomes: 2 × Gemm")),
                             patience);
    graph->showNode(graph->view()->scene()->document->graph.nodeOfLayer[1], false);
    QTRY_VERIFY_WITH_TIMEOUT(graph->nodePanel()->text().contains(QString::fromUtf8("⇒ Conv")), patience);

    graph->showRecipe(false); // the original
    QCOMPARE(changeOf(3), LayerChange::None);
    QVERIFY(!graph->nodePanel()->text().contains("Becomes"));
    graph->showRecipe(true);
    QCOMPARE(changeOf(3), LayerChange::Split);
}

void TstGraphPanel::toolTip_namesTheLayer()
{
    Shown s(smallModel());
    const QString tip = s.view()->toolTipOf(s.itemTitled("conv_a"));
    for (const char *part : {"conv_a", "Conv", "1×3×8×8", "1×5×6×6", "540 B"})
        QVERIFY2(tip.contains(part), qPrintable(tip));
}

void TstGraphPanel::hostileNames_doNotBreakTheTip()
{
    GraphBuilder b;
    b.input("x", {2}).output("y");
    b.node("Relu", {"x"}, {"a"}, {}, std::string(10240, 'n'));
    b.node("Relu", {"a"}, {"b"}, {}, "<b>\n\u540d\u524d \U0001F600</b>");
    b.node("Relu", {"b"}, {"y"}, {}, "\xff\xfe");
    Shown s(b.build());
    for (size_t i = 0; i < s.scene().items.size(); ++i)
        QVERIFY(s.view()->toolTipOf(int(i)).size() < 1200);
    QVERIFY(s.view()->toolTipOf(2).contains("&lt;b&gt;"));
    s.view()->grab();
}

void TstGraphPanel::image_isSaved_data()
{
    QTest::addColumn<QString>("suffix");
    QTest::addColumn<QByteArray>("start");
    QTest::newRow("PNG") << ".png" << QByteArray("\x89PNG");
    QTest::newRow("SVG") << ".svg" << QByteArray("<?xml");
}

void TstGraphPanel::image_isSaved()
{
    QFETCH(QString, suffix);
    QFETCH(QByteArray, start);
    Shown s(smallModel());
    QTemporaryDir folder;
    QSignalSpy spy(&s.panel, &GraphPanel::imageSaved);
    s.panel.saveTo(folder.filePath("graph" + suffix));
    QVERIFY(spy.wait(patience));
    QFile file(folder.filePath("graph" + suffix));
    QVERIFY(file.open(QIODevice::ReadOnly));
    QVERIFY(file.readAll().startsWith(start));
}

void TstGraphPanel::keyboardUser_hearsWhereHeIs()
{
    Shown s(smallModel());
    QVERIFY(!s.view()->accessibleName().isEmpty());
    s.view()->setCurrentItem(s.itemTitled("conv_b"), false);
    QVERIFY(s.view()->accessibleDescription().contains("conv_b"));
    for (QWidget *child : s.panel.findChildren<QToolButton *>())
        QVERIFY(qobject_cast<QLineEdit *>(child->parentWidget()) || !child->accessibleName().isEmpty());
}

void TstGraphPanel::window_linksTableAndGraph()
{
    startClean();
    MainWindow window;
    window.resize(1280, 800);
    window.show();
    window.files().openSample();
    auto *graph = window.findChild<GraphPanel *>();
    auto *table = window.findChild<LayerPanel *>();
    QVERIFY(QTest::qWaitFor([&] { return window.workbench().hasModel() && graph->isLaidOut(); }, patience));
    window.findChild<DockArea *>()->setPerspective(Perspective::Inspect);
    QTest::qWait(50);
    QVERIFY(graph->view()->isVisible());
    table->selectLayers({2});
    const GraphScene &scene = *graph->view()->scene();
    QVERIFY(graph->view()->marks().selected[size_t(scene.itemOfLayer(2))]);
    const int item = scene.itemOfLayer(0);
    graph->view()->reveal(item);
    const QPointF place = graph->view()->toWidget(scene.items[size_t(item)].rect.center());
    QTest::mouseClick(graph->view(), Qt::LeftButton, {}, place.toPoint());
    QCOMPARE(table->selectedLayers(), QVector<int>{0});
    QCOMPARE(window.workbench().focus()->layer(), 0);
}

void TstGraphPanel::figuresOnRequest_areMeasuredWhenChosen()
{
    MainWindow window;
    window.show();
    window.findChild<DockArea *>()->setPerspective(Perspective::Inspect);
    QVERIFY(openSample(window.workbench()));
    auto *graph = window.findChild<GraphPanel *>();
    auto *legend = window.findChild<GraphLegend *>();
    for (const char *id : {"sensitivity", "latency"}) {
        graph->colourBy(id);
        QVERIFY(!legend->isVisible()); // nothing is known yet
        QTRY_VERIFY_WITH_TIMEOUT(legend->isVisible(), patience);
    }
    graph->colourBy("sensitivity");
    QVERIFY(legend->isVisible()); // kept
    graph->colourBy("bytes");
}

void TstGraphPanel::figuresOnRequest_needData()
{
    MainWindow window;
    window.show();
    QTemporaryDir folder;
    QFile::copy(samplePath(), folder.filePath("alone.onnx")); // without its images
    window.workbench().openModel(folder.filePath("alone.onnx"));
    QTRY_VERIFY_WITH_TIMEOUT(window.workbench().hasModel() && window.workbench().isSettled(), patience);
    window.findChild<GraphPanel *>()->colourBy("latency");
    QVERIFY(window.findChild<InfoBar *>()->isVisible());
    window.findChild<GraphPanel *>()->colourBy("bytes");
}

void TstGraphPanel::tenThousandNodes_areLaidOutAsideAndDrawnInPart()
{
    Shown s(residualModel(2500), {900, 800});
    const auto drawn = [&] { // bytes of what a painter is told; it is told of nothing that cannot be seen
        QPicture picture;
        s.view()->render(&picture);
        return picture.size();
    };
    s.panel.expandAll();
    QVERIFY(!s.panel.isLaidOut()); // the layout is made on another thread
    QVERIFY(s.wait());
    QVERIFY(s.scene().items.size() > 10000);
    // However many nodes fall on one row of pixels, no more than a node (some 125 bytes) and its ring (some
    // 360) are seen there; all nodes would take more than twice as much without any ring.
    const quint32 most = 600 * quint32(s.view()->height());
    QVERIFY(125 * s.scene().items.size() > 2 * most);
    const auto check = [&](const char *what) {
        QVERIFY2(drawn() < most, qPrintable(QString("%1: %2 bytes").arg(what).arg(drawn())));
    };
    s.view()->fit();
    check("fitting");
    for (int i = 0; i < 12; ++i) {
        s.view()->setZoom(s.view()->zoom() * 2, {450, 400});
        check("zooming");
    }
    for (int i = 0; i < 5; ++i) {
        QTest::keyClick(s.view(), Qt::Key_PageDown);
        check("paging");
    }
    s.panel.find("conv");
    s.panel.findNext(true);
    check("searching");
    s.panel.selectLayers({4000});
    s.panel.colourBy("macs");
    check("colouring");
    s.view()->fit();
    check("fitting what is found");
    s.panel.collapseAll();
    QVERIFY(s.wait());
    check("collapsing all");
    s.panel.colourBy("bytes");
}

void TstGraphPanel::fiftyThousandNodes_areDrawn()
{
    GraphBuilder b; // all beside each other: no layout by graphviz could be waited for
    b.input("x", {2}).output("y");
    std::vector<std::string> all;
    for (int i = 0; i < 50000; ++i) {
        all.push_back("t" + std::to_string(i));
        b.node("Relu", {"x"}, {all.back()});
    }
    b.node("Concat", all, {"y"}, {{"axis", int64_t(0)}});
    Shown s(b.build());
    QVERIFY(s.panel.isLaidOut());
    QCOMPARE(s.scene().items.size(), size_t(50003));
    bool said = false;
    for (const QLabel *label : s.panel.findChildren<QLabel *>())
        said = said || (label->isVisible() && label->text().contains("plain rows"));
    QVERIFY(said);
    s.view()->fit();
    QVERIFY(!s.view()->grab().isNull());
}

QTEST_MAIN(TstGraphPanel)
#include "tst_graphpanel.moc"
