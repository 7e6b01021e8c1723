#include "tests/support/endless.h"
#include "tests/support/liveexactness.h"
#include "tests/support/livemodels.h"
#include "tests/support/places.h"
#include "tests/support/samplesets.h"

#include <QTest>
#include <thread>

using namespace lathe;
using namespace lathe::test;

namespace {

/// What the product gives is an index: where the weight changes much, samples like the last one point far
/// out of the table, and the run fails.
Model indexingModel()
{
    Tensor weight = makeTensor(ElementType::Float32, {2, 1});
    weight.as<float>()[0] = 0.1F;
    Tensor axis = makeTensor(ElementType::Int64, {1});
    axis.as<int64_t>()[0] = 1;
    return GraphBuilder()
        .input("x", {-1, 2})
        .output("y", {-1, 10})
        .random("table", {3, 10})
        .random("w0", {2, 8})
        .random("w2", {8, 2})
        .constant("w1", weight)
        .constant("axis", axis)
        .node("MatMul", {"x", "w0"}, {"a"}, {}, "front")
        .node("MatMul", {"a", "w2"}, {"b"}, {}, "next")
        .node("Mul", {"b", "w1"}, {"unused"})
        .node("MatMul", {"x", "w1"}, {"p"}, {}, "index")
        .node("Squeeze", {"p", "axis"}, {"q"})
        .node("Cast", {"q"}, {"i"}, {{"to", int64_t(7)}})
        .node("Gather", {"table", "i"}, {"t"})
        .node("ReduceSum", {"b", "axis"}, {"s"})
        .node("Add", {"t", "s"}, {"y"})
        .build();
}

SampleSet indexingSamples(const Model &model)
{
    return sampleSet(model, {{"x", steppingInputs()}}, mixedLabels(steppingSamples));
}

/// Exponentials in the middle: a larger weight makes infinities, and behind them NaN.
Model overflowingModel()
{
    return GraphBuilder()
        .input("x", {-1, 30})
        .output("y", {-1, 10})
        .random("w0", {30, 24}, 0.3F)
        .random("w1", {24, 20}, 3.8F)
        .random("w2", {20, 10})
        .node("MatMul", {"x", "w0"}, {"f0"}, {}, "front")
        .node("Tanh", {"f0"}, {"f"})
        .node("MatMul", {"f", "w1"}, {"m"}, {}, "middle")
        .node("Add", {"m", "m"}, {"d"})
        .node("Exp", {"d"}, {"e"})
        .node("MatMul", {"e", "w2"}, {"y"}, {}, "head")
        .build();
}

void compareEqual(const Comparison &actual, const Comparison &expected)
{
    QCOMPARE(actual.changed, expected.changed);
    QCOMPARE(actual.top1Difference->value, expected.top1Difference->value);
    QCOMPARE(actual.agreement->value, expected.agreement->value);
    QCOMPARE(actual.meanKl.has_value(), expected.meanKl.has_value());
    QCOMPARE(actual.lossDifference.has_value(), expected.lossDifference.has_value());
    QCOMPARE(std::isfinite(actual.sqnrDecibel), std::isfinite(expected.sqnrDecibel));
    QCOMPARE(std::isfinite(actual.maxRelativeDifference), std::isfinite(expected.maxRelativeDifference));
}

/// Reports of a job that is told to stop at one of them; empty: it ended otherwise than by stopping.
std::optional<int> reportsUntilStopped(const std::function<void(const JobContext &)> &job, int last)
{
    std::stop_source stop;
    JobContext ctx;
    ctx.stop = stop.get_token();
    ctx.threads = 1;
    int reports = 0;
    ctx.onProgress = [&](const Progress &) {
        if (++reports == last)
            stop.request_stop();
    };
    try {
        job(ctx);
    } catch (const Cancelled &) {
        return reports;
    }
    return {};
}

} // namespace

