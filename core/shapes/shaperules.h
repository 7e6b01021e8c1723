#pragma once
// Output shapes of the standard operators. Inside core/shapes only.
#include "core/shapes/shapearithmetic.h"

#include <span>

namespace lathe {

/// What is known of an input; null where it is absent or unknown.
struct RuleInput {
    const Shape *shape = nullptr;
    const WholeNumbers *numbers = nullptr;
    const std::vector<float> *reals = nullptr; ///< of a short constant
};

constexpr int64_t largestDimension = int64_t{1} << 31;

/// The shapes of a node's outputs by the ONNX specification; empty where they cannot be told.
/// Safe for any node: what does not fit, or comes out empty or absurdly large, is unknown.
std::vector<std::optional<Shape>> outputShapes(const onnx::NodeProto &node,
                                               std::span<const RuleInput> inputs);

} // namespace lathe
