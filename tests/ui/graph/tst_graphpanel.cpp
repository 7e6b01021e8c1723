#include "tests/support/residualmodel.h"
#include "tests/ui/graph/showngraph.h"
#include "ui/base/settings.h"
#include "ui/layers/layerpanel.h"
#include "ui/style/theme.h"
#include "ui/window/dockarea.h"
#include "ui/window/mainwindow.h"

#include <QAccessible>
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
    void lowerView_keepsTheCurrentItemInSight();
    void layers_areNamedAsInTheTable();
    void toolTip_namesTheLayer();
    void hostileNames_doNotBreakTheTip();
    void image_isSaved_data();
    void image_isSaved();
    void keyboardUser_hearsWhereHeIs();
    void window_linksTableAndGraph();
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
    ShownGraph s(convModel());
    QCOMPARE(s.panel.message(), QString());
    QSignalSpy spy(&s.panel, &GraphPanel::layersSelected);
    s.click("conv_b");
    QCOMPARE(spy.size(), 1);
    QCOMPARE(spy[0][0].value<QVector<int>>(), QVector<int>{1});
    s.click("Relu");
    QCOMPARE(spy.size(), 1); // no layer, so the selection stays
    QCOMPARE(s.view()->currentItem(), s.itemOf("Relu"));
}

void TstGraphPanel::controlClick_addsALayer()
{
    ShownGraph s(convModel());
    QSignalSpy spy(&s.panel, &GraphPanel::layersSelected);
    s.click("conv_b");
    s.click("conv_a", Qt::ControlModifier);
    QCOMPARE(spy[1][0].value<QVector<int>>(), QVector<int>({0, 1}));
    s.click("conv_a", Qt::ControlModifier);
    QCOMPARE(spy[2][0].value<QVector<int>>(), QVector<int>{1});
}

void TstGraphPanel::clickOnABlock_selectsItsLayers()
{
    ShownGraph s(residualModel(8));
    QSignalSpy spy(&s.panel, &GraphPanel::layersSelected);
    const int block = s.itemOf("Residual block");
    QCOMPARE(s.scene().items[size_t(block)].repeats, 8);
    QTest::mouseClick(s.view(), Qt::LeftButton, {}, s.placeOf(block));
    QCOMPARE(spy[0][0].value<QVector<int>>().size(), 16);
}

void TstGraphPanel::selection_isShown()
{
    ShownGraph s(residualModel(8));
    QSignalSpy spy(&s.panel, &GraphPanel::layersSelected);
    s.panel.selectLayers({5});
    QVERIFY(s.view()->marks().selected[size_t(s.itemOf("Residual block"))]); // it is inside
    s.panel.expandAll();
    QVERIFY(s.wait());
    s.panel.selectLayers({15});
    const int item = s.itemOf("second_7");
    QVERIFY(s.view()->marks().selected[size_t(item)]);
    QVERIFY2(s.view()->rect().contains(s.placeOf(item)), "the layer is scrolled to");
    QCOMPARE(spy.size(), 0);
}

void TstGraphPanel::doubleClick_opensAndBackspaceCloses()
{
    ShownGraph s(residualModel(8));
    QCOMPARE(s.blocks(), 1);
    QTest::mouseDClick(s.view(), Qt::LeftButton, {}, s.placeOf(s.itemOf("Residual block")));
    QVERIFY(s.wait());
    QCOMPARE(s.blocks(), 8);
    s.view()->setCurrentItem(3, false);
    QTest::keyClick(s.view(), Qt::Key_Return);
    QVERIFY(s.wait());
    QCOMPARE(s.blocks(), 7);
    const int relu = s.itemOf("Relu");
    QVERIFY(relu > 0);
    s.view()->setCurrentItem(relu, false);
    QTest::keyClick(s.view(), Qt::Key_Backspace);
    QVERIFY(s.wait());
    QCOMPARE(s.blocks(), 8);
}

void TstGraphPanel::blockThatOpens_staysInPlace()
{
    ShownGraph s(residualModel(8));
    const int block = s.itemOf("Residual block");
    const QPoint before = s.placeOf(block);
    QTest::mouseDClick(s.view(), Qt::LeftButton, {}, before);
    QVERIFY(s.wait());
    const QPoint after = s.placeOf(block); // the first of those that it held
    QVERIFY2((after - before).manhattanLength() < 4,
             qPrintable(QString("%1 %2").arg(after.y()).arg(before.y())));
}

void TstGraphPanel::find_marksAllAndGoesFromOneToTheNext()
{
    ShownGraph s(convModel());
    s.panel.find("CONV");
    QCOMPARE(s.panel.hitCount(), 2);
    QCOMPARE(int(std::ranges::count(s.view()->marks().hit, true)), 2);
    auto *box = s.panel.findChild<QLineEdit *>();
    box->setFocus();
    QTest::keyClick(box, Qt::Key_Return);
    QCOMPARE(s.view()->currentItem(), s.itemOf("conv_a"));
    QTest::keyClick(box, Qt::Key_Return);
    QCOMPARE(s.view()->currentItem(), s.itemOf("conv_b"));
    QTest::keyClick(box, Qt::Key_Return, Qt::ShiftModifier);
    QCOMPARE(s.view()->currentItem(), s.itemOf("conv_a"));
    QTest::keyClick(box, Qt::Key_Escape);
    QCOMPARE(s.panel.hitCount(), 0);
    s.panel.find("no such thing");
    QCOMPARE(s.panel.hitCount(), 0);
    s.panel.findNext(true);
}

