#pragma once
// One node with a factorized weight -> a chain of nodes with its factors. Inside core/exporting only.
#include "core/exporting/sourcegraph.h"
#include "core/methods/encoding.h"
#include "core/storage/decodenodes.h"

namespace lathe {

/// Nodes that do a layer's work with the factors of its weight.
struct FactorNodes {
    std::vector<WeightSlot> slots;      ///< as FactorEncoding::factors
    std::vector<onnx::NodeProto> nodes; ///< one for each factor; the last one has the layer's outputs
    Fragment extra;                     ///< small constants they need
};

/// Otherwise the factors have to be multiplied when the model is loaded.
bool runsAsChain(const SourceGraph &graph, size_t layer, const FactorEncoding &encoding);
/// Only for layers that can. The bias goes to the last node.
/// @param node the layer's, perhaps with another bias than in the source
FactorNodes factorNodes(const SourceGraph &graph, size_t layer, const onnx::NodeProto &node,
                        const FactorEncoding &encoding);
/// Multiply-accumulates of the chain for one sample; empty when they are unknown.
std::optional<int64_t> chainMacs(const Layer &layer, const FactorEncoding &encoding);

/// Of the names of factors: the layer's prefix and this, and letters that follow it.
constexpr char firstFactorSuffix = 'A';

} // namespace lathe
