#pragma once
// From some measured samples to what all of them would show.
#include "core/measure/samplecomparison.h"
#include "core/preview/samplingplan.h"

namespace lathe {

struct DropEstimate {
    /// Of the top-1 difference over all samples of the set, variant - baseline, as a fraction: the value that
    /// measuring all of them would give lies between low and high with 95 % probability, at all looks
    /// together. Seldom in the middle of them: where the baseline is right only losses can hide.
    Interval fullSet;
    /// The same difference on new samples of the same kind: wider, for the set is a sample itself.
    Interval population;
    /// What one more sample of a stratum takes off the variance of fullSet.
    std::vector<double> worth;
};

/// Stratified difference estimator with a working model. How much the variant moves a sample's margin is
/// nearly the same for sure and unsure samples, so a few of them tell how likely each other one is to flip:
/// margin shift = a + b * margin + scale * t. The sum of these probabilities is corrected by what the
/// measured samples did otherwise, stratum by stratum, which keeps the estimate unbiased however poor the
/// model is. Flips that the model does not foresee and none was seen of are bounded apart from it: where none
/// of n samples flipped, up to 3 in n of the others may, losses among those the baseline is right on and
/// gains among the others. Sarndal, Swensson, Wretman 1992, Model Assisted Survey Sampling, chapter 6.
class DropEstimator {
public:
    /// @param margins of the baseline, signed; @param right whether the baseline is right, by sample
    DropEstimator(const SamplingPlan &plan, std::vector<double> margins, std::vector<bool> right);

    /// @param measured rows of the plan, in any order, at least one
    DropEstimate estimate(std::span<const size_t> rows, std::span<const SampleComparison> measured) const;

private:
    struct Model;
    struct Models; ///< one for what the baseline gets wrong and one for the rest
    struct Unseen;
    Models fit(std::span<const size_t> rows, std::span<const SampleComparison> measured) const;
    Unseen unseen(std::span<const size_t> rows, std::span<const SampleComparison> measured) const;

    const SamplingPlan &m_plan;
    std::vector<double> m_margins;
    std::vector<bool> m_right;
};

} // namespace lathe
