#pragma once
// Measuring a model against the untouched one: all in one go, or as far as a measurement has come.
#include "core/measure/measure.h"

namespace lathe {

/// The untouched model's outputs on the samples; computed once per model and data set.
struct Baseline {
    Matrix values; ///< one row for each sample
    Metrics metrics;
    Interval latency;                 ///< seconds, one sample, one thread; 0: not measured
    std::vector<size_t> samples = {}; ///< that the rows stand for; empty: all of the set, in its order
};
Baseline measureBaseline(const Model &model, const SampleSet &samples, const JobContext &ctx = {});
/// What is known of all samples, of some of them only: variants are then measured on these.
/// @param baseline of the whole set. @throws Error InvalidArgument (a place that the set does not have)
Baseline baselineOn(const Baseline &baseline, const SampleSet &samples, std::vector<size_t> places);

struct PreviewState {
    Metrics metrics;       ///< of the samples so far
    Comparison comparison; ///< against the baseline on those samples
    int64_t samplesDone = 0, samplesTotal = 0;
    std::shared_ptr<const Matrix>
        values; ///< the variant's outputs [samples, width], rows as in the baseline; only when complete
    /// Of the top-1 difference that all samples would show (without labels: of the agreement less 1); where
    /// it will end up, while comparison.top1Difference says what new samples would show. Only of LivePreview.
    std::optional<Interval> fullSet;
    bool settled = false; ///< complete, or known as closely as was asked for
    Message note;         ///< one sentence when it was measured otherwise than usual
    bool complete() const { return samplesDone == samplesTotal; }
};

/// Runs `variant` over the samples of the baseline, all in one go.
/// @returns a complete state. @throws Error InvalidArgument (a baseline of other samples, or of another
/// width), and as Session does. @throws Cancelled
PreviewState measureVariant(const Model &variant, const SampleSet &samples, const Baseline &baseline,
                            const JobContext &ctx = {});

} // namespace lathe
