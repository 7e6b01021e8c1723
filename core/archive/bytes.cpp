#include "core/archive/bytes.h"

#include "core/base/error.h"

namespace lathe {

void ByteWriter::number(uint64_t value)
{
    for (; value >= 0x80; value >>= 7U)
        byte(static_cast<uint8_t>(value | 0x80U));
    byte(static_cast<uint8_t>(value));
}

void ByteWriter::fixed32(uint32_t value)
{
    for (unsigned shift = 0; shift < 32; shift += 8)
        byte(static_cast<uint8_t>(value >> shift));
}

void ByteWriter::text(std::string_view text)
{
    number(text.size());
    append(std::as_bytes(std::span(text.data(), text.size())));
}

ByteView ByteReader::take(uint64_t count)
{
    if (count > m_rest.size())
        throw Error(ErrorCode::MalformedData, Message::tr("The data ends early."));
    const ByteView taken = m_rest.first(count);
    m_rest = m_rest.subspan(count);
    return taken;
}

uint8_t ByteReader::byte()
{
    return std::to_integer<uint8_t>(take(1).front());
}

uint64_t ByteReader::number()
{
    uint64_t value = 0;
    for (unsigned shift = 0; shift < 63; shift += 7) {
        const uint64_t next = byte();
        value |= (next & 0x7FU) << shift;
        if (next < 0x80)
            return value;
    }
    throw Error(ErrorCode::MalformedData, Message::tr("A number is too large."));
}

uint32_t ByteReader::fixed32()
{
    uint32_t value = 0;
    for (unsigned shift = 0; shift < 32; shift += 8)
        value |= uint32_t{byte()} << shift;
    return value;
}

std::string_view ByteReader::text()
{
    const ByteView bytes = take(number());
    return {reinterpret_cast<const char *>(bytes.data()), bytes.size()};
}

void ByteReader::expectEnd() const
{
    if (!m_rest.empty())
        throw Error(ErrorCode::MalformedData, Message::tr("The data goes on after its end."));
}

size_t codeCount(size_t byteCount, int width)
{
    const auto bits = static_cast<size_t>(width);
    return (byteCount * 8 + bits - 1) / bits;
}

std::vector<uint32_t> splitCodes(ByteView bytes, int width)
{
    std::vector<uint32_t> codes(codeCount(bytes.size(), width));
    const uint32_t mask = (1U << width) - 1;
    uint32_t pending = 0;
    int pendingBits = 0;
    size_t next = 0;
    for (const std::byte byte : bytes) {
        pending |= std::to_integer<uint32_t>(byte) << pendingBits;
        for (pendingBits += 8; pendingBits >= width; pendingBits -= width, pending >>= width)
            codes[next++] = pending & mask;
    }
    if (pendingBits > 0)
        codes[next] = pending;
    return codes;
}

void CodeJoiner::put(uint32_t code)
{
    m_pending |= code << m_pendingBits;
    m_pendingBits += m_width;
    for (; m_pendingBits >= 8 && m_bytes.size() < m_byteCount; m_pendingBits -= 8, m_pending >>= 8)
        m_bytes.push_back(static_cast<std::byte>(m_pending));
}

Bytes CodeJoiner::finish()
{
    if (m_bytes.size() != m_byteCount || m_pending != 0)
        throw Error(ErrorCode::MalformedData, Message::tr("Its codes do not fill its bytes."));
    return std::move(m_bytes);
}

} // namespace lathe
