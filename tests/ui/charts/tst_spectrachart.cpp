#include "tests/ui/charts/decaying.h"
#include "ui/base/format.h"
#include "ui/charts/plotview.h"
#include "ui/charts/spectrachart.h"

#include <QCategoryAxis>
#include <QChart>
#include <QLabel>
#include <QSignalSpy>

using namespace lathe;
using namespace lathe::ui;
using namespace lathe::test;

class TstSpectraChart : public QObject {
    Q_OBJECT
private slots:
    void initTestCase() { lookAsEverywhere(); }
    void init();
    void cleanup() { m_chart.reset(); }

    void pointer_tellsWhatAllKeep();
    void line_dragsTheShareOfAll();
    void line_waitsBeyondAllWhereNoneIsFactorized();
    void keys_moveTheShare();
    void unusableLayers_areLeftOut();
    void thousandsOfLayers_areDrawnInPart();
    void subject_staysWhereThereIsLittleRoom();
    void curves_areThoseOfNow();
    void csv_hasOneRowForEachSingularValue();

private:
    static LayerSpectrum layer(const QString &name, int size, double rate, Index breakEven);
    QChartView *view() const { return m_chart->findChild<QChartView *>(); }
    QPoint at(double percent) const
    {
        return {qRound(view()->chart()->mapToPosition(QPointF(percent, 0.0)).x()), view()->height() / 2};
    }

    std::unique_ptr<SpectraChart> m_chart;
};

LayerSpectrum TstSpectraChart::layer(const QString &name, int size, double rate, Index breakEven)
{
    LayerSpectrum layer{.layer = name,
                        .spectrum = std::make_shared<const Spectrum>(decaying(size, rate)),
                        .breakEven = breakEven,
                        .bytes = {.whole = 1000 * size}};
    for (int rank = 1; rank <= size; ++rank)
        layer.bytes.factors << 1500 * qint64(rank);
    return layer;
}

void TstSpectraChart::init()
{
    m_chart = std::make_unique<SpectraChart>();
    m_chart->setSpectra({layer("conv1", 16, 1.0, 10), layer("conv2", 64, 4.0, 40), layer("fc", 8, 2.0, 5)},
                        "3 layers", {});
    QVERIFY(showChart(*m_chart));
}

void TstSpectraChart::pointer_tellsWhatAllKeep()
{
    QCOMPARE(m_chart->layers(), 3);
    QTest::mouseMove(view()->viewport(), at(50));
    const QStringList text = m_chart->hoverText();
    QCOMPARE(text.at(0), QString("rank at 50 % of break-even"));
    // Ranks 5, 20 and 2: conv1 is the flattest and keeps the least.
    QVERIFY2(text.at(2).startsWith("least: ") && text.at(2).endsWith("in conv1"), qPrintable(text.join('|')));
    QCOMPARE(text.at(3), QString("as factors %1 instead of %2").arg(bytes(40500), bytes(88000)));
    QTest::keyClick(view(), Qt::Key_Right, Qt::ControlModifier);
    QCOMPARE(m_chart->hoverText().at(0), QString("rank at 51 % of break-even"));
}

void TstSpectraChart::line_dragsTheShareOfAll()
{
    m_chart->setShare(0.8);
    QSignalSpy dragged(m_chart.get(), &SpectraChart::shareDragged);
    QSignalSpy released(m_chart.get(), &SpectraChart::shareReleased);
    QTest::mousePress(view()->viewport(), Qt::LeftButton, {}, at(80));
    for (const double percent : {70.0, 60.0, 40.0})
        QTest::mouseMove(view()->viewport(), at(percent));
    QTest::mouseRelease(view()->viewport(), Qt::LeftButton, {}, at(40));
    QCOMPARE(dragged.size(), 3);
    QCOMPARE(released.size(), 1);
    QVERIFY(std::abs(released.first().first().toDouble() - 0.4) < 0.011);
}

