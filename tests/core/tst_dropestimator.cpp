#include "core/preview/measurement.h"
#include "tests/support/livemodels.h"
#include "tests/support/populations.h"
#include "tests/support/samplesets.h"

#include <QTest>
#include <cmath>

using namespace lathe;
using namespace lathe::test;

namespace {

constexpr size_t sampleCount = 500;
constexpr size_t chunkSize = 8;

/// What is the same for all made-up populations.
class Fixture {
public:
    explicit Fixture(bool labelled = true)
        : model(GraphBuilder()
                    .input("x", {-1, 2})
                    .output("y", {-1, 10})
                    .random("w", {2, 10})
                    .node("MatMul", {"x", "w"}, {"y"})
                    .build()),
          compressed(Compressor(model).compress({}))
    {
        for (size_t i = 0; i < sampleCount; ++i)
            labels.push_back(static_cast<int>(i / 50)); // sorted by class
        samples = randomSamples(model, sampleCount, labelled ? labels : std::vector<int>{});
    }
    Baseline baselineFor(const Matrix &values) const
    {
        Baseline baseline;
        baseline.values = values;
        baseline.metrics = metricsOf(values, samples.labels(), OutputKind::Logits);
        return baseline;
    }

    Model model;
    CompressedModel compressed;
    std::vector<int> labels;
    SampleSet samples;
};

void addRows(Measurement &measurement, const SamplingPlan &plan, const std::vector<size_t> &chunks,
             const Matrix &values)
{
    for (const size_t chunk : chunks) {
        const std::vector<size_t> &rows = plan.chunks()[chunk].rows;
        measurement.add(chunk, Matrix(values(rows, Eigen::all)));
    }
}

struct Course {
    std::vector<PreviewState> states; ///< up to the first that is settled
    double truth = 0.0;
    bool allHold() const
    {
        return std::ranges::all_of(states, [&](const PreviewState &state) {
            return state.fullSet->low <= truth + 1e-12 && state.fullSet->high >= truth - 1e-12;
        });
    }
    double error() const { return states.back().fullSet->value - truth; }
};

Course measured(const Fixture &fixture, const Population &population, double precision)
{
    const Baseline baseline = fixture.baselineFor(population.baseline);
    const auto design = std::make_shared<const MeasuringDesign>(fixture.samples, baseline, chunkSize);
    Measurement measurement(design, fixture.compressed);
    Course course{{}, trueDifference(population, fixture.labels)};
    do {
        const size_t done = measurement.samplesDone();
        const size_t wanted = std::max<size_t>(16, std::min(done, sampleCount / 8));
        addRows(measurement, design->plan(), measurement.next(wanted), population.variant);
        course.states.push_back(measurement.state(precision));
    } while (!course.states.back().settled);
    return course;
}

void addPopulations()
{
    QTest::addColumn<int>("which");
    for (size_t i = 0; i < populationCases().size(); ++i)
        QTest::addRow("%s", populationCases()[i].name) << int(i);
}

} // namespace

class TstDropEstimator : public QObject {
    Q_OBJECT
private slots:
    void allIntervals_holdTogether_data() { addPopulations(); }
    void allIntervals_holdTogether();
    void firstEstimate_isUnbiased_data() { addPopulations(); }
    void firstEstimate_isUnbiased();
    void completeState_equalsComparingAll_data() { addPopulations(); }
    void completeState_equalsComparingAll();
    void estimateOfAllSamples_isTheirMean_data() { addPopulations(); }
    void estimateOfAllSamples_isTheirMean();
    void intervals_lieInBoundsAndNest_data() { addPopulations(); }
    void intervals_lieInBoundsAndNest();
    void chunksAddedTwice_countOnce();
    void next_givesEachChunkOnceUntilAllAreDone();
    void coarsePrecision_takesFewerSamples();
    void unlabelled_estimatesAgreement();
    void rowsThatAreNoNumbers_areWrong();
    void effortGoes_whereFlipsAre();
};

void TstDropEstimator::allIntervals_holdTogether()
{
    QFETCH(int, which);
    const PopulationCase &wanted = populationCases()[size_t(which)];
    const Fixture fixture;
    constexpr int trials = 160;
    int held = 0, closeEnough = 0;
    double bias = 0.0, taken = 0.0, drop = 0.0;
    std::mt19937 random(static_cast<unsigned>(which) + 100);
    for (int i = 0; i < trials; ++i) {
        const Population population = wanted.make(fixture.labels, random);
        const Course course = measured(fixture, population, 0.01);
        held += course.allHold();
        closeEnough += std::abs(course.error()) <= 0.01 + 1e-12;
        bias += course.error() / trials;
        taken += double(course.states.back().samplesDone) / trials;
        drop += course.truth / trials;
    }
    qInfo("all intervals hold in %.1f %%, settled within a point in %.1f %%, on %.0f of %zu samples, mean "
          "difference %.2f %%, mean error %.3f %%",
          100.0 * held / trials, 100.0 * closeEnough / trials, taken, sampleCount, 100.0 * drop,
          100.0 * bias);
    const double chance = 2.0 * std::sqrt(0.95 * 0.05 / trials); // of counting too few
    QVERIFY(double(held) / trials >= wanted.coverage - chance);
    QVERIFY(std::abs(bias) < 0.003);
}

