#include "core/base/error.h"
#include "core/data/npy.h"
#include "core/measure/measure.h"
#include "tests/support/graphbuilder.h"
#include "tests/support/samplefiles.h"

#include <QTemporaryDir>
#include <QtTest>
#include <cmath>
#include <limits>
#include <random>
#include <thread>

using namespace lathe;

namespace {

constexpr float notANumber = std::numeric_limits<float>::quiet_NaN();

Matrix rows(std::initializer_list<std::initializer_list<float>> values)
{
    Matrix matrix(static_cast<Index>(values.size()), static_cast<Index>(values.begin()->size()));
    Index r = 0;
    for (const auto &row : values) {
        Index c = 0;
        for (const float v : row)
            matrix(r, c++) = v;
        ++r;
    }
    return matrix;
}

Matrix softmaxRows(const Matrix &logits)
{
    Matrix result = logits;
    for (Index r = 0; r < logits.rows(); ++r) {
        result.row(r) = (logits.row(r).array() - logits.row(r).maxCoeff()).exp();
        result.row(r) /= result.row(r).sum();
    }
    return result;
}

/// x[N, 4] -> x W: `batch` as declared.
Model linearModel(int64_t batch, unsigned seed = 3)
{
    return test::GraphBuilder()
        .input("x", {batch, 4})
        .output("y", {batch, 3})
        .constant("w", test::randomTensor({4, 3}, seed))
        .node("MatMul", {"x", "w"}, {"y"})
        .build();
}

struct Fixture {
    QTemporaryDir folder;
    Tensor inputs;
    Fixture(size_t count, bool labels)
    {
        inputs = test::randomTensor({static_cast<int64_t>(count), 4}, 11);
        const std::filesystem::path path = folder.path().toStdString();
        test::writeNpy(path / "x.npy", inputs);
        Tensor truth = makeTensor(ElementType::Int64, {static_cast<int64_t>(count)});
        for (size_t i = 0; i < count; ++i)
            truth.as<int64_t>()[i] = static_cast<int64_t>(i % 3);
        test::writeNpy(path / "y.npy", truth);
        test::writeText(path / "dataset.json",
                        labels ? R"({"format": "numpy", "inputs": "x.npy", "labels": "y.npy"})"
                               : R"({"format": "numpy", "inputs": "x.npy"})");
    }
    SampleSet samples(const Model &model) const
    {
        return SampleSet::prepare(model, Dataset::open(folder.path().toStdString()), {}, 0);
    }
};

/// The same product without the runtime.
Matrix expectedLinear(const Tensor &inputs, unsigned seed = 3)
{
    const Tensor weight = test::randomTensor({4, 3}, seed);
    const Eigen::Map<const Matrix> x(inputs.as<float>().data(), inputs.shape[0], 4);
    const Eigen::Map<const Matrix> w(weight.as<float>().data(), 4, 3);
    return x * w;
}

} // namespace

class TstMeasure : public QObject {
    Q_OBJECT
private slots:
    void outputKind_isReadFromTheRows();
    void rank_countsHigherAndEarlierEqualClasses_data();
    void rank_countsHigherAndEarlierEqualClasses();
    void loss_isTheSameFromLogitsProbabilitiesAndLogProbabilities();
    void loss_isAbsentWhenARowHoldsNan();
    void proportion_matchesWilson_data();
    void proportion_matchesWilson();
    void pairedDifference_matchesAgrestiMin_data();
    void pairedDifference_matchesAgrestiMin();
    void pairedDifference_coversTheTruthInNinetyFivePercent_data();
    void pairedDifference_coversTheTruthInNinetyFivePercent();
    void lossInterval_coversTheTruthInNinetyFivePercent();
    void comparison_ofEqualOutputsIsPerfect();
    void comparison_withoutLabelsHasNoTop1Difference();
    void comparison_matchesAPlainReference();
    void comparison_withNanIsNotFiniteButSafe();
    void comparison_refusesDifferentShapes();
    void run_givesTheSameRowsAtEveryBatchAndThreadCount_data();
    void run_givesTheSameRowsAtEveryBatchAndThreadCount();
    void run_takesSamplesInTheOrderAsked();
    void run_fallsBackWhenTheGraphFixesTheBatch();
    void run_flattensAnOutputWithoutBatchAxis();
    void run_ignoresLaterOutputs();
    void run_refusesOutputsThatAreNoNumbers();
    void run_measuresDynamicallyQuantizedModelsOneByOne();
    void run_stopsWhenCancelled();
    void latency_isGivenForEachModel();
    void medianInterval_coversTheMedian();
    void medianInterval_ofFewValuesIsAllOfThem();
};

