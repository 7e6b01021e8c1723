#pragma once
// Settings -> what is done to one weight. Inner part of core/compress.
#include "core/base/issue.h"
#include "core/compress/compressor.h"

namespace lathe {

/// Settings that lead to the same numbers make the same plan, so their result is computed once.
struct Plan {
    LayerSettings settings;            ///< what of them is carried out
    Index rank = 0;                    ///< 0: not factorized
    std::optional<int64_t> pruneCount; ///< of the whole layer, from a threshold that several layers share
    bool empty() const { return settings.empty(); }
    /// Equal for plans that lead to the same numbers.
    std::string key() const;
};

struct PlannedLayer {
    Plan plan;
    std::vector<Issue> issues; ///< what is done otherwise than asked
};

/// Largest ranks of a form in which a layer can be factorized.
struct RankLimits {
    Index full = 0;      ///< from here on nothing is lost, and nothing gained
    Index breakEven = 0; ///< up to here the factors are smaller than the weight
};
RankLimits rankLimits(const Layer &layer, RankForm form);
/// Weights of the factors of a rank in that form.
Index factorWeights(const Layer &layer, RankForm form, Index rank);
/// Whether the layer's rows are made up of whole groups of the pattern.
bool fitsRows(const PrunePattern &pattern, const Layer &layer);
/// Of Tucker-2, where the output channels go down to `rank`: the same share of the input channels.
Index inputRank(const Layer &layer, Index rank);
/// Of a convolution, one group of it.
KernelShape kernelOf(const Layer &layer);

/// @param energy of the singular values that the form goes by
/// @throws Error InvalidArgument for settings outside their ranges
PlannedLayer planLayer(const Layer &layer, const LayerSettings &settings,
                       const std::function<std::vector<double>()> &energy);

} // namespace lathe
