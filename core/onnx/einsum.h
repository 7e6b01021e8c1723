#pragma once
#include "core/onnx/tensor.h"

#include <optional>
#include <string_view>
#include <vector>

namespace lathe {

/// Multiplications of an Einsum of two inputs: the product of all its dimensions. One input needs none; for
/// more the count depends on the order. Empty where that, the equation or the shapes do not tell.
std::optional<int64_t> einsumProducts(std::string_view equation, const std::vector<Shape> &inputs);

} // namespace lathe