void TstMeasure::outputKind_isReadFromTheRows()
{
    const Matrix logits = test::randomMatrix(20, 7, 5, 3.0F);
    const Matrix probabilities = softmaxRows(logits);
    QCOMPARE(outputKind(logits), OutputKind::Logits);
    QCOMPARE(outputKind(probabilities), OutputKind::Probabilities);
    QCOMPARE(outputKind(probabilities.array().log().matrix()), OutputKind::LogProbabilities);
    QCOMPARE(outputKind(logits.leftCols(1)), OutputKind::NotClasses);
    QCOMPARE(outputKind(rows({{notANumber, notANumber}})), OutputKind::Logits);
    QCOMPARE(outputKind(rows({{notANumber, 1}, {0.25F, 0.75F}})),
             OutputKind::Probabilities); // one broken row hides no kind
}

void TstMeasure::rank_countsHigherAndEarlierEqualClasses_data()
{
    QTest::addColumn<QVector<float>>("row");
    QTest::addColumn<int>("label");
    QTest::addColumn<int>("rank");
    QTest::newRow("highest") << QVector<float>{1, 5, 2} << 1 << 0;
    QTest::newRow("second") << QVector<float>{1, 5, 2} << 2 << 1;
    QTest::newRow("equal, earlier") << QVector<float>{4, 4, 4} << 0 << 0;
    QTest::newRow("equal, later") << QVector<float>{4, 4, 4} << 2 << 2;
    QTest::newRow("truth is NaN") << QVector<float>{1, notANumber, 2} << 1 << 3;
    QTest::newRow("another is NaN") << QVector<float>{1, notANumber, 2} << 2 << 3;
    QTest::newRow("label beyond the width") << QVector<float>{1, 5, 2} << 3 << 3;
    QTest::newRow("negative label") << QVector<float>{1, 5, 2} << -1 << 3;
    QTest::newRow("infinity wins") << QVector<float>{1, std::numeric_limits<float>::infinity(), 2} << 1 << 0;
}

void TstMeasure::rank_countsHigherAndEarlierEqualClasses()
{
    QFETCH(QVector<float>, row);
    QFETCH(int, label);
    QFETCH(int, rank);
    const Matrix values = Eigen::Map<const Matrix>(row.data(), 1, row.size());
    QCOMPARE(ranksOfTruth(values, std::array{label}).front(), rank);
}

void TstMeasure::loss_isTheSameFromLogitsProbabilitiesAndLogProbabilities()
{
    const Matrix logits = test::randomMatrix(200, 10, 9, 2.0F);
    std::vector<int> labels(200);
    double expected = 0.0;
    for (size_t i = 0; i < labels.size(); ++i) {
        labels[i] = static_cast<int>(i % 10);
        const Eigen::VectorXd row = logits.row(static_cast<Index>(i)).cast<double>();
        expected += std::log(row.array().exp().sum()) - row[labels[i]];
    }
    expected /= 200.0;
    const Matrix probabilities = softmaxRows(logits);
    for (const Matrix &values : {logits, probabilities, Matrix(probabilities.array().log())})
        QVERIFY(std::abs(metricsOf(values, labels).loss->value - expected) < 1e-5);
    const Matrix shifted = logits.array() + 900.0F; // far beyond what exp() takes
    QVERIFY(std::abs(metricsOf(shifted, labels).loss->value - expected) < 1e-3);
}

