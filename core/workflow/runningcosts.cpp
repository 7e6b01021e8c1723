#include "core/workflow/runningcosts.h"

#include "core/measure/batches.h"
#include "core/runtime/nodetimes.h"

#include <algorithm>

namespace lathe {
namespace {

constexpr double secondsForLatency = 1.0; ///< of both models together
constexpr int timedRuns = 15;             ///< of a model whose layers are timed

int latencyRepeats(double secondsPerRun)
{
    return std::clamp(static_cast<int>(secondsForLatency / std::max(secondsPerRun, 1e-6) / 2.0), 3, 50);
}

/// Samples that the model takes at a time.
size_t batchOf(const Session &session)
{
    return std::max<size_t>(1, fixedBatch(session.inputs()));
}

} // namespace

RunningCosts::RunningCosts(Model original, std::shared_ptr<const SampleSet> samples,
                           std::shared_ptr<const Baseline> baseline)
    : m_original(std::move(original)), m_samples(std::move(samples)), m_baseline(std::move(baseline))
{
}

void RunningCosts::measure(Figures &figures, const Model &model, int64_t weightBytes, const JobContext &ctx)
{
    const Session baseline(m_original);
    ctx.throwIfCancelled();
    const Session variant(model);
    const Session *const both[] = {&baseline, &variant};
    const std::vector<Interval> seconds =
        interleavedLatency(both, *m_samples, latencyRepeats(m_baseline->latency.value), ctx.part(0.0, 0.7));
    const SampleFeeds feeds(*m_samples, std::vector<size_t>{0}, batchOf(baseline));
    figures.memory = peakActivationBytes(model, feeds.views(), ctx.part(0.7, 0.85)) + weightBytes;
    figures.baselineMemory = memoryOfOriginal(feeds.views(), ctx.part(0.85, 1.0));
    figures.baselineLatency = seconds.at(0).value;
    figures.latency = seconds.at(1).value;
    figures.baselineLatencyRange = seconds.at(0);
    figures.latencyRange = seconds.at(1);
    figures.running = Figures::Settled;
}

int64_t RunningCosts::memoryOfOriginal(std::span<const TensorView> feeds, const JobContext &ctx)
{
    const std::lock_guard lock(m_memoryMutex);
    if (!m_memoryOfOriginal)
        m_memoryOfOriginal = peakActivationBytes(m_original, feeds, ctx) + m_original.serializedBytes();
    return *m_memoryOfOriginal;
}

std::vector<double> layerLatencies(const Model &model, const SampleSet &samples, const JobContext &ctx)
{
    const size_t batch = batchOf(Session(model));
    const SampleFeeds feeds(samples, std::vector<size_t>{0}, batch);
    std::vector<double> seconds = layerSeconds(model, feeds.views(), timedRuns, ctx);
    for (double &value : seconds)
        value /= static_cast<double>(batch);
    return seconds;
}

} // namespace lathe
