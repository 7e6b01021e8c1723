#include "ui/session/previewrunner.h"

#include "core/measure/batches.h"

#include <algorithm>
#include <chrono>
#include <mutex>
#include <span>

namespace lathe::ui {
namespace {

// How long a drag waits for the first figure of an older recipe before it gives up on it.
constexpr std::chrono::milliseconds patience{1500};
constexpr double secondsForLatency = 1.0;
constexpr int idleBeforePreparing = 150; // ms

int latencyRepeats(double secondsPerRun)
{
    return std::clamp(static_cast<int>(secondsForLatency / std::max(secondsPerRun, 1e-6) / 2.0), 3, 50);
}

std::vector<LayerSettings> settingsOf(const Model &model, const Recipe &recipe)
{
    std::vector<std::string> names;
    for (const Layer &layer : model.layers())
        names.push_back(layer.name);
    return recipe.resolve(names);
}

/// Gathers what the recipe's methods will ask for, all at once: that takes fewer runs of the model.
void prepareStatistics(const Compressor &compressor, const Recipe &recipe, const JobContext &ctx)
{
    if (!compressor.calibration())
        return;
    const std::vector<Layer> &layers = compressor.source().layers();
    const std::vector<LayerSettings> settings = settingsOf(compressor.source(), recipe);
    std::vector<size_t> wanted;
    for (size_t i = 0; i < layers.size(); ++i)
        if (layers[i].compressible() && needsCalibration(settings[i]) &&
            compressor.calibration()->obstacle(i).empty())
            wanted.push_back(i);
    if (wanted.empty())
        return;
    JobContext staged = ctx;
    if (ctx.onProgress)
        staged.onProgress = [report = ctx.onProgress](const Progress &p) {
            report({p.fraction, calibratingStage.toStdString()});
        };
    compressor.calibration()->prepare(wanted, staged);
}

std::shared_ptr<const std::vector<EntropyCost>> entropyOf(const CompressedModel &compressed)
{
    auto all = std::make_shared<std::vector<EntropyCost>>(compressed.layers.size());
    for (size_t i = 0; i < all->size(); ++i)
        (*all)[i] = entropyCost(compressed, i);
    return all;
}

} // namespace

struct PreviewRunner::Engines {
    PreviewSource source;
    std::shared_ptr<Compressor> plain;          ///< gathers no statistics
    std::shared_ptr<LivePreview> live, heldOut; ///< null without samples
    std::mutex memoryMutex; ///< a job that was told to stop may still run beside the next one
    std::optional<int64_t> baselineMemory;

