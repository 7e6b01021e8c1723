#pragma once
// Which nodes are layers, and how their constants become matrices. Inside core/model only.
#include "core/model/proto.h"
#include "core/model/shapeinference.h"

namespace lathe {

/// Fills layers, sites and issues of a content whose index, inputs and mappedFiles are set.
void findLayers(Model::Content &content, const ValueShapes &shapes);
/// Fills in shapes and MACs that are still open.
void completeLayers(Model::Content &content, const ValueShapes &shapes);

} // namespace lathe