void TstDropEstimator::firstEstimate_isUnbiased()
{
    QFETCH(int, which);
    const Fixture fixture;
    constexpr int trials = 100;
    std::mt19937 random(static_cast<unsigned>(which) + 7);
    double sum = 0.0, squares = 0.0;
    for (int i = 0; i < trials; ++i) {
        const Population population = populationCases()[size_t(which)].make(fixture.labels, random);
        const Course course = measured(fixture, population, 2.0); // settled after the first portion
        QCOMPARE(course.states.size(), size_t(1));
        sum += course.error();
        squares += course.error() * course.error();
    }
    const double mean = sum / trials;
    const double deviation = std::sqrt(std::max(0.0, squares / trials - mean * mean) / trials);
    // The model is fitted to the same few samples: a bias of their number's inverse.
    QVERIFY2(std::abs(mean) <= 4.0 * deviation + 0.015,
             qPrintable(QString("%1 +- %2").arg(mean).arg(deviation)));
}

void TstDropEstimator::completeState_equalsComparingAll()
{
    QFETCH(int, which);
    const Fixture fixture;
    std::mt19937 random(5);
    const Population population = populationCases()[size_t(which)].make(fixture.labels, random);
    const Course course = measured(fixture, population, 0.0);
    const PreviewState &state = course.states.back();
    QVERIFY(state.complete());
    const Comparison expected = compareOutputs(population.baseline, population.variant, fixture.labels);
    QCOMPARE(*state.values, population.variant);
    QCOMPARE(state.fullSet->value, expected.top1Difference->value);
    QVERIFY(std::abs(state.fullSet->value - course.truth) < 1e-12);
    QCOMPARE(state.fullSet->halfWidth(), 0.0);
    QCOMPARE(state.comparison.top1Difference->low, expected.top1Difference->low);
    QCOMPARE(state.comparison.top1Difference->high, expected.top1Difference->high);
    QCOMPARE(state.comparison.agreement->value, expected.agreement->value);
    QCOMPARE(state.comparison.changed, expected.changed);
    QVERIFY(std::abs(state.comparison.lossDifference->value - expected.lossDifference->value) < 1e-9);
    QVERIFY(std::abs(*state.comparison.meanKl - *expected.meanKl) < 1e-9);
    QCOMPARE(state.comparison.maxRelativeDifference, expected.maxRelativeDifference);
    QCOMPARE(state.metrics.top1->value, metricsOf(population.variant, fixture.labels).top1->value);
}

void TstDropEstimator::estimateOfAllSamples_isTheirMean()
{
    QFETCH(int, which);
    const Fixture fixture;
    std::mt19937 random(6);
    const Population population = populationCases()[size_t(which)].make(fixture.labels, random);
    const Baseline baseline = fixture.baselineFor(population.baseline);
    const MeasuringDesign design(fixture.samples, baseline, chunkSize);
    std::vector<size_t> rows;
    std::vector<SampleComparison> compared;
    for (size_t row = 0; row < sampleCount; ++row) {
        rows.push_back(row);
        compared.push_back(
            design.compare(row, {&population.variant(Index(row), 0), size_t(population.variant.cols())}));
    }
    const DropEstimate estimate = design.estimator().estimate(rows, compared);
    QVERIFY(std::abs(estimate.fullSet.value - trueDifference(population, fixture.labels)) < 1e-9);
    QVERIFY(estimate.fullSet.halfWidth() <= 1.0 / sampleCount + 1e-12); // nothing is left to chance
    QVERIFY(std::ranges::all_of(estimate.worth, [](double worth) { return worth == 0.0; }));
}

void TstDropEstimator::intervals_lieInBoundsAndNest()
{
    QFETCH(int, which);
    const Fixture fixture;
    std::mt19937 random(9);
    for (int i = 0; i < 20; ++i) {
        const Population population = populationCases()[size_t(which)].make(fixture.labels, random);
        const Course course = measured(fixture, population, 0.0);
        for (const PreviewState &state : course.states) {
            const Interval &full = *state.fullSet, &future = *state.comparison.top1Difference;
            QVERIFY(full.low >= -1.0 && full.high <= 1.0 && full.low <= full.value &&
                    full.value <= full.high);
            QVERIFY(future.low >= -1.0 && future.high <= 1.0);
            QVERIFY(future.halfWidth() + 1e-9 >= full.halfWidth());
            QVERIFY(state.metrics.top1->value >= -1e-9 && state.metrics.top1->value <= 1.0 + 1e-9);
            QCOMPARE(state.settled, state.complete()); // precision 0: exact
        }
    }
}

