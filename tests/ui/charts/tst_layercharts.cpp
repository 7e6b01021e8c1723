#include "tests/ui/sample.h"
#include "ui/charts/chartpages.h"
#include "ui/charts/errorchart.h"
#include "ui/charts/plotview.h"
#include "ui/charts/rangechart.h"
#include "ui/charts/sparsitychart.h"
#include "ui/layers/layerpanel.h"
#include "ui/window/mainwindow.h"

#include <QTabBar>

using namespace lathe;
using namespace lathe::ui;
using namespace lathe::test;

class TstLayerCharts : public QObject {
    Q_OBJECT
private slots:
    void initTestCase();

    void ranges_tellTheChannelUnderThePointer();
    void ranges_ofThousandsAreDrawnTogether();
    void ranges_csvHasOneRowForEachChannel();
    void sparsity_leavesKernelsOutWithoutAny();
    void sparsity_tellsExactAndNear();
    void errors_tellOutputFromWeight();
    void errors_clickAndKeysChooseTheLayer();
    void untouchedModel_hasNoErrorsToShow();
    void window_pagesFollowTheLayer();

private:
    template <class Chart>
    static void show(Chart &chart)
    {
        chart.resize(480, 260);
        chart.show();
        QVERIFY(QTest::qWaitForWindowExposed(&chart));
        QCoreApplication::processEvents();
    }
    static QWidget *viewport(const QWidget &chart) { return chart.findChild<PlotView *>()->viewport(); }
};

void TstLayerCharts::initTestCase()
{
    startClean();
    applyTheme(Scheme::Light);
}

void TstLayerCharts::ranges_tellTheChannelUnderThePointer()
{
    RangeChart chart;
    QVERIFY(chart.isEmpty());
    chart.setBoxes({{-1, -0.5F, 0, 0.5F, 1}, {-2, -1, 0, 1, 2}, {-3, -1, 0, 1, 3}}, {}, "conv1");
    show(chart);
    QTest::mouseMove(viewport(chart), chart.positionOf(1).toPoint());
    QVERIFY(chart.hoverText().first().contains("channel 1"));
    QVERIFY(chart.hoverText().join('|').contains("2"));
    QCOMPARE(chart.channelsPerMark(), 1);
    chart.clear();
    QVERIFY(chart.isEmpty());
    QVERIFY(chart.hoverText().isEmpty());
}

void TstLayerCharts::ranges_ofThousandsAreDrawnTogether()
{
    RangeChart chart;
    const std::vector<ChannelBox> many(20000, {-1, -0.5F, 0, 0.5F, 1});
    chart.setBoxes(many, many, "embedding");
    show(chart);
    QVERIFY(chart.channelsPerMark() > 100);
    QVERIFY(!chart.grab().isNull());
}

void TstLayerCharts::ranges_csvHasOneRowForEachChannel()
{
    RangeChart chart;
    chart.setBoxes({{-1, -0.5F, 0, 0.5F, 1}}, {{-1, 0, 0, 0, 1}}, "a");
    QCOMPARE(chart.csv().split('\n').value(1), QString("0,-1,-0.5,0,0.5,1,-1,0,0,0,1"));
}

void TstLayerCharts::sparsity_leavesKernelsOutWithoutAny()
{
    SparsityChart chart;
    chart.setSparsity({.element = 0.25}, {}, false, "fc");
    QCOMPARE(chart.csv(), QString("granularity,original,compressed\nelement,0.25,\nrow,0,\ncolumn,0,\n"));
    chart.setSparsity({.element = 0.25}, Sparsity{.element = 0.5, .kernel = 0.125}, true, "conv");
    QVERIFY(chart.csv().contains("\nkernel,0,0.125\nchannel,0,0\n"));
}

void TstLayerCharts::sparsity_tellsExactAndNear()
{
    SparsityChart chart;
    chart.setSparsity({.element = 0.25, .nearElement = 0.3}, Sparsity{.element = 0.5}, true, "conv");
    show(chart);
    QTest::mouseMove(viewport(chart), chart.positionOf(0).toPoint());
    const QString text = chart.hoverText().join('|');
    QVERIFY2(text.contains("25.0") && text.contains("30.0") && text.contains("50.0"), qPrintable(text));
}

void TstLayerCharts::errors_tellOutputFromWeight()
{
    ErrorChart chart;
    chart.setErrors({{"a", 0.01, true}, {"b", 0.1, false}, {"c", {}, false}, {"d", 0.0, true}});
    show(chart);
    QVERIFY(!chart.grab().isNull());
    QTest::mouseMove(viewport(chart), chart.positionOf(0).toPoint() + QPoint(0, 4));
    QVERIFY(chart.hoverText().join('|').contains("40.0 dB"));
    QVERIFY(chart.hoverText().join('|').contains("output error"));
    QVERIFY(chart.csv().contains("\"b\",0.1,-20,weight\n\"c\",,,\n"));
}

void TstLayerCharts::errors_clickAndKeysChooseTheLayer()
{
    ErrorChart chart;
    chart.setErrors({{"a", 0.01, true}, {"b", 0.1, false}, {"c", 0.2, true}});
    show(chart);
    QSignalSpy chosen(&chart, &ErrorChart::layerClicked);
    QTest::mouseClick(viewport(chart), Qt::LeftButton, {}, chart.positionOf(1).toPoint() + QPoint(0, 4));
    QCOMPARE(chosen.takeFirst().first().toInt(), 1);
    chart.setSelected({1});
    auto *view = chart.findChild<PlotView *>();
    QTest::keyClick(view, Qt::Key_Right);
    QCOMPARE(chosen.takeFirst().first().toInt(), 2);
    chart.setSelected({2});
    QTest::keyClick(view, Qt::Key_Right);
    QVERIFY(chosen.isEmpty()); // the last one
}

void TstLayerCharts::untouchedModel_hasNoErrorsToShow()
{
    ErrorChart chart;
    chart.setErrors({{"a", {}, false}, {"b", {}, false}});
    QVERIFY(chart.isEmpty());
}

void TstLayerCharts::window_pagesFollowTheLayer()
{
    MainWindow window;
    window.resize(1280, 800);
    window.show();
    QVERIFY(openSample(window.workbench()));
    auto *ranges = window.findChild<RangeChart *>();
    auto *sparsity = window.findChild<SparsityChart *>();
    auto *errors = window.findChild<ErrorChart *>();
    const QList<ChartPages *> pages = window.findChildren<ChartPages *>();
    QCOMPARE(pages.size(), 2);
    for (ChartPages *each : pages) {
        QTest::mouseClick(each->tabs(), Qt::LeftButton, {}, each->tabs()->tabRect(1).center());
        QCOMPARE(each->current(), 1);
    }
    QTRY_VERIFY(!ranges->isEmpty());
    QVERIFY(errors->isEmpty());
    window.workbench().editor().applyPreset(presets().first());
    QVERIFY(settle(window.workbench()));
    QTRY_VERIFY(ranges->csv().contains("compressed_minimum"));
    QVERIFY(!errors->isEmpty());
    emit errors->layerClicked(0);
    QCOMPARE(window.findChild<LayerPanel *>()->selectedLayers(), QVector<int>{0});
    for (ChartPages *each : pages)
        QTest::keyClick(each->tabs(), Qt::Key_Right);
    QTRY_VERIFY(sparsity->isVisible() && !sparsity->isEmpty());
}

QTEST_MAIN(TstLayerCharts)
#include "tst_layercharts.moc"
