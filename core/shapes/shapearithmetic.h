#pragma once
// Whole numbers computed inside a graph, mostly to say how to reshape something. Inside core only.
#include "core/onnx/tensor.h"

#include <functional>
#include <onnx/onnx_pb.h>
#include <optional>
#include <vector>

namespace lathe {

/// A scalar or list of whole numbers, as shapes, axes and indices are.
struct WholeNumbers {
    bool scalar = false;
    std::vector<int64_t> values;
};

constexpr size_t maxWholeNumbers = 1024; ///< longer results are given up: no shape is that long

/// What a node computes from known numbers; empty when it is no such node or something is not known.
/// @param numbers the numbers at an input, or nullptr
/// @param shape   the full shape at an input, or nullptr
/// @note The operators mean the same in every opset as far as this is concerned.
std::optional<WholeNumbers> evaluate(const onnx::NodeProto &node,
                                     const std::function<const WholeNumbers *(int input)> &numbers,
                                     const std::function<const Shape *(int input)> &shape);

} // namespace lathe
