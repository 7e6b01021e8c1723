#pragma once
// One pruning threshold for several layers. Inner part of core/compress.
#include "core/model/model.h"
#include "core/recipe/settings.h"

namespace lathe {

/// Whether the layer's weights are pruned by the threshold of all such layers: single weights by magnitude,
/// before anything else is done to them.
bool sharesThreshold(const LayerSettings &settings);

struct GlobalShare {
    size_t layer = 0;
    double ratio = 0.0; ///< of the layer's weights, adds to what all of them lose together
};

/// How many weights each layer loses when the sum over them goes by magnitude, whatever layer it lies in.
/// Each layer keeps at least one. Of equal magnitudes those of later layers go first.
std::vector<int64_t> countsUnderOneThreshold(const Model &model, const std::vector<GlobalShare> &shares);

} // namespace lathe
