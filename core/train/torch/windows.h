#pragma once
// Kernels, strides and pads as convolutions and pools are told them. Inside core/train/torch only.
#include "core/train/torch/operators.h"

namespace lathe::train {

/// One number for each spatial axis.
struct Window {
    std::vector<int64_t> kernel, strides, dilations;
    std::vector<int64_t> begin, end; ///< pads
    int64_t extent(size_t i) const { return dilations[i] * (kernel[i] - 1) + 1; }
};

std::vector<int64_t> kernelOf(const at::Tensor &weight); ///< of a convolution's weight
/// @param x its input; auto_pad goes by its size. For a transposed convolution SAME stays without pads here.
Window windowOf(const Step &step, std::vector<int64_t> kernel, const at::Tensor &x);
/// Whether its pads are such that the library's own pools take them: equal at both ends, half a kernel at
/// most.
bool isEven(const Window &window);
/// With the window's pads around it.
at::Tensor padded(const at::Tensor &x, const Window &window, double value);

} // namespace lathe::train
