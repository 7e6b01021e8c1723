#include "core/workflow/recipemeasurer.h"

#include "core/preview/livepreview.h"
#include "core/workflow/runningcosts.h"

#include <algorithm>
#include <chrono>

namespace lathe {
namespace {

std::vector<LayerSettings> settingsOf(const Model &model, const Recipe &recipe)
{
    std::vector<std::string> names;
    for (const Layer &layer : model.layers())
        names.push_back(layer.name);
    return recipe.resolve(names);
}

constexpr double shortestGathering = 0.5; ///< seconds; below, they were known from before

void learn(const Compressor &compressor, const WorkAmount &amount,
           std::chrono::steady_clock::time_point start)
{
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
    if (compressor.rates() && took.count() > shortestGathering)
        compressor.rates()->learn(amount, took.count());
}

/// Gathers what the recipe's methods will ask for, all at once: that takes fewer runs of the model.
void prepareStatistics(const Compressor &compressor, const std::vector<LayerSettings> &settings,
                       const JobContext &ctx)
{
    if (!compressor.calibration())
        return;
    const std::vector<Layer> &layers = compressor.source().layers();
    std::vector<size_t> wanted;
    for (size_t i = 0; i < layers.size(); ++i)
        if (layers[i].compressible() && goesByInputs(settings[i]) &&
            compressor.calibration()->obstacle(i).empty())
            wanted.push_back(i);
    if (const auto layer = firstByGradients(compressor.source(), settings)) {
        const auto start = std::chrono::steady_clock::now();
        compressor.calibration()->gradients(*layer, ctx.toldAs(calibratingStage()));
        learn(compressor, gradientWork(layers), start);
    }
    if (wanted.empty())
        return;
    const auto start = std::chrono::steady_clock::now();
    compressor.calibration()->prepare(wanted, ctx.toldAs(calibratingStage()));
    learn(compressor, statisticsWork(layers, wanted), start);
}

std::shared_ptr<const std::vector<EntropyCost>> entropyOf(const CompressedModel &compressed)
{
    auto all = std::make_shared<std::vector<EntropyCost>>(compressed.layers.size());
    for (size_t i = 0; i < all->size(); ++i)
        (*all)[i] = entropyCost(compressed, i);
    return all;
}

} // namespace

Message calibratingStage()
{
    return Message::tr("gathering calibration statistics");
}

struct RecipeMeasurer::State {
    PreviewSource source;
    std::shared_ptr<Compressor> plain;                     ///< gathers no statistics
    std::shared_ptr<LivePreview> live, heldOut, unlearned; ///< null without samples
    std::unique_ptr<RunningCosts> running;                 ///< null without samples

