// What a recipe costs, measured step by step, also by several jobs at once.
#include "core/calibrate/calibration.h"
#include "core/workflow/exportmodel.h"
#include "core/workflow/recipemeasurer.h"
#include "tests/support/livemodels.h"
#include "tests/support/samplesets.h"

#include <QTest>
#include <array>
#include <cmath>
#include <set>
#include <thread>

using namespace lathe;
using namespace lathe::test;

namespace {

Recipe recipeOf(const std::string &rule)
{
    Recipe recipe;
    recipe.rules.push_back(parseRule(rule));
    return recipe;
}

/// Of the source, on samples of ten classes.
PreviewSource sourceOf(const Model &model, size_t count)
{
    PreviewSource source;
    source.compressor = std::make_shared<Compressor>(model);
    source.exporter = std::make_shared<Exporter>(model);
    source.samples = std::make_shared<SampleSet>(randomSamples(model, count, mixedLabels(count)));
    source.baseline = std::make_shared<Baseline>(measureBaseline(model, *source.samples));
    return source;
}

/// On all samples, at rest.
PreviewRequest requestOf(const std::string &rule)
{
    return {recipeOf(rule), {}, false, true};
}

PreviewUpdate measured(RecipeMeasurer &measurer, const std::string &rule, const JobContext &ctx = {})
{
    return measurer.measure(
        requestOf(rule), [](const PreviewUpdate &) {}, ctx);
}

/// What is the same whenever it is measured: all but the time.
std::string faultOf(const Figures &figures, const Figures &expected)
{
    const auto same = [](double a, double b) { return std::abs(a - b) <= 1e-4 * (1.0 + std::abs(b)); };
    if (figures.bytes != expected.bytes || figures.macs != expected.macs)
        return "sizes";
    if (figures.samplesDone != expected.samplesDone || !figures.agreement || !figures.top1 || !figures.sqnr)
        return "samples";
    if (figures.agreement->value != expected.agreement->value || figures.top1->value != expected.top1->value)
        return "accuracy";
    if (!same(*figures.sqnr, *expected.sqnr) || !same(*figures.meanKl, *expected.meanKl))
        return "distance";
    if (figures.memory != expected.memory || figures.baselineMemory != expected.baselineMemory)
        return "memory";
    return figures.running == Figures::Settled && figures.latency > 0.0 ? "" : "latency";
}

} // namespace

class TstRecipeMeasurer : public QObject {
    Q_OBJECT
private slots:
    void recipe_isMeasuredAsItsFile();
    void layers_areToldOfOneAfterTheOther();
    void readyLayers_takeThePlaceOfThoseBefore();
    void draggedRecipe_isMeasuredForAccuracyAlone();
    void tuning_isMeasuredAsItsFile();
    void calibratedRecipe_isMeasuredOnTheOtherHalf();
    void twoJobsAtOnce_measureTheirOwnRecipes();
    void stoppedJob_leavesTheNextOneRight();

private:
    const Model m_source = liveConvolution();
};

void TstRecipeMeasurer::recipe_isMeasuredAsItsFile()
{
    const PreviewSource source = sourceOf(m_source, 48);
    RecipeMeasurer measurer(source);
    std::vector<Figures::Standing> qualities;
    const PreviewUpdate update = measurer.measure(
        requestOf("*:bits=2"), [&](const PreviewUpdate &u) { qualities.push_back(u.figures.quality); });
    QCOMPARE(qualities.front(), Figures::Unknown); // sizes come first
    QVERIFY(qualities.size() >= 3 && update.storage && update.entropy && update.issues);
    const BuiltRecipe model =
        buildRecipe(*source.compressor, source.exporter.get(), recipeOf("*:bits=2"), Storage::Compact);
    const MeasuredModels file = measureModels(model, *source.samples, *source.baseline, {});
    QCOMPARE(update.figures.bytes, model.built.model.serializedBytes());
    QCOMPARE(update.figures.macs, model.macs);
    QCOMPARE(update.figures.top1->value, file.compressed.top1->value);
    QCOMPARE(update.figures.agreement->value, file.comparison.agreement->value);
    QCOMPARE(update.figures.samplesDone, int64_t(48));
    QCOMPARE(update.figures.running, Figures::Settled);
}

