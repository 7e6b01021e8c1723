#pragma once
#include "core/model/layer.h"

namespace lathe {

/// Elements of one kernel of the layer's weight matrix (kh * kw), as sparsity() takes them; 1: it has none,
/// or its rows are not made up of them.
Index kernelSizeOf(const Layer &layer);

} // namespace lathe
