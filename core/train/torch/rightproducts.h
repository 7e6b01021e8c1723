#pragma once
// Whether libtorch multiplies rightly on this processor. Inside core/train/torch only.

namespace lathe::train {

/// Its products are those of whatever library the system has for them, and kernels of older ones are wrong on
/// some newer processors: what trains by them would learn nothing, or nonsense. Takes about 10 ms.
/// @throws Error Unsupported with what to do
void requireRightProducts();

} // namespace lathe::train