void TstMeasure::loss_isAbsentWhenARowHoldsNan()
{
    const Metrics metrics = metricsOf(rows({{1, 2, 3}, {notANumber, 0, 0}}), std::array{2, 0});
    QVERIFY(!metrics.loss);
    QCOMPARE(metrics.top1->value, 0.5);
    QVERIFY(metricsOf(rows({{0, 1}, {1, 0}}), std::array{0, 0}).loss); // a float16 softmax gives true zeros
}

void TstMeasure::proportion_matchesWilson_data()
{
    QTest::addColumn<int>("hits");
    QTest::addColumn<int>("count");
    QTest::addColumn<double>("low");
    QTest::addColumn<double>("high");
    // Newcombe 1998, Statistics in Medicine 17, table I, method 3
    QTest::newRow("81 of 263") << 81 << 263 << 0.2553 << 0.3662;
    QTest::newRow("15 of 148") << 15 << 148 << 0.0624 << 0.1605;
    QTest::newRow("0 of 20") << 0 << 20 << 0.0 << 0.1611;
    QTest::newRow("1 of 29") << 1 << 29 << 0.0061 << 0.1718;
    QTest::newRow("none measured") << 0 << 0 << 0.0 << 1.0;
}

void TstMeasure::proportion_matchesWilson()
{
    QFETCH(int, hits);
    QFETCH(int, count);
    QFETCH(double, low);
    QFETCH(double, high);
    const Interval interval = proportion(hits, count);
    QVERIFY2(std::abs(interval.low - low) < 5.1e-5, qPrintable(QString::number(interval.low, 'f', 6)));
    QVERIFY2(std::abs(interval.high - high) < 5.1e-5, qPrintable(QString::number(interval.high, 'f', 6)));
    const Interval mirrored = proportion(count - hits, count);
    QVERIFY(std::abs(mirrored.low - (1 - interval.high)) < 1e-12 || count == 0);
}

void TstMeasure::pairedDifference_matchesAgrestiMin_data()
{
    QTest::addColumn<int>("wins");
    QTest::addColumn<int>("losses");
    QTest::addColumn<int>("count");
    QTest::newRow("no flips") << 0 << 0 << 500;
    QTest::newRow("only losses") << 0 << 12 << 500;
    QTest::newRow("both") << 9 << 16 << 500;
    QTest::newRow("all lost") << 0 << 10 << 10;
}

void TstMeasure::pairedDifference_matchesAgrestiMin()
{
    QFETCH(int, wins);
    QFETCH(int, losses);
    QFETCH(int, count);
    // Wald's interval of a table with a half added to each of its four cells, written out from the
    // definition: the variance of a variable that is +1, -1 or 0.
    const double n = count + 2.0, p = (wins + 0.5) / n, q = (losses + 0.5) / n;
    const double mean = p - q, half = 1.959963984540054 * std::sqrt((p + q - mean * mean) / n);
    const Interval interval = pairedDifference(wins, losses, count);
    QCOMPARE(interval.value, double(wins - losses) / count);
    QVERIFY(std::abs(interval.low - std::max(-1.0, mean - half)) < 1e-12);
    QVERIFY(std::abs(interval.high - std::min(1.0, mean + half)) < 1e-12);
    QVERIFY(interval.halfWidth() > 0.0); // zero flips are no certainty
    const Interval mirrored = pairedDifference(losses, wins, count);
    QVERIFY(std::abs(mirrored.low + interval.high) < 1e-12);
}

void TstMeasure::pairedDifference_coversTheTruthInNinetyFivePercent_data()
{
    QTest::addColumn<double>("win");
    QTest::addColumn<double>("loss");
    QTest::addColumn<int>("count");
    QTest::newRow("rare flips") << 0.004 << 0.006 << 500;
    QTest::newRow("small drop") << 0.01 << 0.03 << 500;
    QTest::newRow("large drop") << 0.02 << 0.15 << 200;
    QTest::newRow("few samples") << 0.05 << 0.10 << 64;
}

