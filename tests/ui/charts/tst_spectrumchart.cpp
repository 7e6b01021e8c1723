#include "tests/ui/charts/decaying.h"
#include "ui/charts/plotview.h"
#include "ui/charts/spectrumchart.h"

#include <QCategoryAxis>
#include <QChart>
#include <QSignalSpy>

using namespace lathe;
using namespace lathe::ui;
using namespace lathe::test;

class TstSpectrumChart : public QObject {
    Q_OBJECT
private slots:
    void initTestCase() { lookAsEverywhere(); }
    void init();
    void cleanup() { m_chart.reset(); }

    void draggingTheLine_emitsRanksThenRelease();
    void pressBesideTheLine_movesNothing();
    void dragBeyondTheEdges_staysInRange();
    void dragFromRest_startsFactorizing();
    void pressWithoutMove_emitsNothing();
    void setRankWhileDragging_isLeftForLater();
    void keys_moveTheRank_data();
    void keys_moveTheRank();
    void keyAtTheEnd_emitsNothing();
    void anotherLayer_forgetsTheRank();
    void sameLayer_keepsTheRank();
    void rankAboveFull_isDrawnWithoutHarm();
    void degenerateSpectra_areDrawnWithoutHarm_data();
    void degenerateSpectra_areDrawnWithoutHarm();
    void csv_holdsValuesAndEnergy();
    void rankMove_buildsNothingAnew();
    void pointer_readsASingularValue();
    void ctrlKeys_readTheSingularValues();
    void axisTitles_areWhole();
    void lockedLine_cannotBeMoved();
    void valueAxis_hasTwoLabels_data();
    void valueAxis_hasTwoLabels();

private:
    QPoint at(double rank) const
    {
        const QPointF p = view()->chart()->mapToPosition(QPointF(rank, 0.0));
        return {qRound(p.x()), view()->height() / 2};
    }
    QChartView *view() const { return m_chart->findChild<QChartView *>(); }
    void drag(double from, const QVector<double> &via);

    std::unique_ptr<SpectrumChart> m_chart;
};

void TstSpectrumChart::init()
{
    m_chart = std::make_unique<SpectrumChart>();
    m_chart->setSpectrum(decaying(64), 40, "conv1");
    m_chart->setRank(32);
    QVERIFY(showChart(*m_chart));
}

void TstSpectrumChart::drag(double from, const QVector<double> &via)
{
    QWidget *target = view()->viewport();
    QTest::mousePress(target, Qt::LeftButton, {}, at(from));
    for (const double rank : via)
        QTest::mouseMove(target, at(rank));
    QTest::mouseRelease(target, Qt::LeftButton, {}, at(via.last()));
}

void TstSpectrumChart::draggingTheLine_emitsRanksThenRelease()
{
    QSignalSpy dragged(m_chart.get(), &SpectrumChart::rankDragged);
    QSignalSpy released(m_chart.get(), &SpectrumChart::rankReleased);
    drag(32, {30, 24, 16});
    QCOMPARE(dragged.size(), 3);
    QCOMPARE(dragged.last().first().toInt(), 16);
    QCOMPARE(released.size(), 1);
    QCOMPARE(released.first().first().toInt(), 16);
    QCOMPARE(m_chart->rank(), std::optional(16));
}

void TstSpectrumChart::pressBesideTheLine_movesNothing()
{
    QSignalSpy dragged(m_chart.get(), &SpectrumChart::rankDragged);
    drag(10, {12, 20});
    QCOMPARE(dragged.size(), 0);
    QCOMPARE(m_chart->rank(), std::optional(32));
}

void TstSpectrumChart::dragBeyondTheEdges_staysInRange()
{
    QSignalSpy released(m_chart.get(), &SpectrumChart::rankReleased);
    drag(32, {20, -30});
    QCOMPARE(released.last().first().toInt(), 1);
    drag(1, {20, 90});
    QCOMPARE(released.last().first().toInt(), 63); // full rank would leave nothing out
}

void TstSpectrumChart::dragFromRest_startsFactorizing()
{
    m_chart->setRank(std::nullopt);
    QSignalSpy released(m_chart.get(), &SpectrumChart::rankReleased);
    drag(64, {60, 20});
    QCOMPARE(released.size(), 1);
    QCOMPARE(m_chart->rank(), std::optional(20));
}