void TstRecipeMeasurer::layers_areToldOfOneAfterTheOther()
{
    const Recipe recipe = recipeOf("*:bits=2");
    Compressor compressor(m_source);
    std::vector<PartlyCompressed> told;
    ReadyListener listener{[&](PartlyCompressed part) { told.push_back(std::move(part)); },
                           std::chrono::milliseconds(0)};
    JobContext ctx;
    ctx.threads = 1;
    const CompressedModel whole =
        compressor.compress(recipe, compressor.resolve(recipe), ctx, nullptr, listener);
    QCOMPARE(told.size(), whole.layers.size());
    for (size_t step = 0; step < told.size(); ++step) {
        QCOMPARE(std::ranges::count(told[step].ready, true), std::ptrdiff_t(step + 1));
        for (size_t i = 0; i < whole.layers.size(); ++i) {
            const LayerResult &layer = told[step].model.layers[i];
            QCOMPARE(layer.planKey == whole.layers[i].planKey, bool(told[step].ready[i]));
            if (told[step].ready[i])
                QCOMPARE(layer.relativeError, whole.layers[i].relativeError);
        }
    }
    told.clear();
    compressor.compress(recipe, compressor.resolve(recipe), ctx, nullptr, listener);
    QVERIFY(told.empty()); // all of them are known
}

void TstRecipeMeasurer::readyLayers_takeThePlaceOfThoseBefore()
{
    RecipeMeasurer measurer(sourceOf(m_source, 8));
    PreviewUpdate known = measured(measurer, "*:bits=8");
    PreviewUpdate part = measured(measurer, "*:bits=2");
    const PreviewUpdate before = known;
    part.ready = std::vector<bool>(part.settings.size(), false);
    part.ready[1] = true;
    QVERIFY(known.takeReady(part));
    for (size_t i = 0; i < part.settings.size(); ++i) {
        const PreviewUpdate &from = i == 1 ? part : before;
        QCOMPARE(known.settings[i], from.settings[i]);
        QCOMPARE(known.compressed->layers[i].planKey, from.compressed->layers[i].planKey);
        QCOMPARE((*known.storage)[i].bytes, (*from.storage)[i].bytes);
    }
    QCOMPARE(known.recipe, before.recipe);
    QCOMPARE(known.ready, part.ready);

    PreviewUpdate nothing;
    QVERIFY(nothing.takeReady(part));
    QVERIFY(nothing.settings[0].empty() && !nothing.settings[1].empty());
    PreviewUpdate other = measured(measurer, "*:bits=8");
    auto moved = std::make_shared<CompressedModel>(*other.compressed);
    moved->source = liveConvolution();
    other.compressed = moved;
    QVERIFY(!other.takeReady(part)); // its layers are others
    QVERIFY(other.ready.empty());
}

void TstRecipeMeasurer::draggedRecipe_isMeasuredForAccuracyAlone()
{
    RecipeMeasurer measurer(sourceOf(m_source, 48));
    PreviewRequest request = requestOf("middle:bits=3");
    request.moving = {1};
    request.dragging = true;
    const Figures figures = measurer.measure(request, [](const PreviewUpdate &) {}).figures;
    QVERIFY(figures.top1 && !figures.latency && !figures.memory);
    PreviewSource alone = sourceOf(m_source, 8);
    alone.samples.reset();
    RecipeMeasurer sizesOnly(alone);
    QVERIFY(measurer.hasSamples() && !sizesOnly.hasSamples());
    QCOMPARE(measured(sizesOnly, "middle:bits=3").figures.bytes, figures.bytes);
}

/// The same recipe with trained values, without, and with them again: each has its own figures.
void TstRecipeMeasurer::tuning_isMeasuredAsItsFile()
{
    const PreviewSource source = sourceOf(m_source, 48);
    RecipeMeasurer measurer(source);
    const CompressedModel plain = source.compressor->compress(recipeOf("middle:bits=3"));
    std::vector<std::optional<TunedLayer>> layers(2);
    layers[1] = TunedLayer{plain.layers[1].planKey,
                           {plain.layers[1].code.weight, Vector::Constant(m_source.layers()[1].rows, 0.7F)}};
    const auto tuning = std::make_shared<const Tuning>(layers, Tuning::Constants(), "a test");
    for (const auto &laid : {tuning, std::shared_ptr<const Tuning>(), tuning}) {
        PreviewRequest request = requestOf("middle:bits=3");
        request.moving = {1};
        request.tuning = laid;
        const PreviewUpdate update = measurer.measure(request, [](const PreviewUpdate &) {});
        const BuiltRecipe model = buildRecipe(*source.compressor, source.exporter.get(), request.recipe,
                                              Storage::Compact, {}, laid);
        const MeasuredModels file = measureModels(model, *source.samples, *source.baseline, {});
        QCOMPARE(update.figures.bytes, model.built.model.serializedBytes());
        QCOMPARE(update.figures.top1->value, file.compressed.top1->value);
        QVERIFY(std::abs(*update.figures.meanKl - *file.comparison.meanKl) <
                1e-4 * (1.0 + *file.comparison.meanKl));
        QVERIFY(update.learned == (laid ? LearnedFrom::Training : LearnedFrom::Nothing));
        QVERIFY(update.compressed->layers[1].trained ==
                (laid ? LayerResult::Trained::Carried : LayerResult::Trained::None));
        measurer.prepare(request.recipe, {1}, {}, laid);
    }
}