/// Runs that fail, numbers that overflow, and measurements that are cancelled.
class TstLiveFaults : public QObject {
    Q_OBJECT
private slots:
    void failingRun_isAnErrorAndHarmsNothing_data();
    void failingRun_isAnErrorAndHarmsNothing();
    void overflow_countsAsInTheExportedFile();
    void inputsThatAreNoNumbers_countAsInTheExportedFile();
    void cancelledMeasurement_goesOnToTheSameFigure();
    void cancelledPreparation_canBeRepeated();
    void cancel_reachesIntoARunThatNeverEnds_data();
    void cancel_reachesIntoARunThatNeverEnds();
    void cancel_leavesNothingToReport();
    void newerSetting_stopsALargeModelAtOnce_data();
    void newerSetting_stopsALargeModelAtOnce();
    void figures_neverGoBack();
    void errorOfAReport_endsTheMeasurementOnly();
};

void TstLiveFaults::failingRun_isAnErrorAndHarmsNothing_data()
{
    QTest::addColumn<bool>("prepared");
    QTest::newRow("at once") << false;
    QTest::newRow("prepared") << true;
}

void TstLiveFaults::failingRun_isAnErrorAndHarmsNothing()
{
    QFETCH(bool, prepared);
    const Model model = indexingModel();
    const size_t layer = model.layerIndex("index");
    LiveCheck check(model, indexingSamples(model));
    const CompressedModel broken = check.compress(recipeFor(model, {{layer, "format=binary"}}));
    if (prepared)
        check.live().prepare(check.compress({}), {layer});
    for (int i = 0; i < 3; ++i) {
        int64_t most = 0;
        const auto onState = [&](const PreviewState &state) {
            most = std::max(most, state.samplesDone);
            QVERIFY(!state.complete());
        };
        QVERIFY_THROWS_EXCEPTION(Error, check.live().measure(broken, {layer}, onState));
        QVERIFY(most < int64_t(steppingSamples));
        QCOMPARE(check.faultOf(recipeFor(model, {{layer, "bits=8"}}), {layer}), std::string());
    }
}

void TstLiveFaults::overflow_countsAsInTheExportedFile()
{
    const Model model = overflowingModel();
    LiveCheck check(model, randomSamples(model, 100, mixedLabels(100)));
    int notFinite = 0;
    for (const char *text : {"bits=1", "bits=2", "format=binary", "rank=2", "prune=0.5", "bits=8"}) {
        const CompressedModel compressed = check.compress(recipeFor(model, {{1, text}}));
        const PreviewState state = check.live().measure(compressed, {1}, {});
        const BuiltModel built = check.exporter().build(compressed, Storage::Compact);
        const Matrix values = runSamples(Session(built.model), check.samples()).values;
        notFinite += !values.allFinite();
        compareEqual(state.comparison, compareOutputs(check.baseline().values, values,
                                                      check.samples().labels(), OutputKind::Logits));
        QCOMPARE(state.metrics.top1->value,
                 metricsOf(values, check.samples().labels(), OutputKind::Logits).top1->value);
    }
    QVERIFY2(notFinite > 0, "no variant overflows");
}

void TstLiveFaults::inputsThatAreNoNumbers_countAsInTheExportedFile()
{
    const Model model = liveConvolution();
    Tensor x = randomTensor({80, 8, 7, 7}, 3);
    constexpr size_t sample = 8 * 7 * 7;
    x.as<float>()[3 * sample + 5] = std::numeric_limits<float>::quiet_NaN();
    x.as<float>()[9 * sample] = std::numeric_limits<float>::infinity();
    std::ranges::fill(x.as<float>().subspan(70 * sample, sample), 1e38F);
    LiveCheck check(model, sampleSet(model, {{"x", x}}, mixedLabels(80)));
    for (const char *text : {"bits=2", "rank=2", "prune=0.5"}) {
        const CompressedModel compressed = check.compress(recipeFor(model, {{1, text}}));
        std::vector<PreviewState> states;
        const PreviewState state = check.live().measure(
            compressed, {1}, [&](const PreviewState &early) { states.push_back(early); });
        const BuiltModel built = check.exporter().build(compressed, Storage::Compact);
        const Matrix values = runSamples(Session(built.model), check.samples()).values;
        QVERIFY(!values.allFinite());
        compareEqual(state.comparison, compareOutputs(check.baseline().values, values,
                                                      check.samples().labels(), OutputKind::Logits));
        for (const PreviewState &early : states)
            QVERIFY(std::isfinite(early.fullSet->low) && std::isfinite(early.fullSet->high));
    }
}

