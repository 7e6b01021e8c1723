#include "core/preview/livepreview.h"

#include "core/base/error.h"
#include "core/base/parallel.h"
#include "core/compress/maskedmodel.h"
#include "core/preview/chunkrunner.h"
#include "core/preview/measurement.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <cmath>
#include <numeric>

namespace lathe {
namespace {

using Clock = std::chrono::steady_clock;

constexpr size_t firstSamples = 16;
constexpr double shortestPortion = 0.01; ///< seconds: below, looking at the figures is the larger part
constexpr double portionSeconds = 0.5;   ///< the longest wait between two figures
constexpr size_t measurementsKept = 6;
constexpr size_t layersMadeReady = 8; ///< at a first move; more of them run in a session of their own

double secondsSince(Clock::time_point start)
{
    return std::chrono::duration<double>(Clock::now() - start).count();
}

/// Samples that a measurement will take until it is precise enough, as far as can be told.
size_t stillNeeded(const PreviewState &state, double precision)
{
    if (state.settled)
        return 0;
    const auto done = static_cast<double>(state.samplesDone);
    double all = static_cast<double>(state.samplesTotal);
    if (precision > 0.0 && state.fullSet)
        all = std::min(all, done * std::pow(state.fullSet->halfWidth() / precision, 2.0));
    return static_cast<size_t>(std::max(0.0, all - done));
}

/// A model that lost channels is shown with these ignored, so that its graph is the one that there are
/// sessions of.
struct Shown {
    CompressedModel model;
    std::vector<size_t> layers; ///< that move
};

} // namespace

struct LivePreview::State {
    std::shared_ptr<Exporter> exporter;
    std::shared_ptr<const SampleSet> samples;
    std::shared_ptr<const Baseline> baseline;
    const double precision;
    CutPool pool;
    std::mutex mutex; ///< of what follows
    std::shared_ptr<const MeasuringDesign> design;
    size_t fixed = 0;
    MaskedModels masks;
    std::list<std::shared_ptr<Measurement>> measurements; ///< most recent first

    State(std::shared_ptr<Exporter> e, std::shared_ptr<const SampleSet> s, std::shared_ptr<const Baseline> b,
          const LiveOptions &options)
        : exporter(std::move(e)), samples(std::move(s)), baseline(std::move(b)), precision(options.precision),
          pool(exporter, options.cacheBytes)
    {
    }