void TstRecipeMeasurer::calibratedRecipe_isMeasuredOnTheOtherHalf()
{
    PreviewSource source = sourceOf(m_source, 48);
    std::vector<size_t> first, second;
    for (size_t place = 0; place < 48; ++place)
        (place < 24 ? first : second).push_back(place);
    CalibrationOptions options;
    options.cacheFolder.clear();
    source.compressor =
        std::make_shared<Compressor>(m_source, calibrate(m_source, source.samples->subset(first), options));
    source.heldOut = std::make_shared<Baseline>(baselineOn(*source.baseline, *source.samples, second));
    RecipeMeasurer measurer(source);
    std::set<std::string> stages;
    JobContext ctx;
    ctx.threads = 1; // all progress on this thread
    ctx.onProgress = [&](const Progress &progress) { stages.insert(progress.stage.text()); };
    const PreviewUpdate calibrated = measured(measurer, "*:bits=3,rounding=gptq", ctx);
    QVERIFY(calibrated.learned == LearnedFrom::Calibration);
    QCOMPARE(calibrated.figures.samplesDone, int64_t(24));
    QVERIFY(stages.contains(calibratingStage().text()));
    const PreviewUpdate plain = measured(measurer, "*:bits=3");
    QVERIFY(plain.learned == LearnedFrom::Nothing);
    QCOMPARE(plain.figures.samplesDone, int64_t(48));
    QVERIFY(plain.compressed->layers.at(1).outputError); // the statistics tell it all the same
    // Calibrated on other data all samples are left, but not for what may have learned from some of them.
    source.unlearned = std::exchange(source.heldOut, source.baseline);
    RecipeMeasurer named(source);
    QCOMPARE(measured(named, "*:bits=3,rounding=gptq").figures.samplesDone, int64_t(48));
    PreviewRequest trained = requestOf("*:bits=3");
    trained.tuning = std::make_shared<const Tuning>(std::vector<std::optional<TunedLayer>>(2),
                                                    Tuning::Constants(), "a test");
    QCOMPARE(named.measure(trained, [](const PreviewUpdate &) {}).figures.samplesDone, int64_t(24));
}

void TstRecipeMeasurer::twoJobsAtOnce_measureTheirOwnRecipes()
{
    const std::array<std::string, 2> rules{"*:bits=2", "*:bits=5,prune=0.6"};
    const PreviewSource source = sourceOf(m_source, 48);
    std::array<Figures, 2> alone, together;
    for (size_t i = 0; i < rules.size(); ++i) {
        RecipeMeasurer measurer(source);
        alone.at(i) = measured(measurer, rules.at(i)).figures;
    }
    for (int round = 0; round < 3; ++round) {
        RecipeMeasurer measurer(source);
        {
            std::vector<std::jthread> jobs;
            for (size_t i = 0; i < rules.size(); ++i)
                jobs.emplace_back([&, i] { together.at(i) = measured(measurer, rules.at(i)).figures; });
        }
        for (size_t i = 0; i < rules.size(); ++i)
            QCOMPARE(QString::fromStdString(faultOf(together.at(i), alone.at(i))), QString());
    }
}

void TstRecipeMeasurer::stoppedJob_leavesTheNextOneRight()
{
    const PreviewSource source = sourceOf(m_source, 48);
    RecipeMeasurer fresh(source);
    const Figures expected = measured(fresh, "*:bits=3").figures;
    int steps = 1; // that the old job reports before it is told to stop
    for (bool stopped = true; stopped; ++steps) {
        RecipeMeasurer measurer(source);
        std::stop_source stop;
        stopped = false;
        Figures next;
        {
            const std::jthread old([&] {
                JobContext ctx;
                ctx.stop = stop.get_token();
                ctx.threads = 1;
                ctx.onProgress = [&, left = steps](const Progress &) mutable {
                    if (--left == 0)
                        stop.request_stop();
                };
                try {
                    measured(measurer, "*:bits=2", ctx);
                } catch (const Cancelled &) {
                    stopped = true;
                }
            });
            next = measured(measurer, "*:bits=3").figures;
        }
        QCOMPARE(QString::fromStdString(faultOf(next, expected)), QString());
    }
    QVERIFY(steps > 4);
}

QTEST_APPLESS_MAIN(TstRecipeMeasurer)
#include "tst_recipemeasurer.moc"
