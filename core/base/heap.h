#pragma once
#include <cstdint>

namespace lathe {

/// From here on blocks of 1 MiB and more go back to the system as soon as they are free. The C library's own
/// threshold grows with what is freed, so that large matrices of different sizes leave holes behind: a sixth
/// of the peak when a ResNet-18 is quantized by GPTQ. For the start of a program; nothing where the C library
/// is another one than glibc.
void giveLargeBlocksBack();

/// From here on blocks stay with the process, up to 1 GiB each: what takes and frees the same large blocks
/// again and again, as a step of training does, would spend its time on pages that the system clears. Undone
/// by giveLargeBlocksBack().
void keepLargeBlocks();

/// Bytes that this process can still take without another giving some back; the largest number where the
/// system does not say.
int64_t availableMemory();

/// Bytes that this process holds now, and that it held at most; 0 where the system does not say.
int64_t residentMemory();
int64_t peakMemory();

/// What is free but kept for later goes back to the system.
void giveFreeMemoryBack();

} // namespace lathe
