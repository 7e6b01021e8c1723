#include "core/coding/bitcoder.h"

namespace lathe {

std::vector<std::byte> BitEncoder::finish()
{
    // The shortest number of whole bytes, zeros behind it, that lies within the interval.
    for (unsigned kept = 0; kept <= sizeof(uint64_t); ++kept) {
        const uint64_t below = kept == 0 ? ~uint64_t{0} : kept == 8 ? 0 : ~uint64_t{0} >> (8 * kept);
        const uint64_t value = kept == 0 ? 0 : (m_low + below) & ~below;
        if (value < m_low || value > m_high)
            continue;
        for (unsigned i = 0; i < kept; ++i)
            m_bytes.push_back(static_cast<std::byte>(value >> (detail::topByte - 8 * i)));
        break;
    }
    return std::move(m_bytes);
}

BitDecoder::BitDecoder(std::span<const std::byte> bytes) : m_bytes(bytes)
{
    for (size_t i = 0; i < sizeof(uint64_t); ++i)
        m_value = m_value << 8U | nextByte();
}

} // namespace lathe
