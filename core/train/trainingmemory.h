#pragma once
// Training within the memory that it was given.
#include <cstdint>

namespace lathe::train {

/// Bytes of what is kept only to save time.
struct MemoryShares {
    int64_t images = int64_t(2) << 30;       ///< decoded
    int64_t teacher = int64_t(1) << 30;      ///< what it has answered
    int64_t validation = int64_t(256) << 20; ///< inputs that judge
};
/// Of a process that may hold so many bytes, beside what it holds now; half of the rest is for learning.
/// @param limit 0: none @throws Error OutOfMemory: it holds as much already
MemoryShares sharesOf(int64_t limit);
/// Bytes that such a process may still take. @param limit 0: none
int64_t memoryLeft(int64_t limit);

} // namespace lathe::train
