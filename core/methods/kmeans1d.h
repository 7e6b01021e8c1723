#pragma once
// Optimal one-dimensional k-means: the codebook of weight sharing.
#include "core/base/job.h"
#include "core/recipe/settings.h"

#include <cstdint>
#include <span>
#include <vector>

namespace lathe {

struct Codebook {
    std::vector<float> centers; ///< ascending; at most k, fewer when the values have fewer distinct ones
    std::vector<uint8_t> codes; ///< index of a center for each value, in the order of the values
    double cost = 0.0;          ///< sum of weight * (value - center)^2
    double costLowerBound =
        0.0; ///< no k centers can do better than this; equal to cost when the answer is exact
};

/// Optimal needs no start; the other ways are the starts of Han et al. 2016, arXiv:1510.00149, section 3.2,
/// and k-means++ (Arthur & Vassilvitskii 2007), each followed by Lloyd's iterations to a fixed point.
struct KMeansOptions {
    int clusters = 16; ///< 1..256
    ClusterInit init = ClusterInit::Optimal;
    bool fixedZero = false;              ///< one center is exactly 0 and counts among `clusters`
    uint64_t seed = 1;                   ///< of k-means++
    size_t exactLimit = size_t(1) << 16; ///< up to so many values the optimum is exact
};

/// Optimal: dynamic programming over sorted values, where the best split points are monotone (Groenlund et
/// al. 2017, arXiv:1701.07204); O(k n log n). More than exactLimit values are first gathered in exactLimit
/// equal bins, each standing at its mean; moving every value by its distance to the mean changes the square
/// root of the cost by at most the norm of those distances, which gives costLowerBound.
/// @param values   finite. @param weights importance of each value, >= 0, or empty (all 1); all zero counts
/// as empty.
/// @throws Error   InvalidArgument (clusters outside 1..256, sizes that differ), NumericFailure (NaN or
/// infinity). @throws Cancelled
Codebook kMeans1d(std::span<const float> values, std::span<const float> weights, const KMeansOptions &options,
                  const JobContext &ctx = {});

} // namespace lathe
