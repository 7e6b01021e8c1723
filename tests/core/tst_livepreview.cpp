#include "core/calibrate/calibration.h"
#include "tests/support/liveexactness.h"
#include "tests/support/livemodels.h"
#include "tests/support/places.h"
#include "tests/support/samplesets.h"

#include <QTest>

using namespace lathe;
using namespace lathe::test;

namespace {

constexpr size_t sampleCount = 24;
/// Share of float16 outputs that a difference in the last place of float32 may round the other way.
constexpr double fewNeighbours = 0.005;

std::shared_ptr<const Calibration> calibrated(const Model &model)
{
    CalibrationOptions options;
    options.cacheFolder.clear();
    return calibrate(model, randomSamples(model, 40, {}, 77), options);
}

/// Each of the settings for the moving layers, the others as they are and then compressed too.
void runThrough(const LiveModelCase &wanted, const std::vector<std::string> &settings,
                std::shared_ptr<const Calibration> (*calibration)(const Model &))
{
    const Model model = wanted.build();
    LiveCheck check(model, randomSamples(model, sampleCount, mixedLabels(sampleCount)),
                    calibration ? calibration(model) : nullptr);
    int applied = 0;
    for (const char *others : {"", "bits=6"}) {
        for (const std::string &text : settings) {
            std::vector<std::pair<size_t, std::string>> all;
            for (size_t layer = 0; layer < model.layers().size(); ++layer)
                if (std::ranges::count(wanted.moving, layer) > 0)
                    all.emplace_back(layer, text);
                else if (*others && model.layers()[layer].compressible())
                    all.emplace_back(layer, others);
            const Recipe recipe = recipeFor(model, all);
            const std::string fault = check.faultOf(recipe, wanted.moving);
            QVERIFY2(fault.empty(), (text + " beside \"" + others + "\": " + fault).c_str());
            const CompressedModel compressed = check.compress(recipe);
            applied += compressed.layers[wanted.moving.front()].code.weight != nullptr;
            const CutFacts facts = check.live().facts(compressed, wanted.moving);
            QVERIFY(facts.ready);
            QCOMPARE(facts.macShare < 1.0, wanted.cuttable);
            QCOMPARE(facts.cachedChunks, wanted.cuttable ? facts.chunks : 0);
        }
    }
    QVERIFY(applied > 8);
    qInfo("%d of %zu applied, largest difference %.1e", applied, 2 * settings.size(),
          check.largestDifference());
}

void addModels()
{
    QTest::addColumn<int>("which");
    for (size_t i = 0; i < liveModels().size(); ++i)
        QTest::addRow("%s", liveModels()[i].name) << int(i);
}

std::string path(const std::string &folder, const std::string &file)
{
    return folder + "/" + file;
}

struct RealCase {
    std::string model, data;
    size_t samples = 0;
};

Model loaded(const RealCase &wanted)
{
    return Model::load(wanted.model);
}

SampleSet samplesFor(const RealCase &wanted, const Model &model)
{
    return SampleSet::prepare(model, Dataset::open(wanted.data), findPreprocessing(wanted.model).value(),
                              wanted.samples);
}

std::string chosen(std::mt19937 &random, const std::vector<std::string> &settings)
{
    return settings[random() % settings.size()];
}

/// Random moves of random layers, one or several together, back to earlier recipes now and then.
void wander(const RealCase &wanted, int moves, unsigned seed)
{
    const Model model = loaded(wanted);
    LiveCheck check(model, samplesFor(wanted, model));
    std::vector<std::string> settings = plainSettings();
    settings.emplace_back("off");
    std::mt19937 random(seed);
    std::map<size_t, std::string> now;
    std::vector<std::pair<std::map<size_t, std::string>, std::vector<size_t>>> earlier;
    for (int move = 0; move < moves; ++move) {
        std::vector<size_t> moving;
        if (!earlier.empty() && random() % 5 == 0) {
            std::tie(now, moving) = earlier[random() % earlier.size()];
        } else {
            for (size_t i = 0; i < 1 + random() % 3; ++i) {
                const size_t layer = random() % model.layers().size();
                moving.push_back(layer);
                now[layer] = chosen(random, settings);
            }
        }
        std::vector<std::pair<size_t, std::string>> all;
        for (const auto &[layer, text] : now)
            if (text != "off")
                all.emplace_back(layer, text);
        const std::string fault = check.faultOf(recipeFor(model, all), moving);
        QVERIFY2(fault.empty(), (std::to_string(move) + ": " + fault).c_str());
        earlier.emplace_back(now, moving);
    }
    qInfo("largest difference %.1e, %.2f %% neighbours in float16", check.largestDifference(),
          100.0 * check.neighbours());
    QVERIFY(check.neighbours() < fewNeighbours);
}

} // namespace

