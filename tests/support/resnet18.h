#pragma once
#include "tests/support/graphbuilder.h"

namespace lathe::test {

/// ResNet-18 (He et al. 2015, arXiv:1512.03385) for 224 x 224 images and 1000 classes, its batch
/// normalizations folded, with random weights, for measuring time and memory.
/// @param channels of the first stage; 64 as published: 47 MB; 96: 104 MB
GraphBuilder resNet18(int64_t channels = 64);

} // namespace lathe::test
