#include "tests/support/liveexactness.h"
#include "tests/support/livemodels.h"
#include "tests/support/samplesets.h"

#include "core/preview/activationcache.h"

#include <QTest>

using namespace lathe;
using namespace lathe::test;

namespace {

std::shared_ptr<const CutValues> valuesOf(int64_t bytes)
{
    return std::make_shared<const CutValues>(CutValues{makeTensor(ElementType::UInt8, {bytes})});
}

const std::vector<const char *> &moves()
{
    static const std::vector<const char *> all{"bits=3", "rank=3", "prune=0.8", "bits=2"};
    return all;
}

/// Moves of the layer in the middle, each against the exported file.
std::string faultOfMoves(LiveCheck &check, const Model &model, const std::vector<size_t> &moving = {1})
{
    for (const char *text : moves()) {
        const std::string fault = check.faultOf(recipeFor(model, {{moving.front(), text}}), moving);
        if (!fault.empty())
            return std::string(text) + ": " + fault;
    }
    return {};
}

/// Numbers are scaled by the largest of the whole batch.
Model mixingModel()
{
    GraphBuilder graph;
    return graph.input("x", {-1, 30})
        .output("y", {-1, 10})
        .random("w0", {30, 24}, 0.3F)
        .random("w1", {24, 10}, 0.3F)
        .node("MatMul", {"x", "w0"}, {"f"}, {}, "front")
        .node("DynamicQuantizeLinear", {"f"}, {"q", "scale", "zero"})
        .node("DequantizeLinear", {"q", "scale", "zero"}, {"d"})
        .node("MatMul", {"d", "w1"}, {"y"}, {}, "middle")
        .build();
}

/// One number for each sample: no classes.
Model regression()
{
    GraphBuilder graph;
    return graph.input("x", {-1, 30})
        .output("y", {-1, 1})
        .random("w0", {30, 24}, 0.3F)
        .random("w1", {24, 1}, 0.3F)
        .node("MatMul", {"x", "w0"}, {"f"}, {}, "front")
        .node("MatMul", {"f", "w1"}, {"y"}, {}, "middle")
        .build();
}

} // namespace

/// What is kept between moves, and the models and sets that are not like most.
class TstLiveCache : public QObject {
    Q_OBJECT
private slots:
    void cache_neverHoldsMoreThanItsBudget();
    void leastRecentlyUsed_goesFirst();
    void removedCut_givesItsRoomBack();
    void figures_doNotDependOnTheBudget_data();
    void figures_doNotDependOnTheBudget();
    void selections_pushOutTheOldest();
    void oddModels_measureWhatIsExported_data();
    void oddModels_measureWhatIsExported();
    void fewSamples_measureWhatIsExported_data();
    void fewSamples_measureWhatIsExported();
    void roughMeasurementBeside_leavesAnExactOneWhole();
    void unlabelledSet_isJudgedByAgreement();
    void regression_hasNoClasses();
    void oneClass_losesNothingOrEverything();
    void unknownMacs_areCutByTime_data();
    void unknownMacs_areCutByTime();
    void noSamples_areRefused();
    void otherBaseline_isRefused();
};

void TstLiveCache::cache_neverHoldsMoreThanItsBudget()
{
    std::mt19937 random(4);
    for (const int64_t budget : {0, 10, 100, 1000}) {
        ActivationCache cache(budget);
        std::map<std::pair<uint64_t, size_t>, int64_t> sizes;
        for (int i = 0; i < 4000; ++i) {
            const uint64_t cut = random() % 5;
            const size_t chunk = random() % 8;
            switch (random() % 8) {
            case 0:
                cache.touch(cut);
                break;
            case 1:
                cache.remove(cut);
                QVERIFY(!cache.find(cut, chunk));
                break;
            default: {
                const int64_t size = int64_t(random() % 60);
                const bool known = cache.find(cut, chunk) != nullptr;
                const bool fits = cache.insert(cut, chunk, valuesOf(size));
                QCOMPARE(cache.find(cut, chunk) != nullptr, fits);
                if (!known)
                    sizes[{cut, chunk}] = size;
            }
            }
            int64_t held = 0;
            for (const auto &[key, size] : sizes)
                if (const auto values = cache.find(key.first, key.second))
                    held += bytesOf(*values);
            QCOMPARE(cache.bytes(), held);
            QVERIFY(held <= budget);
        }
    }
}