    explicit State(const PreviewSource &s)
        : source(s),
          plain(s.compressor->calibration()
                    ? std::make_shared<Compressor>(s.compressor->source(), nullptr,
                                                   CompressorOptions{false, s.compressor->budget()})
                    : s.compressor)
    {
        if (!s.samples || !s.baseline)
            return;
        const auto calibrated = s.heldOut ? s.heldOut : s.baseline;
        const auto trained = s.unlearned ? s.unlearned : calibrated;
        const int64_t previews =
            1 + (calibrated != s.baseline) + (trained != s.baseline && trained != calibrated);
        const LiveOptions options{s.cacheBytes / previews, s.precision};
        const auto previewOf = [&](const std::shared_ptr<const Baseline> &on) {
            return std::make_shared<LivePreview>(s.exporter, s.samples, on, options);
        };
        live = previewOf(s.baseline);
        heldOut = calibrated == s.baseline ? live : previewOf(calibrated);
        unlearned = trained == s.baseline ? live : trained == calibrated ? heldOut : previewOf(trained);
        running = std::make_unique<RunningCosts>(s.compressor->source(), s.samples, s.baseline);
    }
    LearnedFrom learned(const CompressedModel &compressed) const
    {
        return source.samples ? learnedFrom(compressed, source.samples->dataName()) : LearnedFrom::Nothing;
    }
    void set(PreviewUpdate &update, CompressedModel compressed) const
    {
        update.learned = learned(compressed);
        update.compressed = std::make_shared<const CompressedModel>(std::move(compressed));
    }
    LivePreview &forModel(const CompressedModel &compressed)
    {
        using enum LearnedFrom;
        const LearnedFrom learned = this->learned(compressed);
        return learned == Training ? *unlearned : learned == Calibration ? *heldOut : *live;
    }
    /// Statistics take a while to gather: a recipe that can do without is not made to wait for them.
    Compressor &compressorFor(const std::vector<LayerSettings> &settings) const
    {
        return std::ranges::any_of(settings, needsCalibration) ? *source.compressor : *plain;
    }
    /// Of the time until all is measured.
    double shareOfCompressing(const Compressor &compressor, const std::vector<LayerSettings> &settings) const;
    void addSizes(PreviewUpdate &update, const JobContext &ctx) const;
    void addLayerSizes(PreviewUpdate &update, const FileCosts &costs) const;
    void deliverReady(const PreviewUpdate &begun, PartlyCompressed part,
                      const std::function<void(PreviewUpdate)> &deliver, const JobContext &ctx) const;
    void measureQuality(PreviewUpdate &update, const PreviewRequest &request,
                        const std::function<void(PreviewUpdate)> &deliver, const JobContext &ctx);
    void addOutputErrors(PreviewUpdate &update, const JobContext &ctx) const;
    void measureRunning(PreviewUpdate &update, const JobContext &ctx) const;
};

double RecipeMeasurer::State::shareOfCompressing(const Compressor &compressor,
                                                 const std::vector<LayerSettings> &settings) const
{
    constexpr double timing = 1.0, leastCompressing = 0.2; // seconds
    const double compressing = leastCompressing + compressor.expectedSeconds(settings);
    const double samples = source.baseline ? static_cast<double>(source.baseline->values.rows()) : 0.0;
    const double measuring =
        timing + 0.5 * samples * (source.baseline ? source.baseline->latency.value : 0.0);
    return compressing / (compressing + measuring);
}

void RecipeMeasurer::State::addSizes(PreviewUpdate &update, const JobContext &ctx) const
{
    const Model &original = source.compressor->source();
    const FileCosts costs = source.exporter->costs(*update.compressed, ctx);
    addLayerSizes(update, costs);
    update.figures.sizes = Figures::Settled;
    // The model as it is has the size that it has; written anew it would hold the recipe that does nothing,
    // too.
    update.figures.bytes = update.compressed->changesNothing() ? original.fileBytes() : costs.fileBytes;
    update.figures.originalBytes = original.fileBytes();
    update.figures.macs = costs.macs;
    update.figures.originalMacs = original.macs();
    update.figures.moreMacs = original.hasMoreMacs();
}

void RecipeMeasurer::State::addLayerSizes(PreviewUpdate &update, const FileCosts &costs) const
{
    auto issues = update.compressed->issues;
    issues.insert(issues.end(), costs.issues.begin(), costs.issues.end());
    update.storage = std::make_shared<const std::vector<LayerStorage>>(costs.layers);
    update.issues = std::make_shared<const std::vector<Issue>>(std::move(issues));
    update.entropy = entropyOf(*update.compressed);
}

void RecipeMeasurer::State::deliverReady(const PreviewUpdate &begun, PartlyCompressed part,
                                         const std::function<void(PreviewUpdate)> &deliver,
                                         const JobContext &ctx) const
{
    PreviewUpdate update = begun;
    set(update, std::move(part.model));
    update.ready = std::move(part.ready);
    addLayerSizes(update, source.exporter->costs(*update.compressed, {ctx.stop, {}, 1}));
    deliver(std::move(update));
}

void RecipeMeasurer::State::measureQuality(PreviewUpdate &update, const PreviewRequest &request,
                                           const std::function<void(PreviewUpdate)> &deliver,
                                           const JobContext &ctx)
{
    const bool untouched = update.compressed->changesNothing();
    const PreviewState last = forModel(*update.compressed)
                                  .measure(
                                      *update.compressed, request.moving,
                                      [&](const PreviewState &state) {
                                          setQuality(update.figures, state, untouched);
                                          deliver(update);
                                      },
                                      ctx, request.exact ? 0.0 : source.precision);
    setQuality(update.figures, last, untouched);
}

/// The same model, with what the statistics say of it.
void RecipeMeasurer::State::addOutputErrors(PreviewUpdate &update, const JobContext &ctx) const
{
    const CompressedModel told = source.compressor->compress(
        update.recipe, source.compressor->resolve(update.recipe, update.settings, ctx, update.tuning.get()),
        ctx, update.tuning);
    auto compressed = std::make_shared<CompressedModel>(*update.compressed);
    for (size_t i = 0; i < compressed->layers.size(); ++i)
        compressed->layers[i].outputError = told.layers[i].outputError;
    update.compressed = std::move(compressed);
}

/// Of the file that would be exported, beside the untouched model.
void RecipeMeasurer::State::measureRunning(PreviewUpdate &update, const JobContext &ctx) const
{
    const Model model = source.exporter->build(*update.compressed, Storage::Compact, ctx).model;
    const int64_t loaded =
        source.exporter->build(*update.compressed, Storage::Dense, ctx).model.serializedBytes();
    running->measure(update.figures, model, loaded, ctx);
}

bool PreviewUpdate::takeReady(const PreviewUpdate &later)
{
    if (!compressed || !storage || !entropy) {
        *this = later;
        for (size_t i = 0; i < settings.size(); ++i)
            if (!later.ready[i]) // as it is in the source
                settings[i] = {};
        return true;
    }
    if (&compressed->source.content() != &later.compressed->source.content())
        return false;
    CompressedModel mixed = *compressed;
    std::vector<LayerStorage> stored = *storage;
    std::vector<EntropyCost> coded = *entropy;
    for (size_t i = 0; i < later.ready.size(); ++i) {
        if (!later.ready[i])
            continue;
        mixed.layers[i] = later.compressed->layers[i];
        stored[i] = (*later.storage)[i];
        coded[i] = (*later.entropy)[i];
        settings[i] = later.settings[i];
    }
    compressed = std::make_shared<const CompressedModel>(std::move(mixed));
    storage = std::make_shared<const std::vector<LayerStorage>>(std::move(stored));
    entropy = std::make_shared<const std::vector<EntropyCost>>(std::move(coded));
    ready = later.ready;
    return true;
}

RecipeMeasurer::RecipeMeasurer(const PreviewSource &source) : m_state(std::make_unique<State>(source)) {}
RecipeMeasurer::~RecipeMeasurer() = default;

bool RecipeMeasurer::hasSamples() const
{
    return m_state->live != nullptr;
}

PreviewUpdate RecipeMeasurer::measure(const PreviewRequest &request,
                                      const std::function<void(PreviewUpdate)> &deliver,
                                      const JobContext &ctx)
{
    State &state = *m_state;
    PreviewUpdate update;
    update.recipe = request.recipe;
    update.settings =
        request.settings.empty() ? settingsOf(state.plain->source(), request.recipe) : request.settings;
    update.tuning = request.tuning;
    Compressor &compressor = state.compressorFor(update.settings);
    const double slow = state.shareOfCompressing(compressor, update.settings);
    prepareStatistics(compressor, update.settings, ctx.part(0.0, 0.3 * slow));
    const JobContext compressing = ctx.part(0.3 * slow, slow);
    ReadyListener listener;
    if (request.partly)
        listener.tell = [&](PartlyCompressed part) {
            state.deliverReady(update, std::move(part), deliver, ctx);
        };
    state.set(update, compressor.compress(request.recipe,
                                          compressor.resolve(request.recipe, update.settings, compressing,
                                                             request.tuning.get()),
                                          compressing, request.tuning, listener));
    const double sized = slow + 0.05 * (1.0 - slow);
    state.addSizes(update, ctx.part(slow, sized));
    deliver(update);
    if (!hasSamples())
        return update;

    const double measured = slow + 0.85 * (1.0 - slow);
    state.measureQuality(update, request, deliver, ctx.part(sized, measured));
    if (request.dragging)
        return update;
    deliver(update);
    const double timed = slow + 0.95 * (1.0 - slow);
    state.measureRunning(update, ctx.part(measured, timed));
    if (&compressor != state.source.compressor.get()) {
        deliver(update);
        state.addOutputErrors(update, ctx.part(timed, 1.0));
    }
    return update;
}

PreviewUpdate RecipeMeasurer::complete(const PreviewUpdate &known, const PreviewRequest &request,
                                       const std::function<void(PreviewUpdate)> &deliver,
                                       const JobContext &ctx)
{
    PreviewUpdate update = known;
    PreviewRequest all = request;
    all.exact = true;
    m_state->measureQuality(update, all, deliver, ctx);
    return update;
}

void RecipeMeasurer::prepare(const Recipe &recipe, const std::vector<size_t> &layers, const JobContext &ctx,
                             std::shared_ptr<const Tuning> tuning)
{
    Compressor &compressor = m_state->compressorFor(settingsOf(m_state->plain->source(), recipe));
    const CompressedModel compressed = compressor.compress(recipe, std::move(tuning), ctx);
    LivePreview &preview = m_state->forModel(compressed);
    const std::vector<Layer> &all = compressed.source.layers();
    std::vector<size_t> neighbours;
    for (size_t next = layers.back() + 1; next < all.size() && neighbours.empty(); ++next)
        if (all[next].compressible())
            neighbours.push_back(next);
    for (size_t before = layers.front(); before-- > 0 && neighbours.size() < 2;)
        if (all[before].compressible())
            neighbours.push_back(before);
    preview.prepare(compressed, layers, ctx);
    if (layers.size() == 1)
        for (const size_t neighbour : neighbours)
            preview.prepare(compressed, {neighbour}, ctx, false);
}

} // namespace lathe
