#pragma once
// matrixToConstant() for what stands for the elements of a weight matrix: codes, or their numbers.
#include "core/model/layer.h"

#include <span>

namespace lathe {

std::vector<uint8_t> matrixToConstant(const WeightLayout &layout, std::span<const uint8_t> codes);
std::vector<int> matrixToConstant(const WeightLayout &layout, std::span<const int> numbers);

} // namespace lathe
