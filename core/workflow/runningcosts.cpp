#include "core/workflow/runningcosts.h"

#include "core/measure/batches.h"

#include <algorithm>

namespace lathe {
namespace {

constexpr double secondsForLatency = 1.0; ///< of both models together

int latencyRepeats(double secondsPerRun)
{
    return std::clamp(static_cast<int>(secondsForLatency / std::max(secondsPerRun, 1e-6) / 2.0), 3, 50);
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
    const std::vector<double> seconds =
        interleavedLatency(both, *m_samples, latencyRepeats(m_baseline->latencySeconds), ctx.part(0.0, 0.7));
    const size_t batch = std::max<size_t>(1, fixedBatch(baseline.inputs()));
    const SampleFeeds feeds(*m_samples, std::vector<size_t>{0}, batch);
    figures.memory = peakActivationBytes(model, feeds.views(), ctx.part(0.7, 0.85)) + weightBytes;
    figures.baselineMemory = memoryOfOriginal(feeds.views(), ctx.part(0.85, 1.0));
    figures.baselineLatency = seconds.at(0);
    figures.latency = seconds.at(1);
    figures.running = Figures::Settled;
}

int64_t RunningCosts::memoryOfOriginal(std::span<const TensorView> feeds, const JobContext &ctx)
{
    const std::lock_guard lock(m_memoryMutex);
    if (!m_memoryOfOriginal)
        m_memoryOfOriginal = peakActivationBytes(m_original, feeds, ctx) + m_original.serializedBytes();
    return *m_memoryOfOriginal;
}

} // namespace lathe