/// What is measured live is what the exported file gives.
class TstLivePreview : public QObject {
    Q_OBJECT
private slots:
    void plainMethods_measureWhatIsExported_data();
    void plainMethods_measureWhatIsExported();
    void calibratedMethods_measureWhatIsExported_data();
    void calibratedMethods_measureWhatIsExported();
    void recipesOfManyLayers_measureWhatIsExported_data();
    void recipesOfManyLayers_measureWhatIsExported();
    void float16Model_measuresWhatIsExported();
    void float16Layers_measureWhatIsExported_data();
    void float16Layers_measureWhatIsExported();
    void severalLayers_moveTogether();
    void earlierSetting_givesTheEarlierFigures();
    void untouchedRecipe_losesExactlyNothing();
    void someSamples_areMeasuredAlone();
};

void TstLivePreview::plainMethods_measureWhatIsExported_data()
{
    addModels();
}

void TstLivePreview::plainMethods_measureWhatIsExported()
{
    QFETCH(int, which);
    runThrough(liveModels()[size_t(which)], plainSettings(), nullptr);
}

void TstLivePreview::calibratedMethods_measureWhatIsExported_data()
{
    addModels();
}

void TstLivePreview::calibratedMethods_measureWhatIsExported()
{
    QFETCH(int, which);
    const LiveModelCase &wanted = liveModels()[size_t(which)];
    if (calibrated(wanted.build())->obstacle(wanted.moving.front()).empty())
        runThrough(wanted, calibratedSettings(), calibrated);
}

void TstLivePreview::recipesOfManyLayers_measureWhatIsExported_data()
{
    QTest::addColumn<bool>("isSample");
    QTest::addColumn<int>("moves");
    QTest::newRow("digits") << true << 40;
    QTest::newRow("resnet20") << false << 15;
}

void TstLivePreview::recipesOfManyLayers_measureWhatIsExported()
{
    QFETCH(bool, isSample);
    QFETCH(int, moves);
    if (isSample) {
        const std::string folder = sourcePath("resources/sample");
        return wander({path(folder, "digits.onnx"), folder + ":test", 64}, moves, 5);
    }
    LATHE_NEED_TEST_DATA();
    wander({path(testData(), "models/resnet20_cifar10.onnx"), path(testData(), "cifar10-sample"), 32}, moves,
           6);
}

void TstLivePreview::float16Model_measuresWhatIsExported()
{
    LATHE_NEED_TEST_DATA();
    wander({path(testData(), "models/squeezenet_fp16.onnx"), path(testData(), "imagenet-sample"), 8}, 12, 7);
}

void TstLivePreview::float16Layers_measureWhatIsExported_data()
{
    addModels();
}

void TstLivePreview::float16Layers_measureWhatIsExported()
{
    QFETCH(int, which);
    const LiveModelCase &wanted = liveModels()[size_t(which)];
    const Model model = inFloat16(wanted.build());
    LiveCheck check(model, randomSamples(model, sampleCount, mixedLabels(sampleCount)));
    for (const char *text : {"bits=4", "rank=4", "prune=0.5", "rank=3,rank.form=spatial", "clusters=8"}) {
        std::vector<std::pair<size_t, std::string>> all;
        for (const size_t layer : wanted.moving)
            all.emplace_back(layer, text);
        const Recipe recipe = recipeFor(model, all);
        const std::string fault = check.faultOf(recipe, wanted.moving);
        QVERIFY2(fault.empty(), (text + (": " + fault)).c_str());
        const CutFacts facts = check.live().facts(check.compress(recipe), wanted.moving);
        QCOMPARE(facts.macShare < 1.0, wanted.cuttable && wanted.cuttableInFloat16);
        if (wanted.cuttable && !wanted.cuttableInFloat16)
            QVERIFY2(check.last().note.text().find(facts.obstacle.text()) != std::string::npos,
                     check.last().note.text().c_str());
    }
    qInfo("largest difference %.1e, %.2f %% neighbours in float16", check.largestDifference(),
          100.0 * check.neighbours());
    QVERIFY(check.neighbours() < fewNeighbours);
}