void TstSpectrumChart::pressWithoutMove_emitsNothing()
{
    QSignalSpy dragged(m_chart.get(), &SpectrumChart::rankDragged);
    QSignalSpy released(m_chart.get(), &SpectrumChart::rankReleased);
    QTest::mouseClick(view()->viewport(), Qt::LeftButton, {}, at(32));
    QCOMPARE(dragged.size() + released.size(), 0);
}

void TstSpectrumChart::setRankWhileDragging_isLeftForLater()
{
    QWidget *target = view()->viewport();
    QTest::mousePress(target, Qt::LeftButton, {}, at(32));
    QTest::mouseMove(target, at(20));
    m_chart->setRank(50); // an answer that comes late
    QCOMPARE(m_chart->rank(), std::optional(20));
    QTest::mouseRelease(target, Qt::LeftButton, {}, at(20));
    m_chart->setRank(50);
    QCOMPARE(m_chart->rank(), std::optional(50));
}

void TstSpectrumChart::keys_moveTheRank_data()
{
    QTest::addColumn<int>("key");
    QTest::addColumn<int>("rank");
    QTest::newRow("left") << int(Qt::Key_Left) << 31;
    QTest::newRow("right") << int(Qt::Key_Right) << 33;
    QTest::newRow("page down") << int(Qt::Key_PageDown) << 26;
    QTest::newRow("page up") << int(Qt::Key_PageUp) << 38;
    QTest::newRow("home") << int(Qt::Key_Home) << 1;
    QTest::newRow("end") << int(Qt::Key_End) << 63;
}

void TstSpectrumChart::keys_moveTheRank()
{
    QFETCH(int, key);
    QFETCH(int, rank);
    QSignalSpy released(m_chart.get(), &SpectrumChart::rankReleased);
    view()->setFocus();
    QTest::keyClick(view(), Qt::Key(key));
    QCOMPARE(released.size(), 1);
    QCOMPARE(released.first().first().toInt(), rank);
}

void TstSpectrumChart::keyAtTheEnd_emitsNothing()
{
    m_chart->setRank(1);
    QSignalSpy released(m_chart.get(), &SpectrumChart::rankReleased);
    QTest::keyClick(view(), Qt::Key_Left);
    QCOMPARE(released.size(), 0);
}

void TstSpectrumChart::anotherLayer_forgetsTheRank()
{
    m_chart->setSpectrum(decaying(16), 7, "fc");
    QVERIFY(!m_chart->rank());
}

void TstSpectrumChart::sameLayer_keepsTheRank()
{
    m_chart->setSpectrum(decaying(64), 40, "conv1");
    QCOMPARE(m_chart->rank(), std::optional(32));
}

void TstSpectrumChart::rankAboveFull_isDrawnWithoutHarm()
{
    m_chart->setRank(5000);
    QVERIFY(!m_chart->grab().isNull());
    m_chart->setRank(0);
    QVERIFY(!m_chart->grab().isNull());
}

void TstSpectrumChart::degenerateSpectra_areDrawnWithoutHarm_data()
{
    QTest::addColumn<QVector<double>>("values");
    QTest::addColumn<bool>("empty");
    QTest::newRow("none") << QVector<double>() << true;
    QTest::newRow("one") << QVector<double>({2.5}) << false;
    QTest::newRow("flat") << QVector<double>({1, 1, 1, 1}) << false;
    QTest::newRow("zeros") << QVector<double>({0, 0, 0}) << true;
    QTest::newRow("ends in zeros") << QVector<double>({3, 1, 0, 0}) << false;
    QTest::newRow("tiny") << QVector<double>({3e-30, 1e-33}) << false;
}

void TstSpectrumChart::degenerateSpectra_areDrawnWithoutHarm()
{
    QFETCH(QVector<double>, values);
    Spectrum s;
    s.singularValues.assign(values.begin(), values.end());
    for (qsizetype i = 0; i < values.size(); ++i)
        s.energy.push_back(double(i + 1) / double(values.size()));
    m_chart->setSpectrum(s, 1, "odd");
    m_chart->setRank(1);
    QTEST(m_chart->isEmpty(), "empty");
    QVERIFY(!m_chart->grab().isNull());
    QTest::keyClick(view(), Qt::Key_Right);
}

void TstSpectrumChart::csv_holdsValuesAndEnergy()
{
    Spectrum s;
    s.singularValues = {2.0, 1.0};
    s.energy = {0.8, 1.0};
    m_chart->setSpectrum(s, 0, "small");
    QCOMPARE(m_chart->csv(), QString("rank,singular_value,energy\n1,2,0.8\n2,1,1\n"));
}