void TstMeasure::pairedDifference_coversTheTruthInNinetyFivePercent()
{
    QFETCH(double, win);
    QFETCH(double, loss);
    QFETCH(int, count);
    std::mt19937 random(42);
    std::uniform_real_distribution<double> uniform;
    constexpr int trials = 4000;
    int covered = 0;
    for (int t = 0; t < trials; ++t) {
        int wins = 0, losses = 0;
        for (int i = 0; i < count; ++i) {
            const double u = uniform(random);
            wins += u < win;
            losses += u >= win && u < win + loss;
        }
        const Interval interval = pairedDifference(wins, losses, count);
        covered += interval.low <= win - loss && win - loss <= interval.high;
    }
    const double share = double(covered) / trials;
    QVERIFY2(share > 0.935 && share < 0.99, qPrintable(QString::number(share)));
}

void TstMeasure::lossInterval_coversTheTruthInNinetyFivePercent()
{
    // Logits (s, 0) of class 0 with s normal: the loss is log(1 + exp(-s)); its mean from a fine sum.
    double truth = 0.0, weights = 0.0;
    for (double s = -8.0; s <= 8.0; s += 1e-3) {
        const double weight = std::exp(-s * s / 2);
        truth += weight * std::log1p(std::exp(-s));
        weights += weight;
    }
    truth /= weights;
    std::mt19937 random(17);
    std::normal_distribution<float> normal;
    constexpr int trials = 2000;
    int covered = 0;
    const std::vector<int> labels(100, 0);
    for (int t = 0; t < trials; ++t) {
        Matrix values = Matrix::Zero(100, 2);
        for (Index i = 0; i < 100; ++i)
            values(i, 0) = normal(random);
        const Interval loss = *metricsOf(values, labels, OutputKind::Logits).loss;
        covered += loss.low <= truth && truth <= loss.high;
    }
    const double share = double(covered) / trials;
    QVERIFY2(share > 0.93 && share < 0.97, qPrintable(QString::number(share)));
}

void TstMeasure::comparison_ofEqualOutputsIsPerfect()
{
    const Matrix values = test::randomMatrix(50, 10, 1);
    const Comparison same = compareOutputs(values, values, std::vector<int>(50, 3));
    QCOMPARE(same.agreement->value, 1.0);
    QCOMPARE(*same.meanKl, 0.0);
    QCOMPARE(same.sqnrDecibel, std::numeric_limits<double>::infinity());
    QCOMPARE(same.maxRelativeDifference, 0.0);
    QCOMPARE(same.top1Difference->value, 0.0);
    QCOMPARE(same.lossDifference->value, 0.0);
    QVERIFY(same.changed.empty());
}

/// Nothing is right or wrong there: no difference of shares, but how often both decide alike.
void TstMeasure::comparison_withoutLabelsHasNoTop1Difference()
{
    const Matrix values = test::randomMatrix(50, 10, 1);
    const Comparison other = compareOutputs(values, test::randomMatrix(50, 10, 2), {});
    QVERIFY(!other.top1Difference && !other.lossDifference);
    QVERIFY(other.agreement && other.agreement->value < 0.5);
    QVERIFY(other.meanKl && *other.meanKl > 0.0);
}