void TstLiveFaults::cancelledMeasurement_goesOnToTheSameFigure()
{
    const Model model = liveConvolution();
    LiveCheck check(model, randomSamples(model, 300, mixedLabels(300)));
    const std::vector<std::string> settings = plainSettings();
    std::mt19937 random(3);
    int cancelled = 0;
    for (int round = 0; round < 60; ++round) {
        const Recipe recipe = recipeFor(model, {{1, settings[random() % settings.size()]}});
        const CompressedModel compressed = check.compress(recipe);
        for (int attempt = 0; attempt < 3; ++attempt) {
            std::stop_source stop;
            JobContext ctx;
            ctx.stop = stop.get_token();
            int64_t left = int64_t(random() % 2); // progress reports until it is told
            ctx.onProgress = [&](const Progress &) {
                if (left-- == 0)
                    stop.request_stop();
            };
            std::jthread canceller;
            if (round % 2 == 0) // whenever the system gets to it
                canceller = std::jthread([&stop] { stop.request_stop(); });
            try {
                check.live().measure(compressed, {1}, {}, ctx);
            } catch (const Cancelled &) {
                ++cancelled;
            }
        }
        QCOMPARE(check.faultOf(recipe, {1}), std::string());
    }
    QVERIFY2(cancelled > 20, qPrintable(QString::number(cancelled)));
}

void TstLiveFaults::cancelledPreparation_canBeRepeated()
{
    const Model model = liveConvolution();
    std::mt19937 random(3);
    for (int round = 0; round < 20; ++round) {
        LiveCheck check(model, randomSamples(model, 100, mixedLabels(100)));
        const CompressedModel untouched = check.compress({});
        std::stop_source stop;
        JobContext ctx;
        ctx.stop = stop.get_token();
        std::atomic<int64_t> left = int64_t(random() % 12);
        ctx.onProgress = [&](const Progress &) {
            if (left-- == 0)
                stop.request_stop();
        };
        try {
            check.live().prepare(untouched, {1}, ctx);
        } catch (const Cancelled &) {
        }
        check.live().prepare(untouched, {1});
        const CutFacts facts = check.live().facts(untouched, {1});
        QCOMPARE(facts.cachedChunks, facts.chunks);
        QCOMPARE(check.faultOf(recipeFor(model, {{1, "bits=3"}}), {1}), std::string());
    }
}

void TstLiveFaults::cancel_reachesIntoARunThatNeverEnds_data()
{
    failingRun_isAnErrorAndHarmsNothing_data();
}

void TstLiveFaults::cancel_reachesIntoARunThatNeverEnds()
{
    QFETCH(bool, prepared);
    const Model model = steppingModel();
    const size_t layer = model.layerIndex("steps");
    LiveCheck check(model, indexingSamples(model));
    const CompressedModel endless = check.compress(recipeFor(model, {{layer, "format=binary"}}));
    if (prepared)
        check.live().prepare(check.compress({}), {layer});
    std::stop_source stop;
    JobContext ctx;
    ctx.stop = stop.get_token();
    const std::jthread canceller([&stop] {
        std::this_thread::sleep_for(std::chrono::milliseconds(200));
        stop.request_stop();
    });
    QVERIFY_THROWS_EXCEPTION(Cancelled, check.live().measure(endless, {layer}, {}, ctx));
    QCOMPARE(check.faultOf(recipeFor(model, {{layer, "bits=8"}}), {layer}), std::string());
}