void TstLiveCache::leastRecentlyUsed_goesFirst()
{
    ActivationCache cache(30);
    for (const uint64_t cut : {1, 2, 3}) {
        cache.touch(cut);
        QVERIFY(cache.insert(cut, 0, valuesOf(10)));
    }
    cache.touch(1);
    cache.touch(4);
    QVERIFY(cache.insert(4, 0, valuesOf(10)));
    QVERIFY(!cache.find(2, 0));
    QVERIFY(cache.find(1, 0) && cache.find(3, 0));
    QVERIFY(cache.insert(4, 1, valuesOf(10)));
    QVERIFY(!cache.find(3, 0));
    QVERIFY(cache.insert(4, 2, valuesOf(10)));
    QVERIFY(!cache.find(1, 0));
    QVERIFY(!cache.insert(4, 3, valuesOf(10))); // its own are not pushed out
    QVERIFY(cache.find(4, 0) && cache.find(4, 1) && cache.find(4, 2));
    QVERIFY(!cache.insert(5, 0, valuesOf(31)));
}

void TstLiveCache::removedCut_givesItsRoomBack()
{
    ActivationCache cache(30);
    QVERIFY(cache.insert(1, 0, valuesOf(30)));
    cache.remove(1);
    QCOMPARE(cache.bytes(), int64_t(0));
    QVERIFY(cache.insert(2, 0, valuesOf(30)));
}

void TstLiveCache::figures_doNotDependOnTheBudget_data()
{
    QTest::addColumn<qint64>("budget");
    const qint64 sample = 12 * 7 * 7 * 4; // what enters the layer in the middle
    QTest::newRow("nothing") << qint64(0);
    QTest::newRow("less than a sample") << sample - 1;
    QTest::newRow("one sample") << sample;
    QTest::newRow("some chunks") << 70 * sample;
    QTest::newRow("all but one byte") << 150 * sample - 1;
    QTest::newRow("all") << 150 * sample;
}

void TstLiveCache::figures_doNotDependOnTheBudget()
{
    QFETCH(qint64, budget);
    const Model model = liveConvolution();
    const SampleSet samples = randomSamples(model, 150, mixedLabels(150));
    LiveCheck plenty(model, samples), scarce(model, samples, nullptr, {budget, 0.0});
    for (const bool prepared : {false, true})
        for (const char *text : moves()) {
            const Recipe recipe = recipeFor(model, {{1, text}});
            if (prepared)
                scarce.live().prepare(scarce.compress(recipe), {1});
            QCOMPARE(plenty.faultOf(recipe, {1}), std::string());
            QCOMPARE(scarce.faultOf(recipe, {1}), std::string());
            QVERIFY(scarce.live().cachedBytes() <= budget);
            const PreviewState &state = scarce.last();
            QCOMPARE(state.comparison.changed, plenty.last().comparison.changed);
            QCOMPARE(state.metrics.top1->value, plenty.last().metrics.top1->value);
            QVERIFY((*state.values - *plenty.last().values).cwiseAbs().maxCoeff() < 1e-4F);
        }
    const CutFacts facts = plenty.live().facts(plenty.compress(recipeFor(model, {{1, "bits=2"}})), {1});
    QCOMPARE(facts.cachedChunks, facts.chunks);
}

void TstLiveCache::selections_pushOutTheOldest()
{
    const Model model = liveConvolution();
    const SampleSet samples = randomSamples(model, 64, mixedLabels(64));
    const int64_t ofMiddle = 64 * 12 * 7 * 7 * 4, ofHead = 64 * 12 * 4;
    LiveCheck check(model, samples, nullptr, {ofMiddle + ofHead / 2, 0.0});
    const CompressedModel untouched = check.compress({});
    check.live().prepare(untouched, {1});
    QCOMPARE(check.live().cachedBytes(), ofMiddle);
    check.live().prepare(untouched, {2});
    const CutFacts head = check.live().facts(untouched, {2});
    QCOMPARE(head.cachedChunks, head.chunks);
    const CutFacts middle = check.live().facts(untouched, {1});
    QVERIFY(middle.cachedChunks < middle.chunks && middle.cachedChunks > 0);
    check.live().prepare(untouched, {1});
    QCOMPARE(check.live().facts(untouched, {1}).cachedChunks, middle.chunks);
    QVERIFY(check.live().cachedBytes() <= ofMiddle + ofHead / 2);
    QCOMPARE(faultOfMoves(check, model), std::string());
    QCOMPARE(faultOfMoves(check, model, {2}), std::string());
}

