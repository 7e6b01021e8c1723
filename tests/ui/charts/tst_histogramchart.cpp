#include "ui/charts/histogramchart.h"
#include "ui/charts/plotview.h"
#include "ui/style/theme.h"

#include <QChart>
#include <QLabel>
#include <QTest>
#include <QToolButton>

#include <cmath>

using namespace lathe;
using namespace lathe::ui;

class TstHistogramChart : public QObject {
    Q_OBJECT
private slots:
    void initTestCase() { applyTheme(Scheme::Light); }
    void empty_saysWhatWouldBeHere();
    void original_isDrawn();
    void anotherLayer_dropsTheOldOverlays();
    void logButton_switchesTheAxis();
    void csv_holdsBothCounts();
    void csv_keepsOtherBinsApart();
    void weightWithoutFiniteValue_saysSo();
    void equalWeights_haveABar();
    void strangeInput_isDrawnWithoutHarm_data();
    void strangeInput_isDrawnWithoutHarm();
    void update_buildsNothingAnew();
    void theme_recolours();

private:
    static Histogram bell(int bins, double low, double high);
    static QString visibleText(const QWidget &widget);
};

Histogram TstHistogramChart::bell(int bins, double low, double high)
{
    Histogram h{.low = low, .high = high, .counts = {}};
    for (int i = 0; i < bins; ++i) {
        const double x = (i + 0.5) / bins * 6.0 - 3.0;
        h.counts.push_back(int64_t(1000.0 * std::exp(-x * x / 2.0)));
    }
    return h;
}

QString TstHistogramChart::visibleText(const QWidget &widget)
{
    QStringList texts;
    for (const QLabel *label : widget.findChildren<QLabel *>())
        if (label->isVisibleTo(&widget))
            texts << label->text();
    return texts.join('|');
}

void TstHistogramChart::empty_saysWhatWouldBeHere()
{
    HistogramChart chart;
    QVERIFY(chart.isEmpty());
    QVERIFY(visibleText(chart).contains("Select a layer"));
    chart.setOriginal(bell(256, -1, 1), "conv1");
    QVERIFY(!chart.isEmpty());
    QVERIFY(visibleText(chart).contains("conv1"));
    chart.clear();
    QVERIFY(chart.isEmpty());
    QVERIFY(!visibleText(chart).contains("conv1"));
}

void TstHistogramChart::original_isDrawn()
{
    HistogramChart chart;
    chart.resize(480, 260);
    chart.setOriginal(bell(256, -1, 1), "conv1");
    chart.show();
    QVERIFY(QTest::qWaitForWindowExposed(&chart));
    const QImage image = chart.grab().toImage();
    int grey = 0;
    const QColor wanted = colors().original;
    for (int y = 0; y < image.height(); ++y)
        for (int x = 0; x < image.width(); ++x)
            grey += image.pixelColor(x, y) == wanted;
    QVERIFY2(grey > 100, qPrintable(QString::number(grey))); // the outline of the bell
}

void TstHistogramChart::anotherLayer_dropsTheOldOverlays()
{
    HistogramChart chart;
    chart.setOriginal(bell(8, -1, 1), "a");
    chart.setCompressed(bell(8, -1, 1));
    QVERIFY(!chart.csv().contains(",\n"));
    chart.setOriginal(bell(8, -1, 1), "b");
    QVERIFY(chart.csv().contains(",\n")); // no compressed counts
}

void TstHistogramChart::logButton_switchesTheAxis()
{
    HistogramChart chart;
    chart.resize(480, 260);
    chart.setOriginal(bell(256, -1, 1), "conv1");
    chart.show();
    QVERIFY(QTest::qWaitForWindowExposed(&chart));
    auto *button = chart.findChild<QToolButton *>();
    QVERIFY(button);
    const QImage linear = chart.grab().toImage();
    QTest::mouseClick(button, Qt::LeftButton);
    QVERIFY(chart.isLogarithmic());
    QVERIFY(chart.grab().toImage() != linear);
    QTest::mouseClick(button, Qt::LeftButton);
    QVERIFY(!chart.isLogarithmic());
}