void TstGraphPanel::findInsideABlock_opensIt()
{
    ShownGraph s(residualModel(8));
    s.panel.find("second_5");
    QCOMPARE(s.panel.hitCount(), 1);
    QVERIFY(s.view()->marks().hit[size_t(s.itemOf("Residual block"))]);
    s.panel.findNext(true);
    QVERIFY(s.wait());
    const int item = s.itemOf("second_5");
    QVERIFY(item >= 0);
    QCOMPARE(s.view()->currentItem(), item);
    QVERIFY(s.view()->rect().contains(s.placeOf(item)));
    QCOMPARE(s.panel.hitCount(), 1);
}

void TstGraphPanel::controlF_isTheGraphsOwn()
{
    ShownGraph s(convModel());
    s.panel.activateWindow();
    QVERIFY(QTest::qWaitForWindowActive(&s.panel));
    s.view()->setFocus();
    QTest::keyClick(s.view(), Qt::Key_F, Qt::ControlModifier);
    QVERIFY(s.panel.findChild<QLineEdit *>()->hasFocus());
}

void TstGraphPanel::arrows_walkAlongEdges()
{
    ShownGraph s(convModel());
    QSignalSpy spy(&s.panel, &GraphPanel::layersSelected);
    s.view()->setFocus();
    for (const char *expected : {"x", "conv_a", "Relu", "conv_b", "Sigmoid"}) {
        QTest::keyClick(s.view(), Qt::Key_Down);
        QCOMPARE(s.view()->currentItem(), s.itemOf(expected));
    }
    QCOMPARE(spy.size(), 2);
    QTest::keyClick(s.view(), Qt::Key_Up);
    QCOMPARE(s.view()->currentItem(), s.itemOf("conv_b"));
    QTest::keyClick(s.view(), Qt::Key_End);
    QCOMPARE(s.view()->currentItem(), int(s.scene().items.size()) - 1);
    QTest::keyClick(s.view(), Qt::Key_Home);
    QCOMPARE(s.view()->currentItem(), 0);
}

void TstGraphPanel::wheelAndDrag_moveAndZoom()
{
    ShownGraph s(residualModel(30));
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
    ShownGraph s(residualModel(30));
    s.panel.expandAll();
    QVERIFY(s.wait());
    QTest::keyClick(s.view(), Qt::Key_F);
    for (const int item : {0, int(s.scene().items.size()) - 1})
        QVERIFY(s.view()->rect().contains(s.placeOf(item)));
}

void TstGraphPanel::lowerView_keepsTheCurrentItemInSight()
{
    ShownGraph s(residualModel(30), {520, 900});
    s.panel.expandAll();
    QVERIFY(s.wait());
    s.view()->showTop();
    int lowest = 0; // that is wholly seen
    for (int i = 0; i < int(s.scene().items.size()); ++i)
        if (const QPoint place = s.placeOf(i); place.y() < s.view()->height() - 60 && place.y() > 0)
            lowest = s.placeOf(lowest).y() < place.y() ? i : lowest;
    s.view()->setCurrentItem(lowest, false);
    s.panel.resize(520, 400);
    QCoreApplication::processEvents();
    QVERIFY(s.view()->rect().contains(s.placeOf(lowest)));
}

void TstGraphPanel::layers_areNamedAsInTheTable()
{
    GraphBuilder b;
    b.input("x", {1, 3, 8, 8}).output("y").random("w", {5, 3, 3, 3}).random("v", {7, 5, 1, 1});
    b.node("Conv", {"x", "w"}, {"c"}, {}, "a_backbone_of_many_words/stage1/conv1/fwd");
    b.node("Conv", {"c", "v"}, {"y"}, {}, "a_backbone_of_many_words/stage1/conv2/fwd");
    ShownGraph s(b.build());
    QStringList details;
    for (const SceneItem &item : s.scene().items)
        if (item.isLayer())
            details << item.detail;
    QCOMPARE(details, QStringList({"conv1", "conv2"}));
}

void TstGraphPanel::toolTip_namesTheLayer()
{
    ShownGraph s(convModel());
    const QString tip = s.view()->toolTipOf(s.itemOf("conv_a"));
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
    ShownGraph s(b.build());
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
    ShownGraph s(convModel());
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
    ShownGraph s(convModel());
    QVERIFY(!s.view()->accessibleName().isEmpty());
    s.view()->setCurrentItem(s.itemOf("conv_b"), false);
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
    QTRY_VERIFY(graph->view()->isVisible());
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

void TstGraphPanel::tenThousandNodes_areLaidOutAsideAndDrawnInPart()
{
    ShownGraph s(residualModel(2500), {900, 800});
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
    ShownGraph s(b.build());
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
