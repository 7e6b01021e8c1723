#include "ui/charts/histogramchart.h"
#include "ui/charts/plotview.h"
#include "ui/style/theme.h"

#include <QChart>
#include <QLabel>
#include <QSignalSpy>
#include <QTest>
#include <QToolButton>
#include <QValueAxis>

#include <cmath>

using namespace lathe;
using namespace lathe::ui;

class TstHistogramChart : public QObject {
    Q_OBJECT
private slots:
    void initTestCase()
    {
        QLocale::setDefault(QLocale(QLocale::English, QLocale::UnitedStates));
        applyTheme(Scheme::Light);
    }
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
    void shares_leadToMagnitudesAndBack();
    void handle_dragsTheShare();
    void handle_ofNothingPrunedWaitsAtZero();
    void handle_onTheLeftIsDraggedTheOtherWay();
    void handle_standsAtTheThreshold();
    void handle_isLeftAloneWhileHeld();
    void keys_moveTheShare_data();
    void keys_moveTheShare();
    void lockedShare_hasNoHandleButAReason();
    void pointer_readsABin();
    void ctrlKeys_readTheBins();
    void manyBins_showWhereTheWeightsAre();

private:
    /// Shown, at a usual size, with half of it pruned.
    static std::unique_ptr<HistogramChart> shown(std::optional<double> ratio = 0.5);
    static QWidget *viewport(const HistogramChart &chart)
    {
        return chart.findChild<PlotView *>()->viewport();
    }
    static QPoint middle(const HistogramChart &chart, double x)
    {
        return {qRound(x), viewport(chart)->height() / 2};
    }
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

std::unique_ptr<HistogramChart> TstHistogramChart::shown(std::optional<double> ratio)
{
    auto chart = std::make_unique<HistogramChart>();
    chart->resize(640, 320);
    chart->setOriginal(bell(256, -1, 1), "conv1");
    chart->setPruning({.ratio = ratio});
    chart->show();
    [[maybe_unused]] const bool exposed = QTest::qWaitForWindowExposed(chart.get());
    QCoreApplication::processEvents();
    return chart;
}

void TstHistogramChart::shares_leadToMagnitudesAndBack()
{
    for (const auto &[low, high] :
         {std::pair(-1.0, 1.0), std::pair(-0.2, 3.0), std::pair(0.5, 2.0), std::pair(-4.0, -1.0)}) {
        const MagnitudeShares shares(bell(256, low, high));
        for (double share = 0.01; share < 1.0; share += 0.07)
            QVERIFY(std::abs(shares.below(shares.magnitude(share)) - share) < 1e-6);
        QCOMPARE(shares.below(std::max(std::abs(low), std::abs(high))), 1.0);
        QVERIFY(std::abs(shares.magnitude(0.0) - std::max({0.0, low, -high})) < 1e-9);
    }
    QCOMPARE(MagnitudeShares(Histogram()).below(1.0), 0.0);
}

void TstHistogramChart::handle_dragsTheShare()
{
    const auto chart = shown();
    QSignalSpy dragged(chart.get(), &HistogramChart::ratioDragged);
    QSignalSpy released(chart.get(), &HistogramChart::ratioReleased);
    const QVector<double> before = chart->handlePlaces();
    QCOMPARE(before.size(), 2); // above zero and below
    QVERIFY(before[0] > before[1]);
    QTest::mousePress(viewport(*chart), Qt::LeftButton, {}, middle(*chart, before[0]));
    for (const int by : {10, 30, 50})
        QTest::mouseMove(viewport(*chart), middle(*chart, before[0] + by));
    QTest::mouseRelease(viewport(*chart), Qt::LeftButton, {}, middle(*chart, before[0] + 50));
    QVERIFY(dragged.size() >= 2);
    QCOMPARE(released.size(), 1);
    const double ratio = released.first().first().toDouble();
    QVERIFY2(ratio > 0.5 && ratio < 0.99, qPrintable(QString::number(ratio)));
    QCOMPARE(ratio, std::round(ratio * 100) / 100); // whole per cents
    QVERIFY(std::abs(chart->handlePlaces()[0] - before[0] - 50) < 3.0);
    QVERIFY(std::abs(chart->handlePlaces()[1] - before[1] + 50) < 3.0); // its mirror image goes along
}

void TstHistogramChart::handle_ofNothingPrunedWaitsAtZero()
{
    const auto chart = shown(std::nullopt);
    QSignalSpy released(chart.get(), &HistogramChart::ratioReleased);
    const QVector<double> places = chart->handlePlaces();
    QCOMPARE(places.size(), 1);
    const QRectF area = chart->findChild<PlotView *>()->chart()->plotArea();
    QVERIFY(std::abs(places[0] - area.center().x()) < 1.5);
    QTest::mousePress(viewport(*chart), Qt::LeftButton, {}, middle(*chart, places[0]));
    QTest::mouseMove(viewport(*chart), middle(*chart, places[0] + 40));
    QTest::mouseRelease(viewport(*chart), Qt::LeftButton, {}, middle(*chart, places[0] + 40));
    QCOMPARE(released.size(), 1);
    QVERIFY(released.first().first().toDouble() > 0.1);
    QTest::mouseClick(viewport(*chart), Qt::LeftButton, {}, middle(*chart, chart->handlePlaces()[0]));
    QCOMPARE(released.size(), 1); // a click alone changes nothing
}

void TstHistogramChart::handle_onTheLeftIsDraggedTheOtherWay()
{
    const auto chart = shown();
    QSignalSpy released(chart.get(), &HistogramChart::ratioReleased);
    const double left = chart->handlePlaces()[1];
    QTest::mousePress(viewport(*chart), Qt::LeftButton, {}, middle(*chart, left));
    QTest::mouseMove(viewport(*chart), middle(*chart, left - 40));
    QTest::mouseRelease(viewport(*chart), Qt::LeftButton, {}, middle(*chart, left - 40));
    QVERIFY(released.first().first().toDouble() > 0.5);
}

void TstHistogramChart::handle_standsAtTheThreshold()
{
    const auto chart = shown();
    const MagnitudeShares shares(bell(256, -1, 1));
    const double threshold = shares.magnitude(0.5) + 0.002; // as it came out
    chart->setThreshold(threshold);
    auto *plot = chart->findChild<PlotView *>()->chart();
    QVERIFY(std::abs(chart->handlePlaces()[0] - plot->mapToPosition({threshold, 0}).x()) < 0.01);
    chart->setThreshold(0.9); // of other settings: the handle says what is asked for
    QVERIFY(std::abs(chart->handlePlaces()[0] - plot->mapToPosition({shares.magnitude(0.5), 0}).x()) < 0.01);
}

void TstHistogramChart::handle_isLeftAloneWhileHeld()
{
    const auto chart = shown();
    const double from = chart->handlePlaces()[0];
    QTest::mousePress(viewport(*chart), Qt::LeftButton, {}, middle(*chart, from));
    QTest::mouseMove(viewport(*chart), middle(*chart, from + 40));
    const double held = chart->handlePlaces()[0];
    chart->setPruning({.ratio = 0.1}); // an answer that comes late
    QCOMPARE(chart->handlePlaces()[0], held);
    QTest::mouseRelease(viewport(*chart), Qt::LeftButton, {}, middle(*chart, from + 40));
    chart->setPruning({.ratio = 0.2});
    QVERIFY(chart->handlePlaces()[0] < from);
}

void TstHistogramChart::keys_moveTheShare_data()
{
    QTest::addColumn<int>("key");
    QTest::addColumn<bool>("shift");
    QTest::addColumn<double>("ratio");
    QTest::newRow("right") << int(Qt::Key_Right) << false << 0.51;
    QTest::newRow("left") << int(Qt::Key_Left) << false << 0.49;
    QTest::newRow("finely") << int(Qt::Key_Right) << true << 0.501;
    QTest::newRow("page up") << int(Qt::Key_PageUp) << false << 0.6;
    QTest::newRow("home") << int(Qt::Key_Home) << false << 0.0;
    QTest::newRow("end") << int(Qt::Key_End) << false << 0.99;
}

void TstHistogramChart::keys_moveTheShare()
{
    QFETCH(int, key);
    QFETCH(bool, shift);
    QFETCH(double, ratio);
    const auto chart = shown();
    QSignalSpy released(chart.get(), &HistogramChart::ratioReleased);
    QTest::keyClick(chart->findChild<PlotView *>(), Qt::Key(key), shift ? Qt::ShiftModifier : Qt::NoModifier);
    QCOMPARE(released.size(), 1);
    QVERIFY(std::abs(released.first().first().toDouble() - ratio) < 1e-9);
}

void TstHistogramChart::lockedShare_hasNoHandleButAReason()
{
    const auto chart = shown();
    const QImage free = chart->grab().toImage();
    chart->setPruning({.ratio = 0.5, .locked = "2:4 says how many weights go."});
    QVERIFY(chart->handlePlaces().isEmpty());
    QVERIFY(chart->grab().toImage() != free);
    QCOMPARE(chart->findChild<PlotView *>()->toolTip(), QString("2:4 says how many weights go."));
    QSignalSpy released(chart.get(), &HistogramChart::ratioReleased);
    QTest::keyClick(chart->findChild<PlotView *>(), Qt::Key_Right);
    QCOMPARE(released.size(), 0);
    chart->setPruning({.ratio = 0.5});
    QVERIFY(chart->findChild<PlotView *>()->toolTip().contains("Drag the line"));
}

void TstHistogramChart::pointer_readsABin()
{
    const auto chart = shown(std::nullopt);
    chart->setOriginal({.low = -1, .high = 1, .counts = {100, 300, 500, 100}}, "a");
    chart->setCompressed({.low = -1, .high = 1, .counts = {0, 1000, 0, 0}});
    QVERIFY(chart->hoverText().isEmpty());
    QTest::mouseMove(viewport(*chart), chart->positionOf(3).toPoint() + QPoint(0, -4));
    QCOMPARE(chart->hoverText(),
             (QStringList{"weights from 0.5 to 1", "original  100  (10.00 %)", "compressed  0  (0.00 %)"}));
    QTest::mouseMove(viewport(*chart), chart->positionOf(1).toPoint() + QPoint(0, 4));
    QCOMPARE(chart->hoverText().at(2), QString("compressed  1,000  (100.00 %)"));
    QTest::mouseMove(viewport(*chart), QPoint(2, 2));
    QVERIFY(chart->hoverText().isEmpty());
}

void TstHistogramChart::ctrlKeys_readTheBins()
{
    const auto chart = shown();
    auto *view = chart->findChild<PlotView *>();
    QSignalSpy released(chart.get(), &HistogramChart::ratioReleased);
    QTest::keyClick(view, Qt::Key_Home, Qt::ControlModifier);
    QVERIFY(chart->hoverText().first().startsWith("weights from −1 to"));
    QTest::keyClick(view, Qt::Key_Right, Qt::ControlModifier);
    QVERIFY(chart->hoverText().first().startsWith("weights from −0.99"));
    QVERIFY(view->accessibleDescription().contains("weights from"));
    QCOMPARE(released.size(), 0);
    QTest::keyClick(view, Qt::Key_Escape);
    QVERIFY(chart->hoverText().isEmpty());
}

/// Of several layers: a few large weights of one leave the others room.
void TstHistogramChart::manyBins_showWhereTheWeightsAre()
{
    Histogram h{.low = -1, .high = 1, .counts = std::vector<int64_t>(1024, 0)};
    for (size_t i = 400; i < 624; ++i)
        h.counts[i] = 1000;
    h.counts.front() = h.counts.back() = 50;
    const auto chart = shown();
    chart->setOriginal(h, "26 layers");
    auto *axis =
        static_cast<QValueAxis *>(chart->findChild<PlotView *>()->chart()->axes(Qt::Horizontal).first());
    QVERIFY(axis->min() < -0.21 && axis->min() > -0.25 && axis->max() > 0.21 && axis->max() < 0.25);
    QVERIFY(chart->csv().contains(",50,")); // the data have all
    h.counts = std::vector<int64_t>(256, 1);
    chart->setOriginal(h, "conv1");
    QVERIFY(axis->min() <= -1.0 && axis->max() >= 1.0);
}

QTEST_MAIN(TstHistogramChart)
#include "tst_histogramchart.moc"