void TstLiveFaults::cancel_leavesNothingToReport()
{
    const Model model = Model::load(sourcePath("resources/sample/digits.onnx"));
    const SampleSet samples = SampleSet::prepare(model, Dataset::open(sourcePath("resources/sample:test")),
                                                 findPreprocessing(model.path()).value(), 300);
    for (const int last : {1, 2, 3}) {
        LiveCheck fresh(model, samples);
        const CompressedModel compressed = fresh.compress(recipeFor(model, {{1, "bits=3"}}));
        QCOMPARE(reportsUntilStopped(
                     [&](const JobContext &ctx) { fresh.live().prepare(compressed, {1}, ctx); }, last),
                 std::optional(last));
        QCOMPARE(reportsUntilStopped(
                     [&](const JobContext &ctx) { fresh.live().measure(compressed, {1}, {}, ctx); }, last),
                 std::optional(last));
    }
}

void TstLiveFaults::newerSetting_stopsALargeModelAtOnce_data()
{
    QTest::addColumn<QString>("name");
    QTest::addColumn<QString>("data");
    QTest::addColumn<int>("samples");
    QTest::newRow("vit") << "vit_cifar10_ibp_3_3_8"
                         << "cifar10-sample" << 500;
    QTest::newRow("mobilenetv2") << "mobilenetv2"
                                 << "imagenet-sample" << 40;
}

/// Moves of a layer near the input, made ready before: nearly all of the model runs behind it.
void TstLiveFaults::newerSetting_stopsALargeModelAtOnce()
{
    LATHE_NEED_TEST_DATA();
    QFETCH(QString, name);
    QFETCH(QString, data);
    QFETCH(int, samples);
    const Model model = Model::load(testData() + "/models/" + name.toStdString() + ".onnx");
    LiveCheck check(model, SampleSet::prepare(model, Dataset::open(testData() + "/" + data.toStdString()),
                                              findPreprocessing(model.path()).value(), size_t(samples)));
    constexpr size_t layer = 2;
    check.live().prepare(check.compress({}), {layer});
    for (int move = 0; move < 4; ++move) { // each another setting, so that none is known already
        const CompressedModel compressed =
            check.compress(recipeFor(model, {{layer, "prune=0." + std::to_string(10 + move)}}));
        std::stop_source stop;
        JobContext ctx;
        ctx.stop = stop.get_token();
        int states = 0;
        const auto onState = [&](const PreviewState &state) {
            ++states;
            QVERIFY(state.samplesDone < samples);
            stop.request_stop();
        };
        QVERIFY_THROWS_EXCEPTION(Cancelled, check.live().measure(compressed, {layer}, onState, ctx));
        QCOMPARE(states, 1);
    }
}

void TstLiveFaults::figures_neverGoBack()
{
    const Model model = liveConvolution();
    LiveCheck check(model, randomSamples(model, 300, mixedLabels(300)), nullptr, {1 << 30, 0.01});
    for (const std::string &text : plainSettings()) {
        int64_t done = 0;
        const PreviewState last = check.live().measure(check.compress(recipeFor(model, {{1, text}})), {1},
                                                       [&](const PreviewState &state) {
                                                           QVERIFY(state.samplesDone >= done);
                                                           QCOMPARE(state.metrics.samples, state.samplesDone);
                                                           QCOMPARE(bool(state.values), state.complete());
                                                           done = state.samplesDone;
                                                       });
        QCOMPARE(last.samplesDone, done);
        QVERIFY(last.settled && (last.complete() || last.fullSet->halfWidth() <= 0.01));
    }
}

void TstLiveFaults::errorOfAReport_endsTheMeasurementOnly()
{
    const Model model = liveConvolution();
    LiveCheck check(model, randomSamples(model, 200, mixedLabels(200)));
    const Recipe recipe = recipeFor(model, {{1, "bits=3"}});
    const auto refuse = [](const PreviewState &) {
        throw Error(ErrorCode::Internal, Message::verbatim("no"));
    };
    QVERIFY_THROWS_EXCEPTION(Error, check.live().measure(check.compress(recipe), {1}, refuse));
    QCOMPARE(check.faultOf(recipe, {1}), std::string());
}

QTEST_GUILESS_MAIN(TstLiveFaults)
#include "tst_livefaults.moc"
