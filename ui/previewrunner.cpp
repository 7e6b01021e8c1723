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

PreviewUpdate measureRecipe(const PreviewSource &source, const Recipe &recipe, bool withLatency,
                            const JobContext &ctx, const std::function<void(PreviewUpdate)> &deliver)
{
    PreviewUpdate update;
    update.recipe = recipe;
    update.compressed =
        std::make_shared<const CompressedModel>(source.compressor->compress(recipe, ctx.part(0.0, 0.2)));
    update.macs = macsOf(*update.compressed);
    auto issues = update.compressed->issues;

    const BuiltModel compact = buildModel(*update.compressed, Storage::Compact, ctx.part(0.2, 0.3));
    issues.insert(issues.end(), compact.issues.begin(), compact.issues.end());
    update.storage = std::make_shared<const std::vector<LayerStorage>>(compact.layers);
    update.issues = std::make_shared<const std::vector<Issue>>(std::move(issues));
    update.bytes = compact.model.serializedBytes();
    deliver(update);
    if (!source.samples || !source.baseline)
        return update;

    const BuiltModel dense = buildModel(*update.compressed, Storage::Dense, ctx.part(0.3, 0.35));
    update.state = measurePreview(
        dense.model, *source.samples, *source.baseline,
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

std::optional<int64_t> macsOf(const CompressedModel &compressed)
{
    const std::vector<Layer> &layers = compressed.source.layers();
    int64_t total = 0;
    for (size_t i = 0; i < layers.size(); ++i) {
        const Layer &layer = layers[i];
        if (!layer.macs)
            return {};
        const Index rank = layer.tiedTo ? compressed.layers[*layer.tiedTo].rank : compressed.layers[i].rank;
        const double share = rank > 0
                                 ? static_cast<double>(rank) * static_cast<double>(layer.rows + layer.cols) /
                                       (static_cast<double>(layer.rows) * static_cast<double>(layer.cols))
                                 : 1.0;
        total += static_cast<int64_t>(static_cast<double>(*layer.macs) * share);
    }
    return total;
}

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
