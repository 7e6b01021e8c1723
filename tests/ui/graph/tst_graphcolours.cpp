// What the graph is coloured by, what its marks say, and the legends to both.
#include "tests/support/residualmodel.h"
#include "tests/ui/graph/showngraph.h"
#include "ui/base/settings.h"
#include "ui/graph/changelegend.h"
#include "ui/graph/graphlegend.h"
#include "ui/graph/graphquantity.h"
#include "ui/style/theme.h"
#include "ui/widgets/infobar.h"
#include "ui/window/dockarea.h"
#include "ui/window/mainwindow.h"

#include <QComboBox>
#include <QTemporaryDir>

#include <cmath>

using namespace lathe;
using namespace lathe::ui;
using namespace lathe::test;

class TstGraphColours : public QObject {
    Q_OBJECT
private slots:
    void initTestCase();
    void colours_followTheQuantity();
    void colours_goByPowersWhereLayersDifferByFar();
    void blocks_areColouredByTheirSum();
    void legend_saysItsScale();
    void texts_canBeReadOnEveryColour_data();
    void texts_canBeReadOnEveryColour();
    void marks_sayWhatTheRecipeChanges();
    void figuresOnRequest_areMeasuredWhenChosen();
    void figuresOnRequest_needData();

private:
    static double contrast(const QColor &a, const QColor &b)
    {
        const auto luminance = [](const QColor &color) {
            const auto linear = [](double c) {
                return c <= 0.03928 ? c / 12.92 : std::pow((c + 0.055) / 1.055, 2.4);
            };
            return 0.2126 * linear(color.redF()) + 0.7152 * linear(color.greenF()) +
                   0.0722 * linear(color.blueF());
        };
        const double low = std::min(luminance(a), luminance(b)), high = std::max(luminance(a), luminance(b));
        return (high + 0.05) / (low + 0.05);
    }
};

void TstGraphColours::initTestCase()
{
    startClean();
    applyTheme(Scheme::Light);
}

void TstGraphColours::colours_followTheQuantity()
{
    ShownGraph s(convModel());
    const auto shareOf = [&](const char *name) { return s.view()->marks().share[size_t(s.itemOf(name))]; };
    s.panel.colourBy("bytes");
    QCOMPARE(shareOf("conv_a"), 1.0F);
    QVERIFY(shareOf("conv_b") < 0.5F);
    QVERIFY(std::isnan(s.view()->marks().share[size_t(s.itemOf("Relu"))]));
    s.panel.colourBy("macs");
    QVERIFY(s.view()->marks().text[size_t(s.itemOf("conv_a"))].contains('%'));
    auto *box = s.panel.findChild<QComboBox *>();
    QCOMPARE(box->currentData().toString(), QString("macs"));
    const auto flags = box->model()->index(box->findData("error"), 0).flags();
    QVERIFY2(!(flags & Qt::ItemIsEnabled), "no figures, no choice");
    s.panel.colourBy("bytes");
}

void TstGraphColours::colours_goByPowersWhereLayersDifferByFar()
{
    GraphBuilder b; // 16, 1024 and 65536 weights: on an even scale the first two would be of one colour
    b.input("x", {1, 4}).output("y").random("u", {4, 4}).random("v", {4, 256}).random("w", {256, 256});
    b.node("MatMul", {"x", "u"}, {"a"}, {}, "small").node("MatMul", {"a", "v"}, {"b"}, {}, "middle");
    b.node("MatMul", {"b", "w"}, {"y"}, {}, "large");
    ShownGraph s(b.build());
    s.panel.colourBy("bytes");
    const auto shareOf = [&](const char *name) { return s.view()->marks().share[size_t(s.itemOf(name))]; };
    QCOMPARE(shareOf("small"), 0.0F);
    QVERIFY(std::abs(shareOf("middle") - 0.5F) < 0.03F); // 64 times each, and a name with each
    QCOMPARE(shareOf("large"), 1.0F);
}

void TstGraphColours::blocks_areColouredByTheirSum()
{
    ShownGraph s(residualModel(8));
    s.panel.colourBy("bytes");
    const auto block = size_t(s.itemOf("Residual block"));
    QCOMPARE(s.view()->marks().share[block], 1.0F); // sixteen layers, none of which is the largest by far
    QVERIFY(s.view()->marks().share[size_t(s.scene().itemOfLayer(0))] < 1.0F ||
            size_t(s.scene().itemOfLayer(0)) == block);
}

void TstGraphColours::texts_canBeReadOnEveryColour_data()
{
    QTest::addColumn<Scheme>("scheme");
    QTest::newRow("light") << Scheme::Light;
    QTest::newRow("dark") << Scheme::Dark;
}

/// As WCAG 2.1 has it for small text, also where figures are outdated and the ramp is grey.
void TstGraphColours::texts_canBeReadOnEveryColour()
{
    QFETCH(Scheme, scheme);
    applyTheme(scheme);
    double least = 21.0;
    for (int i = 0; i <= 1000; ++i) {
        const QColor colour = rampColor(i / 1000.0);
        const int grey = qGray(colour.rgb());
        for (const QColor &paper : {colour, QColor(grey, grey, grey)})
            least = std::min(least, contrast(inkOn(paper), paper));
    }
    applyTheme(Scheme::Light);
    QVERIFY2(least >= 4.5, qPrintable(QString::number(least)));
}

void TstGraphColours::legend_saysItsScale()
{
    ShownGraph s(residualModel(8), {900, 700});
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

void TstGraphColours::marks_sayWhatTheRecipeChanges()
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

void TstGraphColours::figuresOnRequest_areMeasuredWhenChosen()
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

void TstGraphColours::figuresOnRequest_needData()
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

QTEST_MAIN(TstGraphColours)
#include "tst_graphcolours.moc"