void TstLiveCache::oddModels_measureWhatIsExported_data()
{
    QTest::addColumn<int>("which");
    QTest::addColumn<int>("samples");
    QTest::addColumn<int>("chunks");
    QTest::newRow("fixed batch of one") << 0 << 9 << 9;
    QTest::newRow("fixed batch, last one not full") << 1 << 75 << 11;
    QTest::newRow("fewer samples than the batch") << 1 << 3 << 1;
    QTest::newRow("mixes the batch") << 2 << 20 << 20;
    QTest::newRow("free batch that only works at one") << 3 << 20 << 20;
}

void TstLiveCache::oddModels_measureWhatIsExported()
{
    QFETCH(int, which);
    QFETCH(int, samples);
    QFETCH(int, chunks);
    const Model model = which == 0   ? liveConvolution(1)
                        : which == 1 ? liveConvolution(8)
                        : which == 2 ? mixingModel()
                                     : onlyBatchOne();
    LiveCheck check(model, randomSamples(model, size_t(samples), mixedLabels(size_t(samples))));
    QCOMPARE(faultOfMoves(check, model), std::string());
    const CutFacts facts = check.live().facts(check.compress(recipeFor(model, {{1, moves().back()}})), {1});
    QVERIFY(facts.macShare < 1.0);
    QCOMPARE(facts.cachedChunks, facts.chunks);
    QVERIFY2(int(facts.chunks) <= chunks + 4 && int(facts.chunks) >= chunks,
             qPrintable(QString::number(facts.chunks))); // strata end chunks early
}

void TstLiveCache::fewSamples_measureWhatIsExported_data()
{
    QTest::addColumn<int>("count");
    for (const int count : {1, 2, 3, 15, 16, 17, 63, 64, 65})
        QTest::addRow("%d", count) << count;
}

void TstLiveCache::fewSamples_measureWhatIsExported()
{
    QFETCH(int, count);
    const Model model = liveConvolution();
    LiveCheck check(model, randomSamples(model, size_t(count), mixedLabels(size_t(count))));
    QCOMPARE(faultOfMoves(check, model), std::string());
    QCOMPARE(check.last().samplesTotal, int64_t(count));
    const PreviewState state =
        check.live().measure(check.compress(recipeFor(model, {{1, "bits=4"}})), {1}, {}, {}, 0.01);
    QVERIFY(state.settled);
}

/// A job that was told to stop may still begin to measure roughly while the next one measures exactly.
void TstLiveCache::roughMeasurementBeside_leavesAnExactOneWhole()
{
    const Model model = liveConvolution();
    LiveCheck check(model, randomSamples(model, 400, mixedLabels(400)));
    bool rough = false;
    const PreviewState exact = check.live().measure(
        check.compress(recipeFor(model, {{1, "bits=4"}})), {1}, [&](const PreviewState &) {
            if (std::exchange(rough, true))
                return;
            const PreviewState beside =
                check.live().measure(check.compress(recipeFor(model, {{1, "bits=3"}})), {1}, {}, {}, 0.5);
            QVERIFY(beside.settled && beside.samplesDone < 400);
        });
    QVERIFY(rough);
    QCOMPARE(exact.samplesDone, int64_t(400));
}

void TstLiveCache::unlabelledSet_isJudgedByAgreement()
{
    const Model model = liveConvolution();
    LiveCheck check(model, randomSamples(model, 100));
    QCOMPARE(faultOfMoves(check, model), std::string());
    const PreviewState &state = check.last();
    QVERIFY(!state.metrics.top1 && !state.comparison.top1Difference);
    QVERIFY(state.comparison.agreement->value < 1.0);
    QCOMPARE(state.fullSet->value, state.comparison.agreement->value - 1.0);
    QCOMPARE(state.fullSet->halfWidth(), 0.0);
}

void TstLiveCache::regression_hasNoClasses()
{
    const Model model = regression();
    LiveCheck check(model, randomSamples(model, 100), nullptr, {1 << 20, 0.01});
    QCOMPARE(faultOfMoves(check, model), std::string()); // no precision to reach: all samples
    const PreviewState &state = check.last();
    QVERIFY(!state.metrics.top1 && !state.comparison.agreement && !state.fullSet);
    QVERIFY(std::isfinite(state.comparison.sqnrDecibel));
}

