#pragma once
// What a model takes while it runs, beside the untouched model.
#include "core/measure/figures.h"

#include <mutex>

namespace lathe {

/// Latency of both in turns, memory of both. May be used from several threads.
class RunningCosts {
public:
    /// @param baseline of the untouched model on the samples
    RunningCosts(Model original, std::shared_ptr<const SampleSet> samples,
                 std::shared_ptr<const Baseline> baseline);
    /// Settles Figures::running and all that belongs to it.
    /// @param weightBytes that the runtime holds of the model once it is loaded
    /// @throws Error as Session does. @throws Cancelled
    void measure(Figures &figures, const Model &model, int64_t weightBytes, const JobContext &ctx = {});

private:
    int64_t memoryOfOriginal(std::span<const TensorView> feeds, const JobContext &ctx);

    Model m_original;
    std::shared_ptr<const SampleSet> m_samples;
    std::shared_ptr<const Baseline> m_baseline;
    std::mutex m_memoryMutex; ///< a job that was told to stop may still run beside the next one
    std::optional<int64_t> m_memoryOfOriginal;
};

/// Seconds of one sample, by layer of the model; NaN where the runtime does not tell.
/// @throws Error as layerSeconds() does. @throws Cancelled
std::vector<double> layerLatencies(const Model &model, const SampleSet &samples, const JobContext &ctx = {});

} // namespace lathe
