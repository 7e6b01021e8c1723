#include "tests/ui/chartpages.h"
#include "tests/ui/sample.h"
#include "ui/charts/errorchart.h"
#include "ui/charts/plotview.h"
#include "ui/charts/rangechart.h"
#include "ui/charts/sparsitychart.h"
#include "ui/charts/storagechart.h"
#include "ui/layers/layerpanel.h"
#include "ui/window/mainwindow.h"

#include <QLabel>

using namespace lathe;
using namespace lathe::ui;
using namespace lathe::test;

class TstLayerCharts : public QObject {
    Q_OBJECT
private slots:
    void init();

    void ranges_tellTheChannelUnderThePointer();
    void ranges_ofThousandsAreDrawnTogether();
    void ranges_csvHasOneRowForEachChannel();
    void ranges_ofLayersTellTheirNames();
    void keys_readRangesAndSparsity();
    void errors_keysTellOfTheLayer();
    void errors_paleWhatIsNotSelected();
    void sparsity_leavesKernelsOutWithoutAny();
    void sparsity_tellsExactAndNear();
    void sparsity_figuresOverlapNothing_data();
    void sparsity_figuresOverlapNothing();
    void errors_axisSaysOfWhat();
    void errors_tellOutputFromWeight();
    void errors_clickAndKeysChooseTheLayer();
    void untouchedModel_hasNoErrorsToShow();
    void storage_tellsBytesBeforeAndAfter();
    void storage_highlightsWhatIsSelected();
    void storage_clickAndKeysChooseTheLayer();
    void storage_ofThousandsOfLayersShowsTheLargest();
    void storage_followsTheRecipe();
    void window_pagesFollowTheLayer();
    void window_tabsBecomeAListWhereTheyDoNotFit();

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

void TstLayerCharts::init()
{
    startClean(); // no window takes up what the one before it left
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

void TstLayerCharts::ranges_ofLayersTellTheirNames()
{
    RangeChart chart;
    chart.setLayers({{-1, -0.5F, 0, 0.5F, 1}, {-2, -1, 0, 1, 2}}, {}, {"conv1", "fc"}, "2 layers");
    show(chart);
    QTest::mouseMove(viewport(chart), chart.positionOf(1).toPoint());
    QVERIFY(chart.hoverText().first().startsWith("fc:"));
    QCOMPARE(chart.csv().split('\n').value(0),
             QString("layer,minimum,lower_quartile,median,upper_quartile,maximum"));
    QCOMPARE(chart.csv().split('\n').value(2), QString("\"fc\",-2,-1,0,1,2"));
    chart.setBoxes({{-1, -0.5F, 0, 0.5F, 1}}, {}, "conv1");
    QVERIFY(chart.csv().startsWith("channel,"));
    chart.clear("It is a riddle.");
    QVERIFY(chart.isEmpty());
    QVERIFY(chart.findChild<QLabel *>() && chart.grab().width() > 0);
}

void TstLayerCharts::keys_readRangesAndSparsity()
{
    RangeChart ranges;
    ranges.setBoxes({{-1, -0.5F, 0, 0.5F, 1}, {-2, -1, 0, 1, 2}}, {}, "conv1");
    show(ranges);
    auto *view = ranges.findChild<PlotView *>();
    QTest::keyClick(view, Qt::Key_Right);
    QVERIFY(ranges.hoverText().first().contains("channel 0"));
    QTest::keyClick(view, Qt::Key_End);
    QVERIFY(ranges.hoverText().first().contains("channel 1"));
    QTest::keyClick(view, Qt::Key_Escape);
    QVERIFY(ranges.hoverText().isEmpty());

    SparsityChart sparsity;
    sparsity.setSparsity({.element = 0.25}, {}, false, "fc");
    show(sparsity);
    QTest::keyClick(sparsity.findChild<PlotView *>(), Qt::Key_Home);
    QVERIFY(sparsity.hoverText().join('|').contains("25.0"));
}

void TstLayerCharts::errors_keysTellOfTheLayer()
{
    ErrorChart chart;
    chart.setErrors({{"a", 0.01, true}, {"b", 0.1, false}});
    show(chart);
    QTest::keyClick(chart.findChild<PlotView *>(), Qt::Key_Right);
    QCOMPARE(chart.hoverText().first(), QString("a"));
}

void TstLayerCharts::errors_paleWhatIsNotSelected()
{
    ErrorChart chart;
    chart.setErrors({{"a", 0.01, true}, {"b", 0.01, true}, {"c", 0.01, true}});
    show(chart);
    chart.setSelected({0, 2});
    const QImage image = chart.grab().toImage();
    const auto inkOf = [&](int layer) {
        return image.pixelColor(
            viewport(chart)->mapTo(&chart, (chart.positionOf(layer) + QPointF(0, 20)).toPoint()));
    };
    QCOMPARE(inkOf(0), colors().current);
    QCOMPARE(inkOf(2), colors().current);
    QVERIFY(inkOf(1) != colors().current);
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

void TstLayerCharts::sparsity_figuresOverlapNothing_data()
{
    QTest::addColumn<int>("width");
    QTest::addColumn<int>("figures");
    QTest::newRow("room for both") << 700 << 10;
    QTest::newRow("as in a small window") << 330 << 5; // those of the compressed layer
}

void TstLayerCharts::sparsity_figuresOverlapNothing()
{
    QFETCH(int, width);
    SparsityChart chart;
    chart.setSparsity({}, Sparsity{.element = 0.5, .row = 0.063, .column = 0.063, .kernel = 0.134}, true,
                      "conv");
    show(chart);
    chart.resize(width, 260);
    QCoreApplication::processEvents();
    const QVector<SparsityChart::Figure> figures = chart.figures();
    QTEST(int(figures.size()), "figures");
    for (const SparsityChart::Figure &one : figures)
        for (const SparsityChart::Figure &other : figures)
            QVERIFY(&one == &other || !one.box.intersects(other.box));
    if (figures.size() == 5)
        for (const SparsityChart::Figure &figure : figures)
            QCOMPARE(figure.ink, colors().current);
}

void TstLayerCharts::errors_axisSaysOfWhat()
{
    ErrorChart chart;
    chart.setErrors({{"a", 0.1, false}, {"b", {}, true}});
    show(chart);
    const auto title = [&] { return chart.axisTitles().value(0).text; };
    QCOMPARE(title(), QString("weight error (dB)"));
    chart.setErrors({{"a", 0.1, true}, {"b", {}, false}});
    QCOMPARE(title(), QString("output error (dB)"));
    chart.setErrors({{"a", 0.1, true}, {"b", 0.1, false}});
    QCOMPARE(title(), QString("error (dB)"));
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

void TstLayerCharts::storage_tellsBytesBeforeAndAfter()
{
    StorageChart chart;
    QVERIFY(chart.isEmpty());
    chart.setBytes({{"a", 4000, 1000}, {"b", 2'000'000}, {"c", 8000, 9000}});
    show(chart);
    QVERIFY(!chart.isEmpty());
    const auto textOver = [&](int layer) {
        const QPoint middle(chart.positionOf(layer).toPoint().x(), viewport(chart)->height() / 2);
        QTest::mouseMove(viewport(chart), middle);
        return chart.hoverText().join('|');
    };
    const QString a = textOver(0), b = textOver(1);
    QVERIFY2(a.contains("4.0 kB before") && a.contains("1.0 kB after, 25.0 %") && a.contains("10.0 %"),
             qPrintable(a));
    QCOMPARE(b, QString("b|2.00 MB before")); // what becomes of it is not known yet
    QCOMPARE(chart.csv(), QString("layer,bytes_before,bytes_after\n\"a\",4000,1000\n\"b\",2000000,\n"
                                  "\"c\",8000,9000\n"));
    chart.clear();
    QVERIFY(chart.isEmpty() && chart.hoverText().isEmpty());
}

void TstLayerCharts::storage_highlightsWhatIsSelected()
{
    StorageChart chart;
    chart.setBytes({{"a", 4000, 1000}, {"b", 4000, 1000}});
    show(chart);
    const auto inkOf = [&](int layer) {
        const QPointF foot = chart.positionOf(layer) + QPointF(-8, 20);
        return chart.grab().toImage().pixelColor(viewport(chart)->mapTo(&chart, foot.toPoint()));
    };
    QCOMPARE(inkOf(0), colors().original);
    QCOMPARE(inkOf(0), inkOf(1));
    chart.setSelected({1});
    QCOMPARE(inkOf(1), colors().original);
    QVERIFY(inkOf(0) != inkOf(1));
    chart.setSelected({0, 1});
    QCOMPARE(inkOf(0), inkOf(1));
}

void TstLayerCharts::storage_clickAndKeysChooseTheLayer()
{
    StorageChart chart;
    chart.setBytes({{"a", 4000, 1000}, {"b", 4000, 1000}, {"c", 3000, 500}});
    show(chart);
    QSignalSpy chosen(&chart, &StorageChart::layerClicked);
    QTest::mouseClick(viewport(chart), Qt::LeftButton, {}, chart.positionOf(1).toPoint() + QPoint(0, 4));
    QCOMPARE(chosen.takeFirst().first().toInt(), 1);
    chart.setSelected({1});
    QTest::keyClick(chart.findChild<PlotView *>(), Qt::Key_Left);
    QCOMPARE(chosen.takeFirst().first().toInt(), 0);
}

void TstLayerCharts::storage_ofThousandsOfLayersShowsTheLargest()
{
    QVector<LayerBytes> many(20000, {"small", 10, 5});
    many[10000] = {"large", 1'000'000, 1'000'000};
    StorageChart chart;
    chart.setBytes(many);
    show(chart);
    const QPoint top = viewport(chart)->mapTo(&chart, chart.positionOf(10000).toPoint());
    const QImage picture = chart.grab().toImage();
    bool seen = false; // the bars of the pixels beside it are as low as the axis
    for (int x = top.x() - 2; x <= top.x() + 2; ++x)
        seen = seen || picture.pixelColor(x, top.y() + 30) == colors().current;
    QVERIFY(seen);
}

void TstLayerCharts::storage_followsTheRecipe()
{
    MainWindow window;
    window.resize(1280, 800);
    window.show();
    QVERIFY(openSample(window.workbench()));
    QVERIFY(settle(window.workbench()));
    auto *chart = window.findChild<StorageChart *>();
    const std::vector<Layer> &layers = window.workbench().model().layers();
    const auto cells = [&] { return chart->csv().split('\n').value(1).split(','); };
    QCOMPARE(cells(),
             (QStringList{'"' + QString::fromStdString(layers[0].name) + '"',
                          QString::number(layers[0].fileBytes), QString::number(layers[0].fileBytes)}));
    window.workbench().editor().applyPreset(presets().first());
    QVERIFY(settle(window.workbench()));
    QTRY_VERIFY(cells().at(2).toLongLong() < layers[0].fileBytes);
    QCOMPARE(cells().at(2).toLongLong(), window.workbench().previews().preview().storage->front().bytes);
    emit chart->layerClicked(1);
    QCOMPARE(window.findChild<LayerPanel *>()->selectedLayers(), QVector<int>{1});
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
        choosePage(*each, 1);
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
        choosePage(*each, 2);
    QTRY_VERIFY(sparsity->isVisible() && !sparsity->isEmpty());
}

/// What a chart is of stands beside the list that is there where the tabs leave it no room.
void TstLayerCharts::window_tabsBecomeAListWhereTheyDoNotFit()
{
    MainWindow window;
    window.resize(1440, 900);
    window.show();
    QVERIFY(openSample(window.workbench()));
    auto *pages = static_cast<ChartPages *>(window.findChild<RangeChart *>()->parentWidget()->parentWidget());
    QTRY_VERIFY(pages->tabs()->isVisible() && !pages->list()->isVisible());
    pages->tabs()->setFocus();
    window.resize(960, 640);
    QTRY_VERIFY(!pages->tabs()->isVisible() && pages->list()->isVisible());
    QCOMPARE(window.focusWidget(), static_cast<QWidget *>(pages->list()));
    QCOMPARE(pages->list()->count(), pages->tabs()->count());
    for (const int page : {2, 0, 1}) {
        choosePage(*pages, page);
        QCOMPARE(pages->current(), page);
        QVERIFY(pages->list()->width() >= pages->list()->sizeHint().width());
    }
    pages->setCurrent(3);
    QCOMPARE(pages->list()->currentText(), pages->tabs()->tabText(3));
    window.resize(1440, 900);
    QTRY_VERIFY(pages->tabs()->isVisible() && !pages->list()->isVisible());
    QCOMPARE(pages->current(), 3);
}

QTEST_MAIN(TstLayerCharts)
#include "tst_layercharts.moc"