void TstSpectraChart::line_waitsBeyondAllWhereNoneIsFactorized()
{
    m_chart->setShare({});
    QVERIFY(!m_chart->share());
    QTest::mousePress(view()->viewport(), Qt::LeftButton, {}, at(160)); // 8 of 5, 16 of 10, 64 of 40
    QTest::mouseMove(view()->viewport(), at(90));
    QTest::mouseRelease(view()->viewport(), Qt::LeftButton, {}, at(90));
    QVERIFY(m_chart->share().has_value());
}

void TstSpectraChart::keys_moveTheShare()
{
    m_chart->setShare(0.5);
    QSignalSpy released(m_chart.get(), &SpectraChart::shareReleased);
    QTest::keyClick(view(), Qt::Key_Left);
    QCOMPARE(released.last().first().toDouble(), 0.49);
    QTest::keyClick(view(), Qt::Key_End);
    QCOMPARE(released.last().first().toDouble(), 1.0); // beyond it nothing is saved
}

void TstSpectraChart::unusableLayers_areLeftOut()
{
    m_chart->setSpectra({layer("bias", 1, 1.0, 0), layer("fc", 8, 2.0, 5), {.layer = "broken"}}, "3 layers",
                        {});
    QCOMPARE(m_chart->layers(), 1);
    m_chart->setSpectra({layer("bias", 1, 1.0, 0)}, "1 layer", "None has one.");
    QVERIFY(m_chart->isEmpty());
}

void TstSpectraChart::thousandsOfLayers_areDrawnInPart()
{
    QVector<LayerSpectrum> many(5000, layer("conv", 64, 4.0, 40));
    m_chart->setSpectra(many, "5000 layers", {});
    QVERIFY(!m_chart->grab().isNull());
    QCOMPARE(m_chart->layers(), 5000);
}

/// How many layers are meant matters more than what the colours mean.
void TstSpectraChart::subject_staysWhereThereIsLittleRoom()
{
    m_chart->resize(250, 160);
    QCoreApplication::processEvents();
    bool seen = false;
    for (const QLabel *label : m_chart->findChildren<QLabel *>())
        seen = seen || (label->isVisible() && label->text() == "3 layers");
    QVERIFY(seen);
}

/// Curves are kept as they were drawn: never longer than they hold.
void TstSpectraChart::curves_areThoseOfNow()
{
    const auto picture = [&] { return m_chart->grab().toImage(); };
    const QVector<LayerSpectrum> two{layer("conv1", 16, 1.0, 10), layer("fc", 8, 2.0, 5)};
    const QVector<LayerSpectrum> others{layer("conv1", 16, 4.0, 10), layer("fc", 8, 4.0, 5)};
    m_chart->setSpectra(two, "2 layers", {});
    QCoreApplication::processEvents();
    const QImage first = picture();
    QCOMPARE(picture(), first);
    m_chart->setSpectra(others, "2 layers", {});
    QCoreApplication::processEvents();
    QVERIFY(picture() != first);
    m_chart->resize(500, 300);
    m_chart->setSpectra(two, "2 layers", {});
    m_chart->resize(640, 320);
    QCoreApplication::processEvents();
    QCOMPARE(picture(), first);
    applyTheme(Scheme::Dark);
    QCoreApplication::processEvents();
    QVERIFY(picture() != first);
    applyTheme(Scheme::Light);
    QCoreApplication::processEvents();
    QCOMPARE(picture(), first);
}

void TstSpectraChart::csv_hasOneRowForEachSingularValue()
{
    m_chart->setSpectra({layer("a", 1, 1.0, 1), layer("b", 2, 0.0, 1)}, "2 layers", {});
    QCOMPARE(m_chart->csv(), QString("layer,rank,share_of_break_even,singular_value,energy\n\"a\",1,1,4,1\n"
                                     "\"b\",1,1,4,0.5\n\"b\",2,2,4,1\n"));
}

QTEST_MAIN(TstSpectraChart)
#include "tst_spectrachart.moc"
