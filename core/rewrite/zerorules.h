#pragma once
// What operators make of zeros. Inside core only.
#include <functional>
#include <onnx/onnx_pb.h>
#include <optional>
#include <string>
#include <string_view>

namespace lathe {

enum class OfZeros {
    Kept,       ///< gives 0 where the first input is 0
    Added,      ///< with each of its inputs 0
    Multiplied, ///< with one of its factors 0; what comes after the factors is added
    Scaled,     ///< a normalization: with scale and bias 0
    Other
};
OfZeros ofZeros(std::string_view op);

bool hasInput(const onnx::NodeProto &node, size_t input);
/// Of a ConstantOfShape.
bool fillsWithZero(const onnx::NodeProto &node);
/// The number that a constant holds, if it is known.
using RealOf = std::function<std::optional<float>(const std::string &name)>;
/// Whether the bounds of a Clip hold zero between them, and a Pad fills up with zeros; others do.
bool letsZeroThrough(const onnx::NodeProto &node, const RealOf &realOf);

} // namespace lathe
