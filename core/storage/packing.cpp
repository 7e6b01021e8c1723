#include "core/storage/packing.h"

#include <cmath>
#include <numeric>

namespace lathe {
namespace {

/// The bits [first, last) of one byte that belong to one code.
struct Piece {
    int byte = 0;
    int first = 0, last = 0;
    int code = 0;
    int codeBit = 0; ///< the bit of the code that lies at `first`
};

std::vector<Piece> piecesOf(int bits, const BitGroup &group)
{
    std::vector<Piece> pieces;
    for (int bit = 0; bit < group.bytes * 8;) {
        const int code = bit / bits;
        const int end = std::min((code + 1) * bits, (bit / 8 + 1) * 8);
        pieces.push_back({bit / 8, bit % 8, bit % 8 + end - bit, code, bit - code * bits});
        bit = end;
    }
    return pieces;
}

} // namespace

BitGroup bitGroup(int bits)
{
    const int common = std::gcd(bits, 8);
    return {bits / common, 8 / common};
}

std::vector<uint8_t> packCodes(std::span<const uint8_t> codes, int bits)
{
    const BitGroup group = bitGroup(bits);
    const size_t perGroup = static_cast<size_t>(group.codes);
    const size_t groups = (codes.size() + perGroup - 1) / perGroup;
    std::vector<uint8_t> packed(groups * static_cast<size_t>(group.bytes));
    uint32_t pending = 0;
    int pendingBits = 0;
    size_t next = 0;
    for (const uint8_t code : codes) {
        pending |= static_cast<uint32_t>(code) << pendingBits;
        pendingBits += bits;
        for (; pendingBits >= 8; pendingBits -= 8, pending >>= 8)
            packed[next++] = static_cast<uint8_t>(pending);
    }
    if (pendingBits > 0)
        packed[next] = static_cast<uint8_t>(pending);
    return packed;
}

UnpackTables unpackTables(int bits)
{
    const BitGroup group = bitGroup(bits);
    const std::vector<Piece> pieces = piecesOf(bits, group);
    const Index count = static_cast<Index>(pieces.size());
    UnpackTables tables{Matrix::Zero(group.bytes, count), Matrix::Zero(count, group.codes)};
    for (Index i = 0; i < count; ++i) {
        const Piece &piece = pieces[static_cast<size_t>(i)];
        tables.shifts(piece.byte, i) = std::ldexp(1.0F, -piece.first);
        tables.merge(i, piece.code) += std::ldexp(1.0F, piece.codeBit);
        if (piece.last < 8) // the next column holds the same byte without this piece
            tables.merge(i + 1, piece.code) -= std::ldexp(1.0F, piece.codeBit + piece.last - piece.first);
    }
    return tables;
}

} // namespace lathe
