#pragma once
// Features of a student that has other channels than its teacher.
#include "core/train/parts.h"

namespace lathe::train {

constexpr const char *featureMapName = "lathe.feature_map";

/// The model with a linear map from the channels of a value to others, whose output is called
/// `featureMapName`: a 1 x 1 convolution, or a product for [N, channels]. Its weight is called featureMapName
/// + ".weight".
/// @param own shape of the value @param to channels of the map's output @param averages the value's mean over
/// all places is mapped, [N, channels]
Model withFeatureMap(const Model &model, const std::string &value, const Shape &own, int64_t to,
                     bool averages, uint64_t seed);
/// Without it; the same model where there is none.
Model withoutFeatureMap(const Model &model);

} // namespace lathe::train