void TstMeasure::comparison_matchesAPlainReference()
{
    const Matrix a = test::randomMatrix(300, 10, 1);
    const Matrix b = a + test::randomMatrix(300, 10, 2, 0.3F);
    std::vector<int> labels(300);
    for (size_t i = 0; i < labels.size(); ++i)
        labels[i] = static_cast<int>(i % 10);
    const Comparison comparison = compareOutputs(a, b, labels);
    double kl = 0.0;
    std::vector<size_t> changed;
    int difference = 0;
    for (Index r = 0; r < 300; ++r) {
        const Eigen::ArrayXd p = softmaxRows(a.row(r)).row(0).cast<double>();
        const Eigen::ArrayXd q = softmaxRows(b.row(r)).row(0).cast<double>();
        kl += (p * (p.log() - q.log())).sum() / 300.0;
        Index before = 0, after = 0;
        a.row(r).maxCoeff(&before);
        b.row(r).maxCoeff(&after);
        if (before != after)
            changed.push_back(size_t(r));
        difference += (after == labels[size_t(r)]) - (before == labels[size_t(r)]);
    }
    const double sqnr =
        10 * std::log10(a.cast<double>().squaredNorm() / (a - b).cast<double>().squaredNorm());
    QVERIFY(std::abs(*comparison.meanKl - kl) < 1e-5);
    QVERIFY(std::abs(comparison.sqnrDecibel - sqnr) < 1e-4);
    QVERIFY(std::abs(comparison.maxRelativeDifference -
                     double((a - b).cwiseAbs().maxCoeff()) / double(a.cwiseAbs().maxCoeff())) < 1e-6);
    QCOMPARE(comparison.changed, changed);
    QVERIFY(std::abs(comparison.agreement->value - (1.0 - double(changed.size()) / 300.0)) < 1e-12);
    QVERIFY(std::abs(comparison.top1Difference->value - difference / 300.0) < 1e-12);
    const double loss = metricsOf(b, labels).loss->value - metricsOf(a, labels).loss->value;
    QVERIFY(std::abs(comparison.lossDifference->value - loss) < 1e-12);
    QVERIFY(comparison.lossDifference->halfWidth() < metricsOf(a, labels).loss->halfWidth()); // pairing pays
}

void TstMeasure::comparison_withNanIsNotFiniteButSafe()
{
    const Matrix a = rows({{1, 2, 3}, {3, 2, 1}});
    const Matrix b = rows({{1, 2, 3}, {notANumber, 2, 1}});
    const Comparison comparison = compareOutputs(a, b, std::array{2, 0});
    QCOMPARE(comparison.agreement->value, 0.5);
    QCOMPARE(comparison.top1Difference->value, -0.5);
    QVERIFY(!comparison.meanKl);
    QVERIFY(!comparison.lossDifference);
    QCOMPARE(comparison.sqnrDecibel, -std::numeric_limits<double>::infinity());
    QCOMPARE(comparison.maxRelativeDifference, std::numeric_limits<double>::infinity());
}

void TstMeasure::comparison_refusesDifferentShapes()
{
    QVERIFY_EXCEPTION_THROWN(compareOutputs(Matrix::Zero(2, 3), Matrix::Zero(2, 4), {}), Error);
    QVERIFY_EXCEPTION_THROWN(metricsOf(Matrix::Zero(2, 3), std::array{1}), Error);
}

void TstMeasure::run_givesTheSameRowsAtEveryBatchAndThreadCount_data()
{
    QTest::addColumn<int>("declared");
    QTest::addColumn<int>("batch");
    QTest::addColumn<int>("threads");
    QTest::newRow("free, chosen") << -1 << 0 << 2;
    QTest::newRow("free, one") << -1 << 1 << 3;
    QTest::newRow("free, seven") << -1 << 7 << 2;
    QTest::newRow("free, more than there are") << -1 << 100 << 2;
    QTest::newRow("fixed at one") << 1 << 0 << 2;
    QTest::newRow("fixed at four, padded") << 4 << 0 << 2;
    QTest::newRow("fixed beyond the set") << 64 << 0 << 1;
}

void TstMeasure::run_givesTheSameRowsAtEveryBatchAndThreadCount()
{
    QFETCH(int, declared);
    QFETCH(int, batch);
    QFETCH(int, threads);
    const Fixture fixture(30, true);
    const Model model = linearModel(declared);
    RunOptions options;
    options.batch = size_t(batch);
    JobContext ctx;
    ctx.threads = threads;
    const Outputs outputs = runSamples(Session(model), fixture.samples(model), options, ctx);
    QCOMPARE(outputs.values.rows(), Index(30));
    QVERIFY((outputs.values - expectedLinear(fixture.inputs)).cwiseAbs().maxCoeff() < 1e-5F);
    QVERIFY(outputs.secondsRunning > 0.0);
}

