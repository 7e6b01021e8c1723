#pragma once
// Numbers and byte strings one after the other. Inside core/archive only.
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace lathe {

using Bytes = std::vector<std::byte>;
using ByteView = std::span<const std::byte>;

class ByteWriter {
public:
    void byte(uint8_t value) { m_bytes.push_back(static_cast<std::byte>(value)); }
    void number(uint64_t value); ///< 7 bits a byte, lowest first; the high bit says that more follow
    void fixed32(uint32_t value);
    void append(ByteView bytes) { m_bytes.insert(m_bytes.end(), bytes.begin(), bytes.end()); }
    void text(std::string_view text); ///< length and bytes
    size_t size() const { return m_bytes.size(); }
    const Bytes &bytes() const { return m_bytes; }
    Bytes take() { return std::move(m_bytes); }

private:
    Bytes m_bytes;
};

class ByteReader {
public:
    explicit ByteReader(ByteView bytes) : m_rest(bytes) {}
    size_t left() const { return m_rest.size(); }
    // All throw Error MalformedData where the bytes end early.
    uint8_t byte();
    uint64_t number();
    uint32_t fixed32();
    ByteView take(uint64_t count);
    std::string_view text();
    void expectEnd() const; ///< @throws Error MalformedData when something is left

private:
    ByteView m_rest;
};

/// k-bit codes as they lie in packed constants: lowest bit first, from the lowest bit of the first byte on.
/// Where the bytes are no whole number of codes, the last one is filled up with zero bits.
/// @param width 1..16
std::vector<uint32_t> splitCodes(ByteView bytes, int width);
size_t codeCount(size_t byteCount, int width);

/// The inverse of splitCodes(), code by code.
class CodeJoiner {
public:
    CodeJoiner(int width, size_t byteCount) : m_width(width), m_byteCount(byteCount)
    {
        m_bytes.reserve(byteCount);
    }
    void put(uint32_t code);
    /// @throws Error MalformedData unless the codes fill the bytes, with zero bits left over.
    Bytes finish();

private:
    int m_width;
    size_t m_byteCount;
    Bytes m_bytes;
    uint32_t m_pending = 0;
    int m_pendingBits = 0;
};

} // namespace lathe
