#pragma once
// One sample's outputs of a variant beside the baseline's, and what many of them say together.
#include "core/measure/measure.h"

namespace lathe {

struct SampleComparison {
    bool sameTop = true;                          ///< same top-1
    int baselineRank = -1, variantRank = -1;      ///< of the true class; -1 without a label
    double baselineLoss = 0.0, variantLoss = 0.0; ///< nats; NaN where a row or a label is of no use
    double kl = 0.0;                              ///< KL(baseline || variant), nats; +inf for a row with NaN
    double signal = 0.0, noise = 0.0;             ///< sums of squares
    double largest = 0.0, largestDifference = 0.0;
    /// Log-probability of the class in question less that of the best other class: the true class, or without
    /// a label the baseline's top-1. Above zero: that class wins.
    double baselineMargin = 0.0, variantMargin = 0.0;

    /// What the sample adds to the top-1 difference: 1 right only in the variant, -1 right only in the
    /// baseline. Without a label the baseline is what is right.
    int gain() const;
};

/// @param label empty: none
SampleComparison compareSample(std::span<const float> baseline, std::span<const float> variant,
                               std::optional<int> label, OutputKind kind);

/// @param weights how many samples each one stands for, as a multiple of what it would stand for by itself;
/// empty: all alike. `changed` of the result counts the rows.
Comparison summarize(std::span<const SampleComparison> rows, OutputKind kind,
                     std::span<const double> weights = {});
/// Metrics of the variant. @param width of the outputs
Metrics variantMetrics(std::span<const SampleComparison> rows, OutputKind kind, Index width,
                       std::span<const double> weights = {});

} // namespace lathe
