#pragma once
// A binary arithmetic coder: any bit with any probability, at what Shannon says it costs.
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace lathe {

/// Range coding (Martin 1979) of bits; the interval has 64 bits and needs no carries.
class BitEncoder {
public:
    /// @param p16 that the bit is one: 1 to 65535 of 65536
    /// @returns the bit, so that one model can drive an encoder and a decoder
    int code(int bit, uint32_t p16);
    /// The bytes; as few as still tell the last interval from all others, since what is missing reads as
    /// zero.
    std::vector<std::byte> finish();

private:
    uint64_t m_low = 0, m_high = ~uint64_t{0};
    std::vector<std::byte> m_bytes;
};

class BitDecoder {
public:
    explicit BitDecoder(std::span<const std::byte> bytes);
    /// @param p16 as coded
    int code(int ignored, uint32_t p16);
    /// Whether more bits have been read than the bytes can hold, which damaged bytes alone bring about.
    bool beyondEnd() const { return m_beyond > mostBeyond; }
    /// Whether all bytes have been looked at.
    bool atEnd() const { return m_next == m_bytes.size(); }

private:
    static constexpr size_t mostBeyond = sizeof(uint64_t);
    uint64_t nextByte();

    std::span<const std::byte> m_bytes;
    size_t m_next = 0, m_beyond = 0;
    uint64_t m_low = 0, m_high = ~uint64_t{0}, m_value = 0;
};

namespace detail {
constexpr unsigned topByte = 56;
inline uint64_t splitOf(uint64_t low, uint64_t high, uint32_t p16)
{
    const uint64_t range = high - low;
    return low + (range >> 16U) * p16 + ((range & 0xFFFFU) * p16 >> 16U);
}
} // namespace detail

inline int BitEncoder::code(int bit, uint32_t p16)
{
    const uint64_t split = detail::splitOf(m_low, m_high, p16);
    (bit ? m_high : m_low) = bit ? split : split + 1;
    for (; ((m_low ^ m_high) >> detail::topByte) == 0; m_low <<= 8U, m_high = m_high << 8U | 0xFFU)
        m_bytes.push_back(static_cast<std::byte>(m_high >> detail::topByte));
    return bit;
}

inline int BitDecoder::code(int /*ignored*/, uint32_t p16)
{
    const uint64_t split = detail::splitOf(m_low, m_high, p16);
    const int bit = m_value <= split ? 1 : 0;
    (bit ? m_high : m_low) = bit ? split : split + 1;
    for (; ((m_low ^ m_high) >> detail::topByte) == 0; m_low <<= 8U, m_high = m_high << 8U | 0xFFU)
        m_value = m_value << 8U | nextByte();
    return bit;
}

inline uint64_t BitDecoder::nextByte()
{
    if (m_next < m_bytes.size())
        return std::to_integer<uint64_t>(m_bytes[m_next++]);
    ++m_beyond;
    return 0;
}

} // namespace lathe
