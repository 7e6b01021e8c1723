#pragma once
// ONNX Runtime's operator for products with a quantized weight. Inside core only.
#include "core/model/proto.h"
#include "core/storage/decodenodes.h"

namespace lathe {

constexpr const char *runtimeDomain = "com.microsoft";

/// Whether a node is one: it takes codes, scales and perhaps zero points as its inputs 1 to 4.
bool takesCodes(const onnx::NodeProto &node);

struct ProductNode {
    std::vector<onnx::NodeProto> nodes; ///< instead of the product; the last one has its output
    Fragment constants;                 ///< the codes have the slot's name
    Message form;
};

/// A MatMul or Gemm of float32 whose second operand is the slot's constant (or made of it alone) as
/// MatMulNBits. It multiplies with exactly decode(encoding).
/// @param computeType in which the node computes
Possible<ProductNode> matMulNBits(const onnx::NodeProto &node, int weightInput, ElementType computeType,
                                  const MatrixEncoding &encoding, const WeightSlot &slot,
                                  const ExportTarget &target);

/// The weight matrix [N, K] that a MatMulNBits of the model multiplies with, whose codes are called so; none
/// when there is no such node. @throws Error MalformedModel when its constants do not fit its attributes
std::optional<Matrix> weightOfNBits(const Model &model, const std::string &codes);

} // namespace lathe
