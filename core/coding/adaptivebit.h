#pragma once
// Probabilities of bits that are learned while they are coded. Whole numbers only, so that every machine
// decodes what any other coded.
#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

namespace lathe {

/// ln(p / (1 - p)) is told in units of 1/256.
constexpr int stretchUnit = 256;
constexpr int stretchLimit = 2815; ///< probabilities of 2^-16 and what is missing of 1 lie within

namespace detail {
extern const std::array<uint16_t, 2 * stretchLimit + 1> squashed; ///< from -stretchLimit on
extern const std::array<int16_t, 4096> stretched;
extern const std::array<uint32_t, 1024> learningRates; ///< 2^16 / (n + 1.5)
} // namespace detail

/// 65536 / (1 + exp(-x / 256)), at least 1 and at most 65535.
inline int squash(int x)
{
    return detail::squashed[static_cast<size_t>(std::clamp(x, -stretchLimit, stretchLimit) + stretchLimit)];
}
/// The inverse for a probability of 12 bits.
inline int stretch(uint32_t p12)
{
    return detail::stretched[p12];
}

/// The probability that a bit is one: the mean of what came so far, and after `limit` bits one that forgets.
class AdaptiveBit {
public:
    static constexpr int defaultLimit = 1023;

    AdaptiveBit() = default;
    /// @param p16 what is expected before any bit came. @param count of how many bits that is worth, at most
    /// 1023
    explicit AdaptiveBit(uint32_t p16, uint32_t count = 0) : m_state(p16 << 16U | count) {}

    uint32_t p12() const { return m_state >> 20U; }
    uint32_t p16() const { return m_state >> 16U; }
    /// @param limit at most 1023
    void learn(int bit, uint32_t limit = defaultLimit);

private:
    static constexpr uint32_t countMask = 1023;
    uint32_t m_state = 1U << 31U; ///< 22 bits of probability, 10 bits of how many bits came
};

inline void AdaptiveBit::learn(int bit, uint32_t limit)
{
    const uint32_t count = m_state & countMask;
    const auto p = static_cast<int64_t>(m_state >> 10U);
    const int64_t target = bit ? (int64_t{1} << 22U) - 1 : 0;
    const int64_t next = p + (((target - p) * static_cast<int64_t>(detail::learningRates[count])) >> 16);
    m_state = static_cast<uint32_t>(next) << 10U | (count < limit ? count + 1 : count);
}

} // namespace lathe
