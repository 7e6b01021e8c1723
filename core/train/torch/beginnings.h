#pragma once
// Where training begins, and how large what moves is there. Inside core/train/torch only.
#include <ATen/ATen.h>

namespace lathe::train {

/// A scale moves a whole row at once: its steps are shorter than those of the values that it scales.
constexpr double sizeOfScales = 0.2;

/// Root mean square of each row's values that are not zero, as [rows, 1, ...]; of a vector that of all.
at::Tensor sizeByRow(const at::Tensor &values);
/// Of a constant beside weights: that of all, and where it is small or zero what lets it leave zero.
at::Tensor sizeOfConstant(const at::Tensor &values);

} // namespace lathe::train
