#pragma once
// Settings -> what is done to one weight. Inner part of core/compress.
#include "core/base/issue.h"
#include "core/compress/compressor.h"

#include <compare>

namespace lathe {

/// Settings that lead to the same numbers make the same plan, so their result is computed once.
struct Plan {
    Index rank = 0;     ///< 0: not factorized
    double ratio = 0.0; ///< 0: not pruned
    int bits = 0;       ///< 0: not quantized
    bool symmetric = true;
    Granularity granularity = Granularity::Channel;
    auto operator<=>(const Plan &) const = default;
    bool empty() const { return rank == 0 && ratio == 0.0 && bits == 0; }
};

struct PlannedLayer {
    Plan plan;
    std::optional<Issue> issue; ///< what is done otherwise than asked
};

/// @throws Error InvalidArgument for settings outside their ranges
PlannedLayer planLayer(const Layer &layer, const LayerSettings &settings,
                       const std::function<std::vector<double>()> &energy);

/// @param factors of the weight; needed only by a plan with a rank
Encoding encodeWeight(const Matrix &weight, const Plan &plan, const struct SvdFactors *factors);

} // namespace lathe
