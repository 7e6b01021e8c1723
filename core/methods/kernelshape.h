#pragma once
#include "core/base/matrix.h"

namespace lathe {

/// Shape of a convolution weight [out, in, height, width]; its matrix is [out, in * height * width].
struct KernelShape {
    Index out = 0, in = 0, height = 1, width = 1;
    Index area() const { return height * width; }
};

} // namespace lathe