void TstLivePreview::severalLayers_moveTogether()
{
    const Model model = liveConvolution();
    LiveCheck check(model, randomSamples(model, sampleCount, mixedLabels(sampleCount)));
    double shareOfTwo = 0.0;
    for (const char *text : {"bits=3", "rank=4", "prune=0.7"}) {
        const Recipe recipe = recipeFor(model, {{1, text}, {2, "bits=4"}});
        QCOMPARE(check.faultOf(recipe, {2, 1}), std::string());
        shareOfTwo = check.live().facts(check.compress(recipe), {1, 2}).macShare;
        QCOMPARE(check.faultOf(recipe, {2}), std::string());
        QVERIFY(check.live().facts(check.compress(recipe), {2}).macShare < shareOfTwo);
        QCOMPARE(check.faultOf(recipe, {}), std::string()); // all that are compressed
    }
    QVERIFY(shareOfTwo < 1.0);
}

void TstLivePreview::earlierSetting_givesTheEarlierFigures()
{
    const Model model = liveConvolution();
    LiveCheck check(model, randomSamples(model, sampleCount, mixedLabels(sampleCount)));
    std::map<std::string, Matrix> seen;
    for (int round = 0; round < 3; ++round)
        for (const std::string &text : plainSettings()) { // more than are remembered
            const CompressedModel compressed = check.compress(recipeFor(model, {{1, text}}));
            const PreviewState state = check.live().measure(compressed, {1}, {});
            const auto [known, isNew] = seen.try_emplace(text, *state.values);
            const float apart = (known->second - *state.values).cwiseAbs().maxCoeff();
            QVERIFY2(isNew || apart <= 1e-5F * known->second.cwiseAbs().maxCoeff(), text.c_str());
        }
}

void TstLivePreview::untouchedRecipe_losesExactlyNothing()
{
    for (const LiveModelCase &wanted : liveModels()) {
        const Model model = wanted.build();
        LiveCheck check(model, randomSamples(model, sampleCount, mixedLabels(sampleCount)));
        check.live().prepare(check.compress({}), wanted.moving);
        int reports = 0;
        const PreviewState state =
            check.live().measure(check.compress({}), wanted.moving, [&](const PreviewState &) { ++reports; });
        QCOMPARE(reports, 1);
        QVERIFY(state.complete() && state.settled);
        QCOMPARE(*state.values, check.baseline().values);
        QCOMPARE(state.comparison.top1Difference->value, 0.0);
        QCOMPARE(state.comparison.agreement->value, 1.0);
        QCOMPARE(state.comparison.maxRelativeDifference, 0.0);
        QCOMPARE(state.fullSet->halfWidth(), 0.0);
        QVERIFY(state.comparison.changed.empty());
    }
}

void TstLivePreview::someSamples_areMeasuredAlone()
{
    const Model model = liveConvolution();
    const SampleSet samples = randomSamples(model, 100, mixedLabels(100));
    const std::vector<size_t> places{3, 8, 9, 10, 40, 41, 77, 99, 2};
    const Baseline whole = measureBaseline(model, samples);
    const auto shared = std::make_shared<const SampleSet>(samples);
    const auto exporter = std::make_shared<Exporter>(model);
    LivePreview some(exporter, shared, std::make_shared<const Baseline>(baselineOn(whole, samples, places)),
                     {1 << 20, 0.0});
    LiveCheck part(model, samples.subset(places)); // the same samples as a set of their own
    for (const char *text : {"bits=2", "rank=3", "prune=0.9"}) {
        const CompressedModel compressed = part.compress(recipeFor(model, {{1, text}}));
        const PreviewState state = some.measure(compressed, {1}, {});
        QCOMPARE(part.faultOf(recipeFor(model, {{1, text}}), {1}), std::string());
        QCOMPARE(state.samplesTotal, int64_t(places.size()));
        QVERIFY((*state.values - *part.last().values).cwiseAbs().maxCoeff() < 1e-4F);
        std::vector<size_t> changed;
        for (const size_t place : part.last().comparison.changed)
            changed.push_back(places[place]);
        std::ranges::sort(changed);
        QCOMPARE(state.comparison.changed, changed); // named as samples of the whole set
    }
}

QTEST_GUILESS_MAIN(TstLivePreview)
#include "tst_livepreview.moc"
