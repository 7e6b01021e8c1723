#pragma once
// How a compressed weight is stored. A method makes an encoding; decode() gives the weights back.
#include "core/methods/kernelshape.h"
#include "core/onnx/tensor.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <variant>
#include <vector>

namespace lathe {

struct DenseValues {
    Matrix values;                                ///< [rows, cols], exact in `storage`
    ElementType storage = ElementType::Undefined; ///< Float16 or BFloat16; Undefined: as the model has it
};

/// What scales there are: one for the matrix, one for each row, or one for each group of consecutive columns
/// of a row.
struct Scales {
    std::vector<float> values; ///< 1, `rows`, or [rows, cols / group] of them, > 0
    Index group = 0;           ///< columns that share a scale; it divides cols; 0: no groups
};

/// k-bit uniform codes: w = scale * (code - zeroPoint). Jacob et al. 2018, arXiv:1712.05877.
struct UniformCodes {
    int bits = 8;               ///< 1..8
    std::vector<uint8_t> codes; ///< [rows * cols], each below 2^bits
    Scales scales;              ///< in groups: each a float16 number
    /// Whole numbers 0..2^bits-1, as many as scales, or one for all. One bit symmetric: 0.5 (so +-scale/2),
    /// and where any channel or group is all zero one for each scale, with 0 for that one (all its codes are
    /// 0 too).
    std::vector<float> zeroPoints;
};

/// w = scale * table[code]: the codebook of weight sharing, or a fixed one such as NF4.
struct CodebookCodes {
    int bits = 4;               ///< 1..8
    std::vector<uint8_t> codes; ///< [rows * cols], each below `entries`
    Index entries = 16;         ///< of a table, 1 < entries <= 2^bits
    Index rowsPerTable = 0;     ///< rows that share a table, the last ones may be fewer; 0: all
    std::vector<float>
        tables;    ///< [tables, entries], each ascending; entries that are not needed repeat the last
    Scales scales; ///< empty values: no scales
};

/// One matrix. The value (or code) of an element that is not kept decodes to zero by itself too, except for
/// 1-bit symmetric codes (binary, ternary). Where `kept` is set and says no, the value is exactly zero
/// whatever the values say.
struct MatrixEncoding {
    Index rows = 0, cols = 0;
    std::vector<uint8_t> kept; ///< empty (all kept) or [rows * cols] of 0/1
    std::variant<DenseValues, UniformCodes, CodebookCodes> values;
};

enum class FactorForm {
    Product,  ///< {right [groups * rank, cols], left [rows, rank]}: W = left * right, group by group
    Spatial,  ///< {vertical, horizontal} of SpatialFactors
    Tucker2,  ///< {input, core, output} of TuckerFactors
    Separable ///< {depthwise, pointwise} of SeparableFactors
};

/// Several matrices instead of one, in the order in which a layer applies them to its input.
struct FactorEncoding {
    FactorForm form = FactorForm::Product;
    std::vector<MatrixEncoding> factors;
    std::optional<MatrixEncoding> residual = {}; ///< is added to their product [rows, cols]
    KernelShape kernel = {};                     ///< of a convolution: out, in of one group, height, width
    Index groups = 1;
    Index rank() const { return factors.back().cols; } ///< of Product
};

using Encoding = std::variant<MatrixEncoding, FactorEncoding>;

/// Exactly float(scale * (code - zeroPoint)), each step rounded to float, as a runtime computes it.
Matrix decode(const MatrixEncoding &encoding); ///< [rows, cols]
Matrix decode(const FactorEncoding &encoding); ///< the weight matrix they stand for, in float
Matrix decode(const Encoding &encoding);

/// Bits that the content needs in theory: codes, masks or values of kept elements, scales (16 bits in
/// groups), zero points (of `bits` bits) and tables. The cheaper of "all codes" and "mask + kept codes" where
/// both are exact.
/// @param valueBits of a value or scale as the model's weight type stores it
int64_t theoreticalBits(const MatrixEncoding &encoding, int valueBits = 32);
int64_t theoreticalBits(const Encoding &encoding, int valueBits = 32);

/// The matrix, or the factors and the residual.
std::vector<const MatrixEncoding *> matricesOf(const Encoding &encoding);

/// Share of elements stored as exact zeros, over all factors and the residual.
double storedSparsity(const Encoding &encoding);

} // namespace lathe
