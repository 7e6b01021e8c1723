#pragma once
// What the operators that only move elements do to a shape. Inside core only.
// Empty results: the arguments do not fit.
#include "core/onnx/tensor.h"

#include <onnx/onnx_pb.h>
#include <optional>

namespace lathe {

/// Reshape with its 0 (keep the dimension) and -1 (the rest) worked out.
std::optional<Shape> reshapedShape(Shape wanted, const Shape &from, bool zeroMeansZero);
std::optional<Shape> transposedShape(const Shape &from, const std::vector<int64_t> &permutation);
std::optional<Shape> unsqueezedShape(const Shape &from, const Shape &axes);
/// @param axes empty: every dimension of 1 goes
std::optional<Shape> squeezedShape(const Shape &from, const std::optional<Shape> &axes);
Shape flattenedShape(const Shape &from, int64_t axis);

/// An axis counted from the front; -1 when it is out of range.
int64_t axisFromFront(int64_t axis, size_t rank);
/// The permutation of a Transpose node: reversed when it gives none.
std::vector<int64_t> permutationOf(const onnx::NodeProto &node, size_t rank);

} // namespace lathe
