#pragma once
#include "tests/support/graphbuilder.h"

namespace lathe::test {

/// ResNet-18 (He et al. 2015, arXiv:1512.03385) for 224 x 224 images and 1000 classes, its batch
/// normalizations folded, with random weights: 45 MB, for measuring time and memory.
GraphBuilder resNet18();

} // namespace lathe::test