    std::shared_ptr<const MeasuringDesign> designFor(const CompressedModel &compressed,
                                                     const JobContext &ctx);
    size_t chunkSize(const Model &source, const JobContext &ctx);
    std::shared_ptr<Measurement> measurementOf(const CompressedModel &compressed,
                                               const std::shared_ptr<const MeasuringDesign> &wanted);
    std::unique_ptr<ChunkRunner> runnerFor(const CompressedModel &compressed, const MovingConstants &moving,
                                           Message *note, const JobContext &ctx);
    Shown shown(const CompressedModel &compressed, const std::vector<size_t> &layers)
    {
        if (!isMaskable(compressed))
            return {compressed, layers};
        return {masks.masked(compressed), changedWith(*compressed.narrowing, layers)};
    }
    PreviewState untouched(const std::shared_ptr<const MeasuringDesign> &wanted,
                           const CompressedModel &compressed);
};

/// As many samples as run well together; 1 where the model cannot take more.
size_t LivePreview::State::chunkSize(const Model &source, const JobContext &ctx)
{
    const Session session(source);
    fixed = fixedBatch(session.inputs());
    if (fixed > 0)
        return fixed;
    if (session.mixesBatch())
        return 1;
    const size_t chunk = std::min(goodBatch(*samples), std::max<size_t>(1, samples->size()));
    try {
        std::vector<size_t> places(chunk);
        std::iota(places.begin(), places.end(), size_t(0));
        const SampleFeeds feeds(*samples, places, chunk);
        constexpr std::array<size_t, 1> firstOutput = {0};
        const Tensor output = std::move(session.runFor(firstOutput, feeds.views(), ctx).front());
        sampleRows(output, session.outputs().front().name, chunk, chunk);
        return chunk;
    } catch (const Error &) { // a shape fixed inside the graph
        return 1;
    }
}

std::shared_ptr<const MeasuringDesign> LivePreview::State::designFor(const CompressedModel &compressed,
                                                                     const JobContext &ctx)
{
    const std::lock_guard lock(mutex);
    if (!design)
        design =
            std::make_shared<const MeasuringDesign>(*samples, *baseline, chunkSize(compressed.source, ctx));
    return design;
}

std::shared_ptr<Measurement>
LivePreview::State::measurementOf(const CompressedModel &compressed,
                                  const std::shared_ptr<const MeasuringDesign> &wanted)
{
    const std::lock_guard lock(mutex);
    const auto found = std::ranges::find_if(
        measurements, [&](const auto &known) { return equalBut(known->compressed(), compressed, {}); });
    if (found != measurements.end())
        measurements.splice(measurements.begin(), measurements, found);
    else
        measurements.push_front(std::make_shared<Measurement>(wanted, compressed));
    if (measurements.size() > measurementsKept)
        measurements.pop_back();
    return measurements.front();
}

std::unique_ptr<ChunkRunner> LivePreview::State::runnerFor(const CompressedModel &compressed,
                                                           const MovingConstants &moving, Message *note,
                                                           const JobContext &ctx)
{
    const auto whole = [&] {
        const BuiltModel dense = exporter->build(compressed, Storage::Dense, ctx);
        ctx.throwIfCancelled();
        return std::make_unique<WholeModelRunner>(dense.model, *samples, fixed);
    };
    if (moving.layers.size() > layersMadeReady && !pool.find(compressed, moving))
        return whole();
    const std::shared_ptr<const Cut> cut = pool.cutFor(compressed, moving, ctx);
    if (cut->suffix)
        return std::make_unique<SuffixRunner>(cut, pool.cache(), *samples, fixed, moving.values);
    *note = Message::tr("The whole model runs for each measurement: {}.", cut->obstacle);
    return whole();
}

PreviewState LivePreview::State::untouched(const std::shared_ptr<const MeasuringDesign> &wanted,
                                           const CompressedModel &compressed)
{
    Measurement same(wanted, compressed);
    const SamplingPlan &plan = wanted->plan();
    for (size_t chunk = 0; chunk < plan.chunks().size(); ++chunk)
        same.add(chunk, baseline->values(plan.chunks()[chunk].rows, Eigen::all));
    return same.state(0.0);
}

LivePreview::LivePreview(std::shared_ptr<Exporter> exporter, std::shared_ptr<const SampleSet> samples,
                         std::shared_ptr<const Baseline> baseline, const LiveOptions &options)
    : m_state(std::make_unique<State>(std::move(exporter), std::move(samples), std::move(baseline), options))
{
    const size_t count =
        m_state->baseline->samples.empty() ? m_state->samples->size() : m_state->baseline->samples.size();
    if (m_state->baseline->values.rows() != static_cast<Index>(count) || count == 0)
        throw Error(ErrorCode::InvalidArgument,
                    Message::tr("The baseline was measured on {} samples, not on these {}.",
                                m_state->baseline->values.rows(), count));
}

LivePreview::~LivePreview() = default;

void LivePreview::prepare(const CompressedModel &narrow, const std::vector<size_t> &moved,
                          const JobContext &ctx, bool fill)
{
    const auto [compressed, layers] = m_state->shown(narrow, moved);
    const auto design = m_state->designFor(compressed, ctx);
    const MovingConstants moving = movingConstants(*m_state->exporter, compressed, layers);
    const std::shared_ptr<const Cut> cut = m_state->pool.cutFor(compressed, moving, ctx);
    if (!cut->suffix)
        return;
    const SuffixRunner runner(cut, m_state->pool.cache(), *m_state->samples, m_state->fixed, moving.values);
    const auto &chunks = design->plan().chunks();
    const bool known = cut->costs.bakeSeconds > 0.0;
    const CutCosts costs = known ? cut->costs : runner.costs(0, design->placesOf(chunks.front()), ctx);
    std::atomic<bool> room = cut->suffix->macShare() || costs.worthKeeping();
    if (!room)
        m_state->pool.cache().remove(cut->id); // what moves kept before that was known
    if (cut->suffix->hasPrefix() && fill && room) {
        std::atomic<size_t> done = 0;
        parallelFor(chunks.size(), ctx, [&](size_t chunk) {
            if (room && !runner.fill(chunk, design->placesOf(chunks[chunk]), ctx))
                room = false;
            ctx.checkpoint(static_cast<double>(++done) / static_cast<double>(chunks.size()),
                           Message::tr("preparing the layer"));
        });
        runner.endFill(0, ctx);
    }
    std::shared_ptr<const Suffix> whole = cut->whole;
    if (!room && !whole)
        whole = std::make_shared<const Suffix>(
            m_state->exporter->build(compressed, Storage::Dense, ctx).model, moving.values, true);
    m_state->pool.replace(cut, costs, std::move(whole));
}

PreviewState LivePreview::measure(const CompressedModel &narrow, const std::vector<size_t> &moved,
                                  const std::function<void(const PreviewState &)> &onState,
                                  const JobContext &ctx, std::optional<double> precision)
{
    const auto [compressed, layers] = m_state->shown(narrow, moved);
    const double enough = precision.value_or(m_state->precision);
    const auto design = m_state->designFor(compressed, ctx);
    if (compressed.changesNothing()) {
        const PreviewState state = m_state->untouched(design, compressed);
        if (onState)
            onState(state);
        return state;
    }
    const MovingConstants moving = layers.empty() ? allConstants(*m_state->exporter, compressed)
                                                  : movingConstants(*m_state->exporter, compressed, layers);
    Message note;
    const auto runner = m_state->runnerFor(compressed, moving, &note, ctx);
    const auto measurement = m_state->measurementOf(compressed, design);
    const auto &chunks = design->plan().chunks();
    const auto report = [&] {
        PreviewState state = measurement->state(enough);
        state.note = note;
        ctx.checkpoint(static_cast<double>(state.samplesDone) / static_cast<double>(state.samplesTotal),
                       Message::tr("measured {} of {} samples", state.samplesDone, state.samplesTotal));
        if (onState)
            onState(state);
        return state;
    };
    PreviewState state;
    if (measurement->samplesDone() > 0)
        state = report();
    double perSample = 0.0;
    while (!state.settled) {
        const size_t total = static_cast<size_t>(m_state->baseline->values.rows());
        size_t wanted = std::max(firstSamples, std::min(measurement->samplesDone(), total / 8));
        if (perSample > 0.0)
            wanted = std::clamp(wanted, static_cast<size_t>(shortestPortion / perSample),
                                std::max(firstSamples, static_cast<size_t>(portionSeconds / perSample)));
        const std::vector<size_t> next = measurement->next(wanted);
        const Clock::time_point start = Clock::now();
        const size_t before = measurement->samplesDone();
        parallelFor(next.size(), ctx, [&](size_t i) {
            const std::vector<size_t> places = design->placesOf(chunks[next[i]]);
            const Tensor output = runner->run(next[i], places, ctx);
            const size_t batch = m_state->fixed > 0 ? m_state->fixed : places.size();
            measurement->add(next[i], sampleRows(output, "", batch, places.size()));
        });
        perSample = secondsSince(start) /
                    static_cast<double>(std::max<size_t>(1, measurement->samplesDone() - before));
        state = report();
        runner->expect(stillNeeded(state, enough), ctx.threadCount());
    }
    return state;
}

int64_t LivePreview::cachedBytes() const
{
    return m_state->pool.cache().bytes();
}

CutFacts LivePreview::facts(const CompressedModel &narrow, const std::vector<size_t> &moved)
{
    const auto [compressed, layers] = m_state->shown(narrow, moved);
    CutFacts facts;
    const auto cut = m_state->pool.find(compressed, movingConstants(*m_state->exporter, compressed, layers));
    if (!cut)
        return facts;
    facts.ready = true;
    facts.obstacle = cut->obstacle;
    if (!cut->suffix)
        return facts;
    facts.macShare = cut->suffix->macShare().value_or(cut->costs.worthKeeping() ? cut->costs.timeShare : 1.0);
    const std::lock_guard lock(m_state->mutex);
    facts.chunks = m_state->design ? m_state->design->plan().chunks().size() : 0;
    for (size_t chunk = 0; chunk < facts.chunks; ++chunk)
        facts.cachedChunks += m_state->pool.cache().find(cut->id, chunk) != nullptr;
    return facts;
}

} // namespace lathe
