#include "core/measure/figures.h"

#include <QTest>
#include <cmath>
#include <limits>

using namespace lathe;

/// Which of two measurements of a model stays, and what is kept of it.
class TstFigures : public QObject {
    Q_OBJECT
private slots:
    void outdated_givesWayToWhatIsOfThisModel();
    void moreSamples_stayBeforeFewer();
    void otherData_replace();
    void timing_staysUntilItIsOutdated();
    void guess_goesWithTheFirstMeasurement();
    void json_keepsWhatIsCurrentOnly();
    void json_ofVersion010_hasAnInterval();
    void json_thatIsDamaged_isUnknown_data();
    void json_thatIsDamaged_isUnknown();
    void untouchedModel_differsByNothing();
};

static Figures measured(int64_t samples, double difference)
{
    Figures f;
    f.sizes = f.quality = f.running = Figures::Settled;
    f.bytes = 1000 + samples;
    f.originalBytes = 8000;
    f.top1 = Interval{0.8, 0.7, 0.9};
    f.top1Difference = Interval{difference, difference - 0.02, difference + 0.01};
    f.agreement = Interval{0.97, 0.95, 0.98};
    f.samplesDone = samples;
    f.samplesTotal = 500;
    f.basis = "a";
    f.latency = 0.001 * static_cast<double>(samples);
    f.latencyRange = Interval{*f.latency, 0.9 * *f.latency, 1.1 * *f.latency};
    f.baselineLatency = 0.3;
    f.baselineLatencyRange = Interval{0.3, 0.28, 0.32};
    f.memory = 77;
    return f;
}

void TstFigures::outdated_givesWayToWhatIsOfThisModel()
{
    Figures f = measured(500, -0.1);
    f.outdate();
    QCOMPARE(f.sizes, Figures::Outdated);
    QCOMPARE(f.top1Difference->value, -0.1); // still shown, in grey
    Figures sizes;
    sizes.sizes = Figures::Settled;
    sizes.bytes = 3;
    f.take(sizes);
    QCOMPARE(f.bytes, int64_t(3));
    QCOMPARE(f.quality, Figures::Outdated);
    Figures begun = measured(16, -0.3);
    begun.quality = Figures::Measuring;
    f.take(begun);
    QCOMPARE(f.top1Difference->value, -0.3);
    QCOMPARE(f.quality, Figures::Measuring);
    Figures older = measured(500, 0.2);
    older.outdate();
    f.take(older);
    QCOMPARE(f.top1Difference->value, -0.3);
}

void TstFigures::moreSamples_stayBeforeFewer()
{
    Figures f = measured(300, -0.1);
    f.take(measured(64, -0.5));
    QCOMPARE(f.top1Difference->value, -0.1);
    QCOMPARE(f.samplesDone, int64_t(300));
    f.take(measured(301, -0.2));
    QCOMPARE(f.top1Difference->value, -0.2);
    Figures begun = measured(301, -0.9);
    begun.quality = Figures::Measuring;
    f.take(begun);
    QCOMPARE(f.top1Difference->value, -0.2);
    QCOMPARE(f.quality, Figures::Settled);
}

void TstFigures::otherData_replace()
{
    Figures f = measured(500, -0.1), other = measured(16, -0.4);
    other.basis = "b";
    f.take(other);
    QCOMPARE(f.samplesDone, int64_t(16));
    QCOMPARE(f.basis, std::string("b"));
    QCOMPARE(f.latency, other.latency);
}

void TstFigures::timing_staysUntilItIsOutdated()
{
    Figures f = measured(200, -0.1), again = measured(500, -0.1);
    f.take(again);
    QCOMPARE(f.latency.value(), 0.2);
    f.running = Figures::Outdated;
    f.take(again);
    QCOMPARE(f.latency.value(), 0.5);
}

void TstFigures::guess_goesWithTheFirstMeasurement()
{
    Figures f = measured(500, -0.1);
    f.outdate();
    f.guess = Figures::Guess{-0.2, 0.01, 3, 2};
    Figures sizes;
    sizes.sizes = Figures::Settled;
    f.take(sizes);
    QVERIFY(f.guess.has_value());
    f.take(measured(16, -0.3));
    QVERIFY(!f.guess.has_value());
}

void TstFigures::json_keepsWhatIsCurrentOnly()
{
    Figures f = measured(500, -0.1);
    f.sqnr = std::numeric_limits<double>::infinity();
    f.fullSet = Interval{-0.1, -0.12, -0.09};
    f.note = Message::verbatim("a remark");
    const Figures read = figuresFromJson(toJson(f));
    QCOMPARE(read.latencyRange->low, f.latencyRange->low);
    QCOMPARE(read.latencyDiffers(), std::optional(true)); // 0.5 s and 0.3 s
    QCOMPARE(toJson(read), toJson(f));
    QCOMPARE(read.top1Difference->low, f.top1Difference->low);
    QCOMPARE(read.agreement->high, 0.98);
    QCOMPARE(read.basis, f.basis);
    QCOMPARE(read.quality, Figures::Settled);
    QVERIFY(!read.sqnr && read.note.empty());
    f.quality = Figures::Measuring;
    QCOMPARE(figuresFromJson(toJson(f)).quality, Figures::Measuring);
    f.outdate();
    QCOMPARE(toJson(f), std::string("{}"));
}

void TstFigures::json_ofVersion010_hasAnInterval()
{
    const Figures read = figuresFromJson(R"({"top1":[0.9,0.88,0.92],"agreement":0.98,"size_bytes":10,)"
                                         R"("macs":null,"samples_done":200,"samples_total":200})");
    QCOMPARE(read.agreement->value, 0.98);
    QCOMPARE(read.agreement->low, proportion(196, 200).low);
    QCOMPARE(read.quality, Figures::Settled);
    QCOMPARE(read.sizes, Figures::Settled);
    QCOMPARE(read.running, Figures::Unknown);
    QVERIFY(read.basis.empty() && !read.macs);
}

void TstFigures::json_thatIsDamaged_isUnknown_data()
{
    QTest::addColumn<QByteArray>("json");
    for (const char *json : {"", "{", "[]", "3", "{\"top1\":[1,\"x\",3],\"macs\":{},\"basis\":7}"})
        QTest::newRow(json) << QByteArray(json);
}

void TstFigures::json_thatIsDamaged_isUnknown()
{
    QFETCH(QByteArray, json);
    QCOMPARE(toJson(figuresFromJson(json.toStdString())), std::string("{}"));
}

void TstFigures::untouchedModel_differsByNothing()
{
    PreviewState state;
    state.comparison.top1Difference = Interval{0.0, -0.02, 0.02};
    state.comparison.agreement = Interval{1.0, 0.98, 1.0};
    state.samplesDone = state.samplesTotal = 100;
    state.settled = true;
    Figures f;
    setQuality(f, state);
    QCOMPARE(f.top1Difference->high, 0.02);
    setQuality(f, state, true); // it is the model itself: known, not estimated
    QCOMPARE(f.top1Difference->high, 0.0);
    QCOMPARE(f.agreement->low, 1.0);
}

QTEST_APPLESS_MAIN(TstFigures)
#include "tst_figures.moc"
