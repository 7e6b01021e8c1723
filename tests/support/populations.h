#pragma once
// Made-up outputs of a baseline and a variant, for tests of what is said after a part of the samples.
#include "core/base/matrix.h"

#include <random>
#include <vector>

namespace lathe::test {

struct Population {
    Matrix baseline, variant; ///< logits
};

struct PopulationCase {
    const char *name;
    /// @param labels of the samples @param random where it differs between populations of the kind
    Population (*make)(const std::vector<int> &labels, std::mt19937 &random);
    /// Share of populations in which all intervals shown have to hold. Below 0.95: a few flips among those
    /// that the baseline is surest of, which the working model takes for all that there are.
    double coverage = 0.95;
};
const std::vector<PopulationCase> &populationCases();

/// Top-1 difference over all samples, variant - baseline.
double trueDifference(const Population &population, const std::vector<int> &labels);

} // namespace lathe::test