void TstLiveCache::oneClass_losesNothingOrEverything()
{
    const Model model = liveConvolution();
    LiveCheck check(model, randomSamples(model, 40, std::vector<int>(40, 3)));
    QCOMPARE(faultOfMoves(check, model), std::string());
    QVERIFY(check.last().comparison.top1Difference.has_value());
}

void TstLiveCache::unknownMacs_areCutByTime_data()
{
    QTest::addColumn<int>("layer");
    QTest::addColumn<bool>("cut");
    QTest::newRow("behind little") << 0 << false;
    QTest::newRow("behind nearly all") << 2 << true;
}

/// Behind an operator of which nobody knows what shape it gives. It takes a hundredth of what the rest takes,
/// so that no machine and no sanitizer makes it worth keeping.
void TstLiveCache::unknownMacs_areCutByTime()
{
#ifdef __SANITIZE_THREAD__
    QSKIP("The thread sanitizer makes some operators slow and others not.");
#endif
    QFETCH(int, layer);
    QFETCH(bool, cut);
    const std::vector<std::pair<std::string, Attribute>> same = {{"pads", std::vector<int64_t>{1, 1, 1, 1}}};
    GraphBuilder graph;
    graph.input("x", {-1, 8, 14, 14})
        .output("y", {-1, 10})
        .random("w0", {128, 8, 3, 3}, 0.2F)
        .random("w1", {128, 128, 3, 3}, 0.05F)
        .random("w2", {128, 10})
        .node("Gelu", {"x"}, {"r"})
        .node("Conv", {"r", "w0"}, {"a"}, same, "first")
        .node("Relu", {"a"}, {"b"})
        .node("Conv", {"b", "w1"}, {"c"}, same, "second")
        .node("GlobalAveragePool", {"c"}, {"p"})
        .node("Flatten", {"p"}, {"f"})
        .node("MatMul", {"f", "w2"}, {"y"}, {}, "head");
    graph.proto().mutable_graph()->mutable_node(0)->set_domain("com.microsoft");
    auto *domain = graph.proto().add_opset_import();
    domain->set_domain("com.microsoft");
    domain->set_version(1);
    const Model model = graph.build();
    QVERIFY(!model.layers()[0].macs);
    LiveCheck check(model, sampleSet(model, {{"x", randomTensor({64, 8, 14, 14}, 3)}}, mixedLabels(64)));
    const size_t moving = size_t(layer);
    check.live().prepare(check.compress({}), {moving});
    for (const char *text : {"bits=3", "rank=4", "prune=0.7"}) {
        const Recipe recipe = recipeFor(model, {{moving, text}});
        QCOMPARE(check.faultOf(recipe, {moving}), std::string());
        check.live().prepare(check.compress(recipe), {moving});
        const CutFacts facts = check.live().facts(check.compress(recipe), {moving});
        QCOMPARE(facts.cachedChunks, cut ? facts.chunks : 0);
        QVERIFY2(cut ? facts.macShare < 0.5 : facts.macShare == 1.0,
                 qPrintable(QString::number(facts.macShare)));
    }
}

void TstLiveCache::noSamples_areRefused()
{
    const Model model = liveConvolution();
    const auto samples = std::make_shared<const SampleSet>(randomSamples(model, 4));
    Baseline empty;
    QVERIFY_THROWS_EXCEPTION(Error, LivePreview(std::make_shared<Exporter>(model), samples,
                                                std::make_shared<const Baseline>(empty)));
}

void TstLiveCache::otherBaseline_isRefused()
{
    const Model model = liveConvolution();
    const auto samples = std::make_shared<const SampleSet>(randomSamples(model, 20, mixedLabels(20)));
    Baseline baseline = measureBaseline(model, *samples);
    Baseline shorter = baseline, narrower = baseline;
    shorter.values = Matrix(baseline.values.topRows(10));
    narrower.values = Matrix(baseline.values.leftCols(7));
    const auto exporter = std::make_shared<Exporter>(model);
    QVERIFY_THROWS_EXCEPTION(Error,
                             LivePreview(exporter, samples, std::make_shared<const Baseline>(shorter)));
    LivePreview live(exporter, samples, std::make_shared<const Baseline>(narrower));
    const CompressedModel compressed = Compressor(model).compress(recipeFor(model, {{1, "bits=3"}}));
    QVERIFY_THROWS_EXCEPTION(Error, live.measure(compressed, {1}, {}));
}

QTEST_GUILESS_MAIN(TstLiveCache)
#include "tst_livecache.moc"
