#include "ui/previewrunner.h"

#include <algorithm>
#include <chrono>

namespace lathe::ui {
namespace {

// How long a drag waits for the first figure of an older recipe before it gives up on it.
constexpr std::chrono::milliseconds patience{1500};
constexpr double secondsForLatency = 1.0;

int latencyRepeats(double secondsPerRun)
{
    return std::clamp(static_cast<int>(secondsForLatency / std::max(secondsPerRun, 1e-6) / 2.0), 3, 50);
}

void measureLatency(const PreviewSource &source, const Model &dense, PreviewUpdate &update,
                    const JobContext &ctx)
{
    const Session baseline(source.compressor->source());
    ctx.throwIfCancelled();
    const Session variant(dense);
    const Session *const both[] = {&baseline, &variant};
    const std::vector<double> seconds =
        interleavedLatency(both, *source.samples, latencyRepeats(source.baseline->latencySeconds), ctx);
    update.baselineLatency = seconds.at(0);
    update.latency = seconds.at(1);
}

/// Gathers what the recipe's methods will ask for, all at once: that takes fewer runs of the model.
void prepareStatistics(const Compressor &compressor, const Recipe &recipe, const JobContext &ctx)
{
    if (!compressor.calibration())
        return;
    const std::vector<Layer> &layers = compressor.source().layers();
    std::vector<std::string> names;
    for (const Layer &layer : layers)
        names.push_back(layer.name);
    const std::vector<LayerSettings> settings = recipe.resolve(names);
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
    for (size_t i = 0; i < all->size(); ++i) {
        if (compressed.layers[i].encoding)
            (*all)[i] = entropyCost(compressed, i);
    }
    return all;
}

PreviewUpdate measureRecipe(const PreviewSource &source, const Recipe &recipe, bool withLatency,
                            const JobContext &ctx, const std::function<void(PreviewUpdate)> &deliver)
{
    PreviewUpdate update;
    update.recipe = recipe;
    prepareStatistics(*source.compressor, recipe, ctx.part(0.0, 0.1));
    update.compressed =
        std::make_shared<const CompressedModel>(source.compressor->compress(recipe, ctx.part(0.1, 0.2)));
    auto issues = update.compressed->issues;
    const FileCosts costs = source.exporter->costs(*update.compressed, ctx.part(0.2, 0.3));
    issues.insert(issues.end(), costs.issues.begin(), costs.issues.end());
    update.storage = std::make_shared<const std::vector<LayerStorage>>(costs.layers);
    update.issues = std::make_shared<const std::vector<Issue>>(std::move(issues));
    update.entropy = entropyOf(*update.compressed);
    update.bytes = costs.fileBytes;
    update.macs = costs.macs;
    deliver(update);
    if (!source.samples || !source.baseline)
        return update;

    const BuiltModel dense = source.exporter->build(*update.compressed, Storage::Dense, ctx.part(0.3, 0.35));
    update.state = measurePreview(
        dense.model, *source.samples,
        source.heldOut && update.isCalibrated() ? *source.heldOut : *source.baseline,
        [&](const PreviewState &state) {
            update.state = state;
            deliver(update);
        },
        ctx.part(0.35, 0.95));
    if (withLatency) {
        deliver(update);
        measureLatency(source, dense.model, update, ctx.part(0.95, 1.0));
    }
    return update;
}

} // namespace

PreviewRunner::PreviewRunner(QObject *parent) : QObject(parent)
{
    m_patience.setSingleShot(true);
    connect(&m_patience, &QTimer::timeout, this, &PreviewRunner::launchPending);
}

void PreviewRunner::setSource(const PreviewSource &source)
{
    m_runner.abandon();
    m_pending.reset();
    m_patience.stop();
    m_source = source;
}

void PreviewRunner::request(const Recipe &recipe, bool dragging)
{
    if (!m_source.compressor)
        return;
    m_resting = !dragging;
    const bool mayFinish =
        dragging && m_runner.isRunning() && !m_firstFigure && m_age.elapsed() < patience.count();
    if (mayFinish) {
        m_pending = recipe;
        if (!m_patience.isActive())
            m_patience.start(static_cast<int>(patience.count() - m_age.elapsed()));
    } else {
        launch(recipe, m_resting);
    }
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
        launch(Recipe(*m_pending), m_resting);
}

void PreviewRunner::launch(const Recipe &recipe, bool withLatency)
{
    m_pending.reset();
    m_patience.stop();
    m_recipe = recipe;
    m_firstFigure = false;
    m_age.start();
    m_runner.startStreaming<PreviewUpdate>(
        [source = m_source, recipe, withLatency](const JobContext &ctx, const auto &deliver) {
            return measureRecipe(source, recipe, withLatency, ctx, deliver);
        },
        [this](const PreviewUpdate &update) { onUpdate(update); },
        [this](const Outcome<PreviewUpdate> &outcome) {
            if (const auto *update = std::get_if<PreviewUpdate>(&outcome)) {
                emit updated(*update);
                if (!m_pending)
                    emit settled(*update);
            } else if (const auto *error = std::get_if<Error>(&outcome)) {
                emit failed(m_recipe, *error);
            } else if (!m_pending) {
                emit cancelled();
            }
            launchPending();
        });
}

void PreviewRunner::onUpdate(const PreviewUpdate &update)
{
    emit updated(update);
    const bool measures = m_source.samples && m_source.baseline;
    if (update.state || !measures) {
        m_firstFigure = true;
        launchPending();
    }
}

} // namespace lathe::ui
