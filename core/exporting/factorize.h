#pragma once
// One node with a low-rank weight -> two nodes with its factors. Internal to core/exporting.
#include "core/exporting/decodenodes.h"
#include "core/exporting/sourcegraph.h"

namespace lathe {

/// Two nodes that do a layer's work with W = left * right.
struct TwoNodes {
    WeightSlot right;                   ///< of the node that comes first
    WeightSlot left;                    ///< of the node that comes second
    std::vector<onnx::NodeProto> nodes; ///< in running order; the last one has the layer's outputs
    Fragment extra;                     ///< small constants they need
};

bool canRunAsTwoNodes(const SourceGraph &graph, size_t layer);
/// @param rank of the factors. Only for layers that can.
TwoNodes twoNodes(const SourceGraph &graph, size_t layer, Index rank);

} // namespace lathe
