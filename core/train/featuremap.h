#pragma once
// Features of a student that has other channels than its teacher.
#include "core/train/parts.h"

namespace lathe::train {

constexpr const char *featureMapName = "lathe.feature_map";

/// The model with a linear map from the channels of a value to others, whose output is called
/// `featureMapName`: a 1 x 1 convolution, or a product for [N, channels]. Its weight is called featureMapName
/// + ".weight".
/// @param channels of the value and of the map's output
Model withFeatureMap(const Model &model, const std::string &value, size_t rank, int64_t from, int64_t to,
                     uint64_t seed);
/// Without it; the same model where there is none.
Model withoutFeatureMap(const Model &model);

} // namespace lathe::train