void TstMeasure::run_takesSamplesInTheOrderAsked()
{
    const Fixture fixture(30, true);
    const Model model = linearModel(-1);
    const Matrix all = expectedLinear(fixture.inputs);
    RunOptions some;
    some.samples = {20, 3, 4, 5, 29, 0};
    const Matrix picked = runSamples(Session(model), fixture.samples(model), some).values;
    for (size_t i = 0; i < some.samples.size(); ++i)
        QVERIFY((picked.row(Index(i)) - all.row(Index(some.samples[i]))).cwiseAbs().maxCoeff() < 1e-5F);
    RunOptions range;
    range.first = 10;
    range.count = 5;
    QVERIFY((runSamples(Session(model), fixture.samples(model), range).values - all.middleRows(10, 5))
                .cwiseAbs()
                .maxCoeff() < 1e-5F);
    range.count = 21;
    QVERIFY_EXCEPTION_THROWN(runSamples(Session(model), fixture.samples(model), range), Error);
}

void TstMeasure::run_fallsBackWhenTheGraphFixesTheBatch()
{
    Tensor shape = makeTensor(ElementType::Int64, {2});
    shape.as<int64_t>()[0] = 1; // a batch of one written into the graph behind a free input
    shape.as<int64_t>()[1] = 4;
    const Model model = test::GraphBuilder()
                            .input("x", {-1, 4})
                            .output("y")
                            .constant("shape", shape)
                            .constant("w", test::randomTensor({4, 3}, 3))
                            .node("Reshape", {"x", "shape"}, {"r"})
                            .node("MatMul", {"r", "w"}, {"y"})
                            .build();
    const Fixture fixture(30, true);
    const Matrix values = runSamples(Session(model), fixture.samples(model)).values;
    QVERIFY((values - expectedLinear(fixture.inputs)).cwiseAbs().maxCoeff() < 1e-5F);
}

void TstMeasure::run_flattensAnOutputWithoutBatchAxis()
{
    const auto model = [](int64_t batch) {
        return test::GraphBuilder()
            .input("x", {batch, 4})
            .output("y")
            .constant("w", test::randomTensor({4, 3}, 3))
            .node("MatMul", {"x", "w"}, {"m"})
            .node("Transpose", {"m"}, {"y"})
            .build();
    };
    const Fixture fixture(30, true);
    const Matrix expected = expectedLinear(fixture.inputs);
    for (const int64_t batch : {-1, 1})
        QVERIFY((runSamples(Session(model(batch)), fixture.samples(model(batch))).values - expected)
                    .cwiseAbs()
                    .maxCoeff() < 1e-5F);
    QVERIFY_EXCEPTION_THROWN(runSamples(Session(model(5)), fixture.samples(model(5))), Error);
}

void TstMeasure::run_ignoresLaterOutputs()
{
    const Model model = test::GraphBuilder()
                            .input("x", {-1, 4})
                            .output("y", {-1, 3})
                            .output("extra", {99, 4}) // not what it gives
                            .constant("w", test::randomTensor({4, 3}, 3))
                            .node("MatMul", {"x", "w"}, {"y"})
                            .node("Relu", {"x"}, {"extra"})
                            .build();
    const Fixture fixture(30, true);
    QVERIFY((runSamples(Session(model), fixture.samples(model)).values - expectedLinear(fixture.inputs))
                .cwiseAbs()
                .maxCoeff() < 1e-5F);
}

void TstMeasure::run_refusesOutputsThatAreNoNumbers()
{
    const Model model = test::GraphBuilder()
                            .input("x", {-1, 4})
                            .output("y", {-1, 4}, ElementType::String)
                            .node("Cast", {"x"}, {"y"}, {{"to", int64_t(8)}})
                            .build();
    const Fixture fixture(5, false);
    QVERIFY_EXCEPTION_THROWN(runSamples(Session(model), fixture.samples(model)), Error);
}