    explicit Engines(const PreviewSource &s)
        : source(s), plain(s.compressor->calibration() ? std::make_shared<Compressor>(s.compressor->source())
                                                       : s.compressor)
    {
        if (!s.samples || !s.baseline)
            return;
        const bool halves = s.heldOut && s.heldOut != s.baseline;
        const LiveOptions options{halves ? s.cacheBytes / 2 : s.cacheBytes, s.precision};
        live = std::make_shared<LivePreview>(s.exporter, s.samples, s.baseline, options);
        heldOut = halves ? std::make_shared<LivePreview>(s.exporter, s.samples, s.heldOut, options) : live;
    }
    LivePreview &forModel(const CompressedModel &compressed)
    {
        return compressed.calibration.empty() ? *live : *heldOut;
    }
    /// Statistics take a while to gather: a recipe that can do without is not made to wait for them.
    Compressor &compressorFor(const Recipe &recipe) const
    {
        return std::ranges::any_of(settingsOf(plain->source(), recipe), needsCalibration) ? *source.compressor
                                                                                          : *plain;
    }
    PreviewUpdate measure(const PreviewRequest &request, const JobContext &ctx,
                          const std::function<void(PreviewUpdate)> &deliver);
    void addOutputErrors(PreviewUpdate &update, const JobContext &ctx);
    int64_t memoryOfBaseline(std::span<const TensorView> feeds, const JobContext &ctx);
    void measureRunning(PreviewUpdate &update, const JobContext &ctx);
    void prepare(const Recipe &recipe, const std::vector<size_t> &layers, const JobContext &ctx);
};

PreviewUpdate PreviewRunner::Engines::measure(const PreviewRequest &request, const JobContext &ctx,
                                              const std::function<void(PreviewUpdate)> &deliver)
{
    PreviewUpdate update;
    update.recipe = request.recipe;
    Compressor &compressor = compressorFor(request.recipe);
    prepareStatistics(compressor, request.recipe, ctx.part(0.0, 0.1));
    update.compressed =
        std::make_shared<const CompressedModel>(compressor.compress(request.recipe, ctx.part(0.1, 0.2)));
    auto issues = update.compressed->issues;
    const FileCosts costs = source.exporter->costs(*update.compressed, ctx.part(0.2, 0.3));
    issues.insert(issues.end(), costs.issues.begin(), costs.issues.end());
    update.storage = std::make_shared<const std::vector<LayerStorage>>(costs.layers);
    update.issues = std::make_shared<const std::vector<Issue>>(std::move(issues));
    update.entropy = entropyOf(*update.compressed);
    update.figures.sizes = Figures::Settled;
    update.figures.bytes = costs.fileBytes;
    update.figures.originalBytes = source.compressor->source().fileBytes();
    update.figures.macs = costs.macs;
    update.figures.originalMacs = source.compressor->source().macs();
    update.figures.moreMacs = source.compressor->source().hasMoreMacs();
    deliver(update);
    if (!live)
        return update;

    LivePreview &preview = forModel(*update.compressed);
    const bool untouched = changesNothing(*update.compressed);
    const PreviewState last = preview.measure(
        *update.compressed, request.moving,
        [&](const PreviewState &state) {
            setQuality(update.figures, state, untouched);
            deliver(update);
        },
        ctx.part(0.3, 0.9), request.exact ? 0.0 : source.precision);
    setQuality(update.figures, last, untouched);
    if (!request.dragging) {
        deliver(update);
        measureRunning(update, ctx.part(0.9, 0.95));
        if (&compressor != source.compressor.get()) {
            deliver(update);
            addOutputErrors(update, ctx.part(0.95, 1.0));
        }
    }
    return update;
}

/// The same model, with what the statistics say of it.
void PreviewRunner::Engines::addOutputErrors(PreviewUpdate &update, const JobContext &ctx)
{
    const CompressedModel told = source.compressor->compress(update.recipe, ctx);
    auto compressed = std::make_shared<CompressedModel>(*update.compressed);
    for (size_t i = 0; i < compressed->layers.size(); ++i)
        compressed->layers[i].outputError = told.layers[i].outputError;
    update.compressed = std::move(compressed);
}

int64_t PreviewRunner::Engines::memoryOfBaseline(std::span<const TensorView> feeds, const JobContext &ctx)
{
    const std::lock_guard lock(memoryMutex);
    const Model &original = source.compressor->source();
    if (!baselineMemory)
        baselineMemory = peakActivationBytes(original, feeds, ctx) + original.serializedBytes();
    return *baselineMemory;
}

/// Of the file that would be exported, beside the untouched model.
void PreviewRunner::Engines::measureRunning(PreviewUpdate &update, const JobContext &ctx)
{
    const Model &original = source.compressor->source();
    const Model model = source.exporter->build(*update.compressed, Storage::Compact, ctx).model;
    const Session baseline(original);
    ctx.throwIfCancelled();
    const Session variant(model);
    const Session *const both[] = {&baseline, &variant};
    const std::vector<double> seconds =
        interleavedLatency(both, *source.samples, latencyRepeats(source.baseline->latencySeconds), ctx);
    const size_t batch = std::max<size_t>(1, fixedBatch(baseline.inputs()));
    const SampleFeeds feeds(*source.samples, std::vector<size_t>{0}, batch);
    const BuiltModel dense = source.exporter->build(*update.compressed, Storage::Dense, ctx);
    Figures &figures = update.figures;
    figures.memory = peakActivationBytes(model, feeds.views(), ctx) + dense.model.serializedBytes();
    figures.baselineMemory = memoryOfBaseline(feeds.views(), ctx);
    figures.baselineLatency = seconds.at(0);
    figures.latency = seconds.at(1);
    figures.running = Figures::Settled;
}

void PreviewRunner::Engines::prepare(const Recipe &recipe, const std::vector<size_t> &layers,
                                     const JobContext &ctx)
{
    const CompressedModel compressed = compressorFor(recipe).compress(recipe, ctx);
    LivePreview &preview = forModel(compressed);
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

PreviewRunner::PreviewRunner(QObject *parent) : QObject(parent)
{
    m_patience.setSingleShot(true);
    connect(&m_patience, &QTimer::timeout, this, &PreviewRunner::launchPending);
    m_preparer.setTitle(tr("Making the selected layers ready to move"));
    m_preparer.setRepeatable(true);
    m_idle.setSingleShot(true);
    m_idle.setInterval(idleBeforePreparing);
    connect(&m_idle, &QTimer::timeout, this, &PreviewRunner::prepareSelected);
}

void PreviewRunner::setSource(const PreviewSource &source)
{
    m_runner.abandon();
    m_preparer.abandon();
    m_pending.reset();
    m_patience.stop();
    m_source = source;
    m_engines = source.compressor ? std::make_shared<Engines>(source) : nullptr;
    prepareSoon();
}

void PreviewRunner::request(const PreviewRequest &request)
{
    if (!m_source.compressor)
        return;
    m_preparer.abandon();
    const bool mayFinish =
        request.dragging && m_runner.isRunning() && !m_firstFigure && m_age.elapsed() < patience.count();
    if (mayFinish) {
        m_pending = request;
        if (!m_patience.isActive())
            m_patience.start(static_cast<int>(patience.count() - m_age.elapsed()));
    } else {
        launch(request);
    }
}

void PreviewRunner::select(const std::vector<size_t> &layers)
{
    if (layers == m_selected)
        return;
    m_selected = layers;
    m_preparer.abandon();
    prepareSoon();
}

void PreviewRunner::prepareSoon()
{
    if (m_engines && m_engines->live && !m_selected.empty() && !isRunning())
        m_idle.start();
}

void PreviewRunner::prepareSelected()
{
    if (isRunning() || !m_engines || !m_engines->live || m_selected.empty())
        return;
    m_preparer.start([engines = m_engines, recipe = m_newest.recipe,
                      layers = m_selected](const JobContext &ctx) { engines->prepare(recipe, layers, ctx); },
                     [](const auto &) {}); // a failure shows when the layer moves
}

void PreviewRunner::cancel()
{
    m_pending.reset();
    m_patience.stop();
    m_runner.cancel();
}

void PreviewRunner::launchPending()
{
    if (m_pending)
        launch(PreviewRequest(*m_pending));
}

void PreviewRunner::launch(const PreviewRequest &request)
{
    m_pending.reset();
    m_patience.stop();
    m_idle.stop();
    m_newest = request;
    m_firstFigure = false;
    m_age.start();
    m_runner.startStreaming<PreviewUpdate>(
        [engines = m_engines, request](const JobContext &ctx, const auto &deliver) {
            return engines->measure(request, ctx, deliver);
        },
        [this](const PreviewUpdate &update) { onUpdate(update); },
        [this](const Outcome<PreviewUpdate> &outcome) {
            if (const auto *update = std::get_if<PreviewUpdate>(&outcome)) {
                emit updated(*update);
                if (!m_pending)
                    emit settled(*update);
            } else if (const auto *error = std::get_if<Error>(&outcome)) {
                emit failed(m_newest.recipe, *error);
            } else if (!m_pending) {
                emit cancelled();
            }
            launchPending();
            prepareSoon();
        });
}

void PreviewRunner::onUpdate(const PreviewUpdate &update)
{
    emit updated(update);
    const bool measures = m_source.samples && m_source.baseline;
    if (Figures::isCurrent(update.figures.quality) || !measures) {
        m_firstFigure = true;
        launchPending();
    }
}

} // namespace lathe::ui