void TstDropEstimator::chunksAddedTwice_countOnce()
{
    const Fixture fixture;
    std::mt19937 random(5);
    const Population population = populationCases()[1].make(fixture.labels, random);
    const Baseline baseline = fixture.baselineFor(population.baseline);
    const auto design = std::make_shared<const MeasuringDesign>(fixture.samples, baseline, chunkSize);
    Measurement once(design, fixture.compressed), twice(design, fixture.compressed);
    const std::vector<size_t> chunks = once.next(100);
    addRows(once, design->plan(), chunks, population.variant);
    addRows(twice, design->plan(), chunks, population.variant);
    addRows(twice, design->plan(), chunks, population.baseline); // late, and not the same
    QCOMPARE(twice.samplesDone(), once.samplesDone());
    QCOMPARE(twice.state(0.01).fullSet->value, once.state(0.01).fullSet->value);
    QCOMPARE(twice.state(0.01).comparison.changed, once.state(0.01).comparison.changed);
}

void TstDropEstimator::next_givesEachChunkOnceUntilAllAreDone()
{
    const Fixture fixture;
    std::mt19937 random(5);
    for (const size_t portion : {1, 16, 33, 500, 10000}) {
        const Population population = populationCases()[2].make(fixture.labels, random);
        const Baseline baseline = fixture.baselineFor(population.baseline);
        const auto design = std::make_shared<const MeasuringDesign>(fixture.samples, baseline, chunkSize);
        Measurement measurement(design, fixture.compressed);
        std::set<size_t> seen;
        for (std::vector<size_t> next = measurement.next(portion); !next.empty();
             next = measurement.next(portion)) {
            size_t count = 0;
            for (const size_t chunk : next) {
                QVERIFY(seen.insert(chunk).second);
                count += design->plan().chunks()[chunk].rows.size();
            }
            QVERIFY(count < portion + chunkSize);
            addRows(measurement, design->plan(), next, population.variant);
        }
        QCOMPARE(seen.size(), design->plan().chunks().size());
        QVERIFY(measurement.state(0.0).complete());
    }
}

void TstDropEstimator::coarsePrecision_takesFewerSamples()
{
    const Fixture fixture;
    std::mt19937 random(5);
    const Population population = populationCases()[2].make(fixture.labels, random);
    int64_t last = sampleCount;
    for (const double precision : {0.0, 0.01, 0.03, 0.1}) {
        const Course course = measured(fixture, population, precision);
        QVERIFY(course.states.back().samplesDone <= last);
        last = course.states.back().samplesDone;
        if (precision > 0.0)
            QVERIFY(course.states.back().fullSet->halfWidth() <= precision);
    }
    QVERIFY(last < int64_t(sampleCount) / 3);
}

void TstDropEstimator::unlabelled_estimatesAgreement()
{
    const Fixture fixture(false);
    std::mt19937 random(5);
    int held = 0;
    for (int i = 0; i < 60; ++i) {
        const Population population = populationCases()[1].make(fixture.labels, random);
        Course course = measured(fixture, population, 0.01);
        course.truth = compareOutputs(population.baseline, population.variant, {}).agreement->value - 1.0;
        held += course.allHold();
        for (const PreviewState &state : course.states)
            QVERIFY(!state.metrics.top1 && !state.comparison.top1Difference && state.comparison.agreement);
    }
    QVERIFY2(held >= 54, qPrintable(QString::number(held)));
}

void TstDropEstimator::rowsThatAreNoNumbers_areWrong()
{
    const Fixture fixture;
    std::mt19937 random(5);
    for (const float bad : {std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity(),
                            -std::numeric_limits<float>::infinity()}) {
        Population population = populationCases()[1].make(fixture.labels, random);
        for (Index row = 0; row < population.variant.rows(); row += 3)
            population.variant.row(row).setConstant(bad);
        const Course course = measured(fixture, population, 0.0);
        const PreviewState &state = course.states.back();
        const Comparison expected =
            compareOutputs(population.baseline, population.variant, fixture.labels, OutputKind::Logits);
        QCOMPARE(state.fullSet->value, expected.top1Difference->value);
        QVERIFY(state.fullSet->value < -0.15);
        for (const PreviewState &early : course.states)
            QVERIFY(std::isfinite(early.fullSet->low) && std::isfinite(early.fullSet->high));
    }
}

void TstDropEstimator::effortGoes_whereFlipsAre()
{
    const Fixture fixture;
    std::mt19937 random(5);
    const Population population = populationCases()[1].make(fixture.labels, random);
    const Baseline baseline = fixture.baselineFor(population.baseline);
    const auto design = std::make_shared<const MeasuringDesign>(fixture.samples, baseline, chunkSize);
    const SamplingPlan &plan = design->plan();
    Measurement measurement(design, fixture.compressed);
    std::vector<double> taken(size_t(plan.strata()));
    while (measurement.samplesDone() < 150) {
        const std::vector<size_t> next = measurement.next(16);
        for (const size_t chunk : next)
            for (const size_t row : plan.chunks()[chunk].rows)
                taken[size_t(plan.stratumOf(row))] += 1.0 / double(plan.sizeOf(plan.stratumOf(row)));
        addRows(measurement, plan, next, population.variant);
    }
    QVERIFY2(taken.front() > 1.5 * taken.back(),
             qPrintable(QString("%1 of the unsure, %2 of the sure").arg(taken.front()).arg(taken.back())));
}

QTEST_GUILESS_MAIN(TstDropEstimator)
#include "tst_dropestimator.moc"
