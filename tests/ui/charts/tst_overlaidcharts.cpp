#include "tests/ui/sample.h"
#include "ui/charts/overlaidcharts.h"
#include "ui/charts/plotview.h"
#include "ui/style/theme.h"

#include <QAbstractAxis>
#include <QChart>
#include <QGraphicsTextItem>

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
    void lowerTitle_isWholeOrLeftOutBelowALegendOfRows();
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

void TstOverlaidCharts::lowerTitle_isWholeOrLeftOutBelowALegendOfRows()
{
    QVector<Curve> curves;
    for (int line = 0; line < 4; ++line)
        curves << Curve{QStringLiteral("a variant of a long name %1").arg(line), line, {1.0, 100.0, 1.0}};
    OverlaidHistograms chart;
    chart.setHistograms(curves, -1.0, 1.0);
    chart.resize(240, 400);
    chart.show();
    QVERIFY(QTest::qWaitForWindowExposed(&chart));
    const auto *plot = chart.findChild<PlotView *>();
    const QString title = plot->chart()->axes(Qt::Horizontal).first()->titleText();
    int shown = 0, leftOut = 0;
    for (int height = 400; height >= 120; height -= 4) {
        chart.resize(240, height);
        QTRY_COMPARE(chart.height(), height);
        QCoreApplication::processEvents();
        int whole = 0;
        for (const QGraphicsItem *item : plot->scene()->items())
            if (const auto *text = qgraphicsitem_cast<const QGraphicsTextItem *>(item);
                text != nullptr && text->isVisible()) {
                QVERIFY2(text->toPlainText() != QStringLiteral("..."), qPrintable(QString::number(height)));
                whole += text->toPlainText() == title ? 1 : 0;
            }
        (whole > 0 ? shown : leftOut) += 1;
    }
    QVERIFY(shown > 0);
    QVERIFY(leftOut > 0);
}

QTEST_MAIN(TstOverlaidCharts)
#include "tst_overlaidcharts.moc"
