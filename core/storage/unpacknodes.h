#pragma once
// Pieces from which decoding graphs are put together. Inside core only.
#include "core/storage/fragment.h"

#include <optional>

namespace lathe {

using Codes = std::vector<uint8_t>;

/// A value of `shape` with codes - zeroPoint in it.
/// @param as Float32 or, where the zero point is 0, Int32
std::string unpackTo(FragmentBuilder &builder, const Codes &codes, int bits, float zeroPoint,
                     const Shape &shape, ElementType as = ElementType::Float32);
/// The same in one dimension, with unspecified values after the last code.
std::string unpackFlat(FragmentBuilder &builder, const Codes &codes, int bits, float zeroPoint,
                       ElementType as = ElementType::Float32);
/// The first elements of a value of `padded` elements, in `shape`.
std::string reshapeFirst(FragmentBuilder &builder, const std::string &value, int64_t padded,
                         const Shape &shape);
std::string reshapeTo(FragmentBuilder &builder, const std::string &value, const Shape &shape);
std::string flattened(FragmentBuilder &builder, const std::string &value);

/// A Cast takes about 30 bytes: what saves 2 or 3 bytes for each number pays off for more numbers than this.
constexpr size_t numbersWorthANode = 16;
/// Whole numbers below 2^bits as float32 of `shape`, in as few bytes as possible.
std::string smallNumbers(FragmentBuilder &builder, const std::vector<float> &values, int bits,
                         const Shape &shape);
/// float32 of `shape`, stored as float16 where that is exact and takes less room.
std::string floatNumbers(FragmentBuilder &builder, const std::vector<float> &values, const Shape &shape);
bool exactInFloat16(const std::vector<float> &values);
/// int32 of `shape`, in as few bytes as possible; not negative.
std::string wholeNumbers(FragmentBuilder &builder, const std::vector<int32_t> &values, const Shape &shape);
Tensor int32Tensor(const Shape &shape, const std::vector<int32_t> &values);

/// A mask of 0 and 1 as it is unpacked.
struct MaskNodes {
    std::string flags;     ///< float32, 0 or 1, `padded` elements in any shape
    std::string positions; ///< int32 [padded]: 0 where the mask says no, else 1, 2, 3, ... in order
    int64_t padded = 0;
};
MaskNodes unpackMask(FragmentBuilder &builder, const Codes &kept);
/// Bytes of what unpackMask() stores, without nodes and names.
int64_t maskBytes(size_t elements, int64_t opset);
/// Whether unpackMask() can count so many elements: before opset 11 in float32.
bool canCountKept(const ExportTarget &target, size_t kept);

/// Kept elements as steps from one to the next: Han et al. 2016, arXiv:1510.00149, section 2. A step that
/// does not fit is broken up by entries without an element. The number of entries is a multiple of 8, so that
/// they pack without rest.
struct Steps {
    int bits = 8;
    Codes steps;                ///< the position is the sum of all steps so far
    std::vector<int64_t> index; ///< which kept element an entry stands for; -1: none, a zero
};
/// @returns the steps with which elements of `valueBits` take the fewest bits; none when there is nothing
/// kept, or no room to fill up.
std::optional<Steps> bestSteps(const Codes &kept, int valueBits);
/// A float32 value [elements] with the entries at their places and zeros between; needs opset 11.
std::string scatterSteps(FragmentBuilder &builder, const Steps &steps, const std::string &entries,
                         int64_t elements);
constexpr int64_t oldestCumSumOpset = 11;
/// A mask takes 1 bit for each element; steps cannot take less unless few are kept (entropy of a quarter: 0.8
/// bits, rounded up to whole bits for each step).
constexpr bool stepsMayPay(size_t kept, size_t elements)
{
    return kept < elements / 4;
}

} // namespace lathe
