#pragma once
// How a compressed weight is stored. A method makes an encoding; decode() gives the weights back.
#include "core/base/matrix.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <variant>
#include <vector>

namespace lathe {

struct DenseValues {
    Matrix values; ///< [rows, cols]
};

/// k-bit uniform codes: w = scale * (code - zeroPoint). Jacob et al. 2018, arXiv:1712.05877.
struct UniformCodes {
    int bits = 8;                          ///< 1..8
    std::vector<uint8_t> codes;            ///< [rows * cols], each below 2^bits
    std::vector<float> scales;             ///< one (per tensor) or `rows` (per channel), > 0
    std::vector<float> zeroPoints;         ///< whole numbers 0..2^bits-1, as many as scales, or one for all; 1-bit symmetric: 0.5
};

/// One matrix. Where `kept` is set and says no, the value is exactly zero whatever the values say.
struct MatrixEncoding {
    Index rows = 0, cols = 0;
    std::vector<uint8_t> kept; ///< empty (all kept) or [rows * cols] of 0/1
    std::variant<DenseValues, UniformCodes> values;
};

/// W = left * right, left [rows, rank], right [rank, cols].
struct FactorEncoding {
    MatrixEncoding left, right;
};

using Encoding = std::variant<MatrixEncoding, FactorEncoding>;

Matrix decode(const MatrixEncoding &encoding); ///< [rows, cols]
Matrix decode(const FactorEncoding &encoding); ///< the product
Matrix decode(const Encoding &encoding);

/// Bits that the content needs in theory: codes, masks or values of kept elements, scales and zero points. The cheaper of
/// "all codes" and "mask + kept codes" where both are exact.
int64_t theoreticalBits(const MatrixEncoding &encoding);
int64_t theoreticalBits(const Encoding &encoding);

} // namespace lathe
