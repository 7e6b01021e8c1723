#pragma once
// What one layer's encoding does to the graph. Internal to core/exporting.
#include "core/compress/encoding.h"
#include "core/exporting/graph.h"
#include "core/exporting/sourcegraph.h"

namespace lathe {

struct LayerPlan {
    Fragment fragment; ///< goes in front of the nodes of the graph that held the constant
    std::vector<onnx::NodeProto> replacement; ///< instead of the layer's node; empty: the node stays
    std::vector<NodeRef> dropped;             ///< nodes between constant and layer that go with the constant
    std::string form;
    std::vector<std::string> values; ///< names of the decoded constants
    std::string note;                ///< a sentence for the list of issues; may be empty
    int64_t plainBytes = 0;          ///< what addedBytes would be with plain values
    int64_t addedBytes = 0;          ///< to the file, shared constants not counted
    int64_t removedBytes = 0;
};

/// Whether a low-rank layer runs as two nodes; otherwise its factors are multiplied when the model is loaded.
bool runsAsTwoNodes(const SourceGraph &graph, size_t layer);

/// @throws Error Unsupported naming the layer
LayerPlan planLayer(const SourceGraph &graph, size_t layer, const Encoding &encoding, Storage storage);

} // namespace lathe
