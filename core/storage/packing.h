#pragma once
// k-bit codes as a stream of bits, and the two small matrices with which a graph unpacks them.
#include "core/base/matrix.h"

#include <cstdint>
#include <span>
#include <vector>

namespace lathe {

/// The smallest number of whole bytes that holds whole codes: 8 codes of 3 bits in 3 bytes, 2 codes of 4 bits
/// in 1.
struct BitGroup {
    int bytes = 1;
    int codes = 1;
};
/// @param bits 1..8
BitGroup bitGroup(int bits);

/// Codes one after the other, lowest bit first, from the lowest bit of the first byte on; filled up with zero
/// bits to a whole group.
/// @param bits 1..8; every code is below 2^bits.
std::vector<uint8_t> packCodes(std::span<const uint8_t> codes, int bits);

/// codes = floor(bytes * shifts) * merge, for bytes [groups, bitGroup.bytes] and codes [groups,
/// bitGroup.codes]. Each column of `shifts` moves one byte right to a bit where a code starts or goes on;
/// `merge` takes what lies above a code's bits away again and puts its pieces together. Bytes, powers of two
/// and sums are whole numbers below 2^24 or binary fractions of 16 bits, so the result is exact in float32,
/// in TF32 and with bfloat16 products too.
struct UnpackTables {
    Matrix shifts; ///< [bitGroup.bytes, pieces]
    Matrix merge;  ///< [pieces, bitGroup.codes]
};
/// @param bits 1..7 (codes of 8 bits are bytes)
UnpackTables unpackTables(int bits);

} // namespace lathe
