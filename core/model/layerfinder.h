#pragma once
// Which nodes are layers, and how their constants become matrices. Inside core/model only.
#include "core/model/proto.h"
#include "core/shapes/shapeinference.h"

namespace lathe {

/// Fills layers, sites and issues of a content whose index, inputs and externalFiles are set.
void findLayers(Model::Content &content, const ValueShapes &shapes);
/// Fills in shapes and MACs that are still open.
void completeLayers(Model::Content &content, const ValueShapes &shapes);
/// The share of one sample where the inputs are fixed at a larger batch and `output` has it.
std::optional<int64_t> ofOneSample(std::optional<int64_t> macs, const Shape &output,
                                   const std::vector<ValueInfo> &inputs);

} // namespace lathe
