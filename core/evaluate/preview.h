#pragma once
// Measuring a compressed model against the baseline step by step, so that a figure is there early and
// sharpens.
#include "core/evaluate/measure.h"

namespace lathe {

/// The untouched model's outputs on the samples; computed once per model and data set.
struct Baseline {
    Matrix values;
    Metrics metrics;
    double latencySeconds = 0.0; ///< one sample, one thread
};
Baseline measureBaseline(const Model &model, const SampleSet &samples, const JobContext &ctx = {});

struct PreviewState {
    Metrics metrics;       ///< of the samples so far
    Comparison comparison; ///< against the baseline on those samples
    int64_t samplesDone = 0, samplesTotal = 0;
    std::shared_ptr<const Matrix>
        values; ///< the variant's outputs [samples, width] in the set's order; only when complete
    bool complete() const { return samplesDone == samplesTotal; }
};

/// Runs `variant` over the samples in growing portions (16, 16, 32, 64, ... but none longer than about half a
/// second) and reports after each; `onState` runs on the calling thread. The samples are taken in a fixed
/// shuffled order, so that the first figures of a set sorted by class mean something.
/// @returns the last state. @throws Error, Cancelled
PreviewState measurePreview(const Model &variant, const SampleSet &samples, const Baseline &baseline,
                            const std::function<void(const PreviewState &)> &onState,
                            const JobContext &ctx = {});

} // namespace lathe
