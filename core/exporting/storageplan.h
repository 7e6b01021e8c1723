#pragma once
// What one layer's encoding does to the graph. Inside core/exporting only.
#include "core/exporting/biasshift.h"
#include "core/exporting/graph.h"
#include "core/methods/layercode.h"
#include "core/storage/decodenodes.h"

namespace lathe {

/// A matrix of the encoding as a reader of the file finds it.
struct DecodedValue {
    WeightSlot slot;
    bool asMatrix = false; ///< only codes that an operator unpacks by itself: float32 [rows, cols]
};

struct StoragePlan {
    Fragment fragment;                        ///< goes in front of the nodes of graph `home`
    int home = 0;                             ///< ordinal
    std::vector<onnx::NodeProto> replacement; ///< instead of the layer's node; empty: the node stays
    std::vector<NodeRef> dropped;             ///< nodes between constant and layer that go with the constant
    std::vector<GoneConstant> gone;
    Message form;
    std::vector<std::string> values;   ///< names of the decoded constants
    std::vector<WeightLayout> layouts; ///< as values: from there to the matrix
    std::vector<DecodedValue> decoded; ///< the product of all matrices, or each of them in its order
    std::string bias;                  ///< name of a constant that corrects the output; empty: none
    std::vector<Message> notes;        ///< sentences for the list of issues
    int64_t plainBytes = 0;            ///< what addedBytes would be with plain values
    int64_t addedBytes = 0;            ///< to the file, shared constants not counted
    int64_t removedBytes = 0;
};

/// What the layer's own constants become: a tied layer's weight is that of another, and only what is added to
/// its output is its own.
LayerCode ownCode(const Layer &layer, const LayerCode &code);
/// @param own as ownCode() gives it, and not changesNothing() @param bias as replacedBias()
/// @throws Error Unsupported naming the layer
StoragePlan planStorage(const SourceGraph &graph, size_t layer, const LayerCode &own, Storage storage,
                        const Tensor *bias);

/// The values that readers of a file find under plan.decoded.
std::vector<Tensor> decodedValues(const StoragePlan &plan, const Encoding &encoding);

} // namespace lathe