void TstHistogramChart::csv_holdsBothCounts()
{
    HistogramChart chart;
    chart.setOriginal({.low = -1, .high = 1, .counts = {3, 5}}, "a");
    chart.setCompressed({.low = -1, .high = 1, .counts = {8, 0}});
    QCOMPARE(chart.csv(), QString("bin_low,bin_high,original,compressed\n-1,0,3,8\n0,1,5,0\n"));
}

void TstHistogramChart::csv_keepsOtherBinsApart()
{
    HistogramChart chart;
    chart.setOriginal({.low = -1, .high = 1, .counts = {3, 5}}, "a");
    chart.setCompressed({.low = 0, .high = 1, .counts = {8}});
    QCOMPARE(chart.csv(), QString("bin_low,bin_high,original,compressed\n-1,0,3,\n0,1,5,\n0,1,,8\n"));
}

void TstHistogramChart::weightWithoutFiniteValue_saysSo()
{
    HistogramChart chart;
    chart.setOriginal({}, "conv1");
    QVERIFY(chart.isEmpty());
    QVERIFY(visibleText(chart).contains("no finite number"));
}

void TstHistogramChart::equalWeights_haveABar()
{
    HistogramChart chart;
    chart.resize(400, 200);
    Histogram h{.low = 0.5, .high = 0.5, .counts = std::vector<int64_t>(256, 0)};
    h.counts[0] = 100;
    chart.setOriginal(h, "constant");
    QVERIFY(!chart.isEmpty());
    QVERIFY(!chart.grab().isNull());
}

void TstHistogramChart::strangeInput_isDrawnWithoutHarm_data()
{
    QTest::addColumn<double>("low");
    QTest::addColumn<double>("high");
    QTest::newRow("tiny") << -1e-30 << 1e-30;
    QTest::newRow("huge") << -1e30 << 1e30;
    QTest::newRow("one-sided") << 100.0 << 100.001;
    QTest::newRow("skewed") << -0.001 << 15.07;
}

void TstHistogramChart::strangeInput_isDrawnWithoutHarm()
{
    QFETCH(double, low);
    QFETCH(double, high);
    HistogramChart chart;
    chart.resize(360, 200);
    chart.setOriginal(bell(256, low, high), "a");
    chart.setCompressed(bell(16, low, high));
    chart.setLevels({low, 0.0, high, 1e300});
    chart.setThreshold(high / 2);
    chart.show();
    QVERIFY(QTest::qWaitForWindowExposed(&chart));
    QVERIFY(!chart.grab().isNull());
    chart.setLogarithmic(true);
    QVERIFY(!chart.grab().isNull());
}

void TstHistogramChart::update_buildsNothingAnew()
{
    HistogramChart chart;
    chart.resize(600, 300);
    chart.setOriginal(bell(256, -1, 1), "conv1");
    chart.show();
    QVERIFY(QTest::qWaitForWindowExposed(&chart));
    Histogram compressed = bell(256, -1, 1);
    const QChart *plot = chart.findChild<PlotView *>()->chart();
    const auto series = plot->series();
    const auto axes = plot->axes();
    const auto parts = plot->childItems();
    QVERIFY(!series.isEmpty());
    for (int i = 0; i < 20; ++i) {
        compressed.counts[10] = i;
        chart.setCompressed(compressed);
        chart.setThreshold(0.01 * i);
        chart.repaint();
        QCoreApplication::processEvents();
    }
    QCOMPARE(plot->series(), series);
    QCOMPARE(plot->axes(), axes);
    QCOMPARE(plot->childItems(), parts);
}

void TstHistogramChart::theme_recolours()
{
    HistogramChart chart;
    chart.resize(400, 200);
    chart.setOriginal(bell(256, -1, 1), "conv1");
    applyTheme(Scheme::Dark);
    QTRY_COMPARE(chart.grab().toImage().pixelColor(200, 190), colors().surface);
    applyTheme(Scheme::Light);
    QTRY_COMPARE(chart.grab().toImage().pixelColor(200, 190), colors().surface);
}

QTEST_MAIN(TstHistogramChart)
#include "tst_histogramchart.moc"
