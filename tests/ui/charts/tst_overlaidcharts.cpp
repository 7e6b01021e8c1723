#include "tests/ui/sample.h"
#include "ui/charts/overlaidcharts.h"
#include "ui/style/theme.h"

using namespace lathe;
using namespace lathe::ui;
using namespace lathe::test;

class TstOverlaidCharts : public QObject {
    Q_OBJECT
private slots:
    void initTestCase();
    void plainCounts_areCutAboveTheSecondHighestCurve_data();
    void plainCounts_areCutAboveTheSecondHighestCurve();
    void longSpectra_areShownWhole();
};

void TstOverlaidCharts::initTestCase()
{
    startClean();
    applyTheme(Scheme::Light);
}

void TstOverlaidCharts::plainCounts_areCutAboveTheSecondHighestCurve_data()
{
    QTest::addColumn<QVector<double>>("peaks");
    QTest::addColumn<bool>("isCut");
    QTest::newRow("alone") << QVector{1000.0} << false;
    QTest::newRow("beside its like") << QVector{105.0, 100.0} << false;
    QTest::newRow("a spike") << QVector{1000.0, 100.0} << true;
    QTest::newRow("two alike and a flat one") << QVector{105.0, 100.0, 10.0} << false;
    QTest::newRow("a spike above two") << QVector{1000.0, 100.0, 10.0} << true;
}

void TstOverlaidCharts::plainCounts_areCutAboveTheSecondHighestCurve()
{
    QFETCH(QVector<double>, peaks);
    QFETCH(bool, isCut);
    QVector<Curve> curves;
    for (const double peak : peaks)
        curves << Curve{QString::number(peak), int(curves.size()), {1.0, peak, 1.0}};
    OverlaidHistograms chart;
    chart.resize(480, 300);
    chart.setLogarithmic(false);
    chart.setHistograms(curves, -1.0, 1.0);
    chart.show();
    QVERIFY(QTest::qWaitForWindowExposed(&chart));
    QCoreApplication::processEvents();
    QCOMPARE(chart.positionOf(1).y() < 0.0, isCut); // of the first curve, the highest one
}

void TstOverlaidCharts::longSpectra_areShownWhole()
{
    QVector<Curve> curves;
    for (int line = 0; line < 4; ++line) {
        curves << Curve{QString::number(line), line, {}};
        for (int i = 0; i < 8192; ++i)
            curves.back().values.push_back(8192.0 - i);
    }
    OverlaidSpectra chart;
    chart.setSpectra(curves);
    QVERIFY(!chart.isEmpty());
    QCOMPARE(chart.csv().count('\n'), 8193);
}

QTEST_MAIN(TstOverlaidCharts)
#include "tst_overlaidcharts.moc"
