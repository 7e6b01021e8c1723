#pragma once
#include <cstdint>

namespace lathe {

/// Bytes that a packed file of samples may be unpacked to. What is larger is made to fill the memory: real
/// samples pack ten times at best, and arrays of one value alone stay below the first term.
constexpr int64_t plausibleBytes(int64_t packed)
{
    return (int64_t(256) << 20) + 64 * packed;
}

} // namespace lathe
