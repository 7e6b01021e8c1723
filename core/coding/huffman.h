#pragma once
// Canonical Huffman coding of small symbols, alone or in blocks.
#include "core/base/error.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace lathe {

/// Code lengths of an optimal prefix code (Huffman 1952), 0 for symbols that do not occur; a single occurring
/// symbol gets length 1.
/// @param counts one for each symbol.
std::vector<uint8_t> huffmanLengths(std::span<const uint64_t> counts);

/// A canonical code: symbols of equal length have consecutive codes in the order of the symbols, so the
/// lengths alone describe it.
class HuffmanCode {
public:
    static constexpr int longest = 56; ///< bits

    /// @throws Error MalformedData when the lengths are no complete prefix code (a single code of length 1 is
    /// allowed).
    explicit HuffmanCode(std::vector<uint8_t> lengths);

    const std::vector<uint8_t> &lengths() const { return m_lengths; }
    /// Bits for symbols, most significant first, padded with zeros to whole bytes.
    /// @throws Error InvalidArgument for a symbol without a code.
    std::vector<std::byte> encode(std::span<const uint32_t> symbols) const;
    /// @throws Error MalformedData when the bits end early, hold a code that is not there, or go on after
    /// `count` symbols.
    std::vector<uint32_t> decode(std::span<const std::byte> bits, size_t count) const;

private:
    std::vector<uint8_t> m_lengths;
    std::vector<uint64_t> m_codes;     ///< by symbol
    std::vector<uint32_t> m_sorted;    ///< symbols by (length, symbol)
    std::vector<uint64_t> m_firstCode; ///< by length
    std::vector<size_t> m_firstIndex;  ///< by length: into m_sorted
    std::vector<size_t> m_countOfLength;
};

/// Bits that symbols with these counts need at least when coded independently: -sum n_i log2(n_i / n).
/// Shannon 1948.
double shannonBits(std::span<const uint64_t> counts);

} // namespace lathe
