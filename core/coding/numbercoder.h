#pragma once
// Floating-point numbers that nothing is known of but that they are of similar size.
#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

namespace lathe {

/// Losslessly: sign, exponent and the first bits of the mantissa by how often they came, and of what follows
/// at least that it is always zero where numbers were rounded.
/// @param width bytes of a number, little-endian: 1, 2, 4 or 8; the bytes are whole numbers.
std::vector<std::byte> numbersPacked(std::span<const std::byte> bytes, size_t width);
/// @param between is called now and then, to throw when nobody wants the result any more.
/// @throws Error MalformedData
std::vector<std::byte> numbersUnpacked(std::span<const std::byte> packed, size_t bytes, size_t width,
                                       const std::function<void()> &between = {});

} // namespace lathe