void TstMeasure::run_measuresDynamicallyQuantizedModelsOneByOne()
{
    const Model model = test::GraphBuilder()
                            .input("x", {-1, 4})
                            .output("y", {-1, 4})
                            .node("DynamicQuantizeLinear", {"x"}, {"q", "scale", "zero"})
                            .node("DequantizeLinear", {"q", "scale", "zero"}, {"y"})
                            .build();
    const Fixture fixture(30, false);
    const Session session(model);
    QVERIFY(session.mixesBatch());
    QVERIFY(!Session(linearModel(-1)).mixesBatch());
    const SampleSet samples = fixture.samples(model);
    RunOptions last;
    last.samples = {29};
    const Matrix alone = runSamples(session, samples, last).values;
    QCOMPARE(runSamples(session, samples).values.row(29), alone.row(0)); // its neighbours do not change it
}

void TstMeasure::run_stopsWhenCancelled()
{
    const Fixture fixture(30, true);
    const Model model = linearModel(1);
    const SampleSet samples = fixture.samples(model);
    const Session session(model);
    std::stop_source stop;
    JobContext ctx;
    ctx.stop = stop.get_token();
    ctx.threads = 1;
    ctx.onProgress = [&stop](const Progress &p) {
        if (p.fraction > 0.3)
            stop.request_stop();
    };
    QVERIFY_EXCEPTION_THROWN(runSamples(session, samples, {}, ctx), Cancelled);
}

void TstMeasure::medianInterval_coversTheMedian()
{
    std::mt19937 random(7);
    std::lognormal_distribution<double> times(0.0, 0.5); // median 1, skewed as times are
    for (const int count : {6, 15, 25, 50}) {
        int covered = 0;
        constexpr int trials = 2000;
        for (int trial = 0; trial < trials; ++trial) {
            std::vector<double> values;
            for (int i = 0; i < count; ++i)
                values.push_back(times(random));
            const Interval found = medianInterval(values);
            QVERIFY(found.low <= found.value && found.value <= found.high);
            covered += found.low <= 1.0 && 1.0 <= found.high ? 1 : 0;
        }
        QVERIFY2(covered >= trials * 94 / 100 && covered < trials, qPrintable(QString::number(covered)));
    }
}

void TstMeasure::medianInterval_ofFewValuesIsAllOfThem()
{
    const Interval three = medianInterval({3.0, 1.0, 2.0});
    QCOMPARE(three.value, 2.0);
    QCOMPARE(three.low, 1.0);
    QCOMPARE(three.high, 3.0);
    QCOMPARE(medianInterval({5.0}).high, 5.0);
    QVERIFY_EXCEPTION_THROWN(medianInterval({}), Error);
    QVERIFY(distinguishable({1.0, 0.9, 1.1}, {1.3, 1.2, 1.4}));
    QVERIFY(distinguishable({1.3, 1.2, 1.4}, {1.0, 0.9, 1.1}));
    QVERIFY(!distinguishable({1.0, 0.9, 1.2}, {1.3, 1.2, 1.4}));
}

void TstMeasure::latency_isGivenForEachModel()
{
    const Fixture fixture(30, true);
    const Session one(linearModel(-1));
    const Session four(linearModel(4));
    const Session *const sessions[] = {&one, &four};
    const std::vector<Interval> seconds = interleavedLatency(sessions, fixture.samples(linearModel(-1)), 5);
    QCOMPARE(seconds.size(), size_t(2));
    for (const Interval &time : seconds)
        QVERIFY(time.low > 0.0 && time.low <= time.value && time.value <= time.high);
    QVERIFY_EXCEPTION_THROWN(interleavedLatency(sessions, fixture.samples(linearModel(-1)), 0), Error);
}

QTEST_GUILESS_MAIN(TstMeasure)
#include "tst_measure.moc"
