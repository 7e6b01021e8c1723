#pragma once
// Uniform codes as the integers that runtimes know. Inside core only.
#include "core/base/message.h"
#include "core/methods/encoding.h"

namespace lathe {

/// w = scale * (code - zero), for integers that fit in `bits` bits.
struct IntegerCodes {
    bool isSigned = true;      ///< and then all zeros are 0
    std::vector<int> codes;    ///< [rows * cols]
    std::vector<int> zeros;    ///< as scales; empty: all 0
    std::vector<float> scales; ///< 1, rows, or rows * cols / group
    Index group = 0;           ///< 0: no groups
};

/// Elements that are not kept have the code of zero. Zero points of a half (binary codes) become whole by
/// halving the scale.
Possible<IntegerCodes> integerCodes(const MatrixEncoding &encoding, int bits);

/// Two 4-bit numbers to a byte, the first one in the lower half.
std::vector<std::byte> packedNibbles(const std::vector<int> &values);

} // namespace lathe
