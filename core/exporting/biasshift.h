#pragma once
// A number for each row of a weight, added to the layer's output. Inside core/exporting only.
#include "core/exporting/sourcegraph.h"

namespace lathe {

/// A constant of the source that nothing reads any more.
struct GoneConstant {
    std::string name;
    ConstantPlace place;
};

/// A layer's node with its bias corrected.
struct BiasedNode {
    onnx::NodeProto node;                ///< reads the corrected bias
    std::vector<onnx::NodeProto> before; ///< compute a bias that is no constant
    std::vector<onnx::NodeProto> after;  ///< what a product cannot add itself
    Fragment constants;
    std::vector<GoneConstant> gone;
    std::string bias; ///< name of the constant that holds the shift; empty: nothing is corrected
    Message obstacle; ///< why a shift is left out; empty: it is not
};

/// @param shift [rows] or empty. @param bias instead of the layer's own; null: that
BiasedNode withBias(const SourceGraph &graph, size_t layer, const Vector &shift, const Tensor *bias);

constexpr int biasInput = 2; ///< of the nodes that add a bias themselves: Conv, ConvTranspose and Gemm
/// Of the constant that holds the shift: `prefix` of the layer and this.
constexpr char biasSuffix = 'S';

} // namespace lathe
