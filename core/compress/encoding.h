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
    int bits = 8;               ///< 1..8
    std::vector<uint8_t> codes; ///< [rows * cols], each below 2^bits
    std::vector<float> scales;  ///< one (per tensor) or `rows` (per channel), > 0
    /// Whole numbers 0..2^bits-1, as many as scales, or one for all. One bit symmetric: 0.5 (so +-scale/2),
    /// and where any channel is all zero one for each scale, with 0 for that channel (all its codes are 0
    /// too).
    std::vector<float> zeroPoints;
};

/// One matrix. The value (or code) of an element that is not kept decodes to zero by itself too, except for
/// 1-bit symmetric codes. Where `kept` is set and says no, the value is exactly zero whatever the values say.
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

/// Exactly float(scale * (code - zeroPoint)), each step rounded to float, as a runtime computes it.
Matrix decode(const MatrixEncoding &encoding); ///< [rows, cols]
Matrix decode(const FactorEncoding &encoding); ///< the product
Matrix decode(const Encoding &encoding);

/// Bits that the content needs in theory: codes, masks or values of kept elements, scales and zero points (of
/// `bits` bits). The cheaper of "all codes" and "mask + kept codes" where both are exact.
/// @param valueBits of a value or scale as the model's weight type stores it
int64_t theoreticalBits(const MatrixEncoding &encoding, int valueBits = 32);
int64_t theoreticalBits(const Encoding &encoding, int valueBits = 32);

/// Share of elements stored as exact zeros, over both factors where there are two.
double storedSparsity(const Encoding &encoding);

} // namespace lathe