void TstSpectrumChart::rankMove_buildsNothingAnew()
{
    m_chart->setSpectrum(decaying(2048), 900, "large");
    const QChart *plot = view()->chart();
    const auto series = plot->series();
    const auto axes = plot->axes();
    const auto parts = plot->childItems();
    QVERIFY(!series.isEmpty());
    for (int i = 0; i < 20; ++i) {
        m_chart->setRank(100 + 10 * i);
        m_chart->repaint();
        QCoreApplication::processEvents();
    }
    QCOMPARE(plot->series(), series);
    QCOMPARE(plot->axes(), axes);
    QCOMPARE(plot->childItems(), parts);
}

void TstSpectrumChart::pointer_readsASingularValue()
{
    Spectrum s;
    s.singularValues = {4.0, 2.0, 1.0, 0.5};
    s.energy = {0.75, 0.9, 0.98, 1.0};
    m_chart->setSpectrum(s, 2, "small", {.whole = 4000, .factors = {1000, 2000, 3000, 4000}});
    QTest::mouseMove(view()->viewport(), at(2));
    QCOMPARE(m_chart->hoverText(), (QStringList{"rank 2", "singular value 2", "energy kept 90.00 %",
                                                "as factors 2.0 kB instead of 4.0 kB"}));
    QTest::mouseMove(view()->viewport(), at(4)); // the line, at rest: it tells of itself
    QVERIFY(m_chart->hoverText().isEmpty());
    m_chart->setSpectrum(s, 2, "small");
    QTest::mouseMove(view()->viewport(), at(2));
    QCOMPARE(m_chart->hoverText().size(), 3); // sizes are not known
}

void TstSpectrumChart::ctrlKeys_readTheSingularValues()
{
    QSignalSpy released(m_chart.get(), &SpectrumChart::rankReleased);
    QTest::keyClick(view(), Qt::Key_Home, Qt::ControlModifier);
    QTest::keyClick(view(), Qt::Key_Right, Qt::ControlModifier);
    QCOMPARE(m_chart->hoverText().first(), QString("rank 2"));
    QCOMPARE(released.size(), 0);
    QTest::keyClick(view(), Qt::Key_Escape);
    QVERIFY(m_chart->hoverText().isEmpty());
}

void TstSpectrumChart::axisTitles_areWhole()
{
    for (const QSize size : {QSize(640, 320), QSize(250, 130)}) {
        m_chart->resize(size);
        QCoreApplication::processEvents();
        QStringList texts;
        for (const auto &title : m_chart->axisTitles()) {
            texts << title.text;
            QVERIFY(title.box.bottom() <= view()->chart()->plotArea().top());
            QVERIFY(QRectF(view()->viewport()->rect()).contains(title.box));
        }
        QCOMPARE(texts, (QStringList{"singular value", "energy kept (%)"}));
    }
}

void TstSpectrumChart::lockedLine_cannotBeMoved()
{
    m_chart->setLocked("It is kept.");
    QSignalSpy released(m_chart.get(), &SpectrumChart::rankReleased);
    drag(32, {20, 10});
    QTest::keyClick(view(), Qt::Key_Home);
    QCOMPARE(released.size(), 0);
    QCOMPARE(m_chart->rank(), std::optional(32));
    QCOMPARE(view()->toolTip(), QString("It is kept."));
    m_chart->setLocked({});
    drag(32, {20, 10});
    QCOMPARE(released.size(), 1);
}

void TstSpectrumChart::valueAxis_hasTwoLabels_data()
{
    QTest::addColumn<double>("smallest"); // of a largest one of 2.2
    QTest::newRow("flat") << 2.1;
    QTest::newRow("within a power") << 1.3;
    QTest::newRow("over one power") << 0.6;
    QTest::newRow("over two") << 0.03;
}

void TstSpectrumChart::valueAxis_hasTwoLabels()
{
    QFETCH(double, smallest);
    Spectrum s;
    s.singularValues = {2.2, smallest};
    s.energy = {0.9, 1.0};
    for (const QSize size : {QSize(640, 320), QSize(240, 120)}) {
        m_chart->resize(size);
        m_chart->setSpectrum(s, 1, QString::number(smallest));
        QCoreApplication::processEvents();
        for (QAbstractAxis *axis : view()->chart()->axes())
            QVERIFY2(static_cast<QCategoryAxis *>(axis)->categoriesLabels().size() >= 2,
                     qPrintable(axis->titleText()));
    }
}

QTEST_MAIN(TstSpectrumChart)
#include "tst_spectrumchart.moc"
