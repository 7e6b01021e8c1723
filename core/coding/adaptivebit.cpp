#include "core/coding/adaptivebit.h"

namespace lathe {
namespace {

constexpr int squashSize = 2 * stretchLimit + 1;

/// exp(-x / 256) by repeated products in fixed point: the same on every machine, which a library's exp is
/// not.
constexpr std::array<uint16_t, squashSize> squashTable = [] {
    constexpr uint64_t one = uint64_t{1} << 32U;
    constexpr uint64_t step = 4278222847; // 2^32 exp(-1 / 256)
    std::array<uint16_t, squashSize> table{};
    uint64_t power = one;
    for (int x = 0; x <= stretchLimit; ++x) {
        const uint64_t p = ((uint64_t{1} << 48U) + (one + power) / 2) / (one + power);
        const auto above = static_cast<uint16_t>(std::clamp<uint64_t>(p, 1, 65535));
        table[static_cast<size_t>(stretchLimit + x)] = above;
        table[static_cast<size_t>(stretchLimit - x)] = static_cast<uint16_t>(65536 - above);
        power = power * step >> 32U;
    }
    return table;
}();

constexpr std::array<int16_t, 4096> stretchTable = [] {
    std::array<int16_t, 4096> table{};
    int x = -stretchLimit;
    for (uint32_t p = 0; p < 4096; ++p) {
        const uint32_t middle = p * 16 + 8;
        while (x < stretchLimit && squashTable[static_cast<size_t>(x + stretchLimit)] < middle)
            ++x;
        table[p] = static_cast<int16_t>(x);
    }
    return table;
}();

} // namespace

namespace detail {
constinit const std::array<uint16_t, 2 *stretchLimit + 1> squashed = squashTable;
constinit const std::array<int16_t, 4096> stretched = stretchTable;
constinit const std::array<uint32_t, 1024> learningRates = [] {
    std::array<uint32_t, 1024> rates{};
    for (uint32_t n = 0; n < rates.size(); ++n)
        rates[n] = 131072 / (2 * n + 3);
    return rates;
}();
} // namespace detail

} // namespace lathe
