#include "core/storage/unpacknodes.h"

#include "core/storage/packing.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <limits>
#include <numeric>

namespace lathe {
namespace {

constexpr int64_t oldestSliceInputsOpset = 10;
constexpr auto float32 = static_cast<int64_t>(ElementType::Float32);
constexpr auto int32 = static_cast<int64_t>(ElementType::Int32);

template <class T>
Tensor tensorOf(ElementType type, const Shape &shape, std::span<const T> values)
{
    Tensor tensor{type, shape, std::vector<std::byte>(values.size_bytes())};
    if (!values.empty())
        std::memcpy(tensor.bytes.data(), values.data(), values.size_bytes());
    return tensor;
}

Tensor integers(const std::vector<int64_t> &values)
{
    return tensorOf<int64_t>(ElementType::Int64, {static_cast<int64_t>(values.size())}, values);
}

Tensor matrixTensor(const Matrix &matrix)
{
    return makeTensor({matrix.rows(), matrix.cols()}, {matrix.data(), static_cast<size_t>(matrix.size())});
}

/// Whole groups of codes [groups, codes of a group]; the last one may hold more codes than were given.
std::string unpackGroups(FragmentBuilder &builder, const Codes &codes, int bits, float zeroPoint)
{
    const UnpackTables tables = unpackTables(bits);
    const Codes packed = packCodes(codes, bits);
    const int64_t perGroup = bitGroup(bits).bytes;
    const std::string data = builder.constant(tensorOf<uint8_t>(
        ElementType::UInt8, {static_cast<int64_t>(packed.size()) / perGroup, perGroup}, packed));
    const std::string bytes = builder.node("Cast", {data}, {{"to", float32}});
    const std::string shifts = builder.shared(fmt::format("E{}", bits), matrixTensor(tables.shifts));
    const std::string pieces = builder.node("Floor", {builder.node("MatMul", {bytes, shifts})});
    const std::string merge = builder.shared(fmt::format("D{}", bits), matrixTensor(tables.merge));
    if (zeroPoint == 0.0F)
        return builder.node("MatMul", {pieces, merge});
    const float shift = -zeroPoint;
    return builder.node(
        "Gemm", {pieces, merge, builder.shared(fmt::format("Z{}", zeroPoint), makeTensor({1}, {&shift, 1}))});
}

int64_t paddedCount(size_t codes, int bits)
{
    const auto perGroup = static_cast<size_t>(bitGroup(bits).codes);
    return static_cast<int64_t>((codes + perGroup - 1) / perGroup * perGroup);
}

std::string castBytes(FragmentBuilder &builder, const Codes &bytes, const Shape &shape, ElementType as)
{
    const std::string stored = builder.constant(tensorOf<uint8_t>(ElementType::UInt8, shape, bytes));
    return builder.node("Cast", {stored}, {{"to", static_cast<int64_t>(as)}});
}

/// Codes of 8 bits are bytes; signed ones where that takes the zero point in.
std::string unpackBytes(FragmentBuilder &builder, const Codes &codes, float zeroPoint, const Shape &shape)
{
    const auto [low, high] = std::minmax_element(codes.begin(), codes.end());
    const bool whole = zeroPoint == std::floor(zeroPoint);
    if (zeroPoint != 0.0F && whole && !codes.empty() && *low - zeroPoint >= -128.0F &&
        *high - zeroPoint <= 127.0F) {
        std::vector<int8_t> differences(codes.size());
        std::transform(
            codes.begin(), codes.end(), differences.begin(),
            [zero = static_cast<int>(zeroPoint)](uint8_t code) { return static_cast<int8_t>(code - zero); });
        return builder.node("Cast",
                            {builder.constant(tensorOf<int8_t>(ElementType::Int8, shape, differences))},
                            {{"to", float32}});
    }
    const std::string value = castBytes(builder, codes, shape, ElementType::Float32);
    if (zeroPoint == 0.0F)
        return value;
    return builder.node(
        "Sub", {value, builder.shared(fmt::format("Y{}", zeroPoint), makeTensor({1}, {&zeroPoint, 1}))});
}

std::string firstAxis(FragmentBuilder &builder)
{
    return builder.shared("A", makeTensor(ElementType::Int64, {}));
}

constexpr int64_t maskBlock = 256; ///< elements of one row of the running count of opsets without CumSum

/// -1 where the row lies behind the column, else 0: [maskBlock, maskBlock].
std::string behindMatrix(FragmentBuilder &builder)
{
    Codes numbers(maskBlock);
    std::iota(numbers.begin(), numbers.end(), uint8_t{0});
    const std::string range =
        builder.shared("R", tensorOf<uint8_t>(ElementType::UInt8, {1, maskBlock}, numbers));
    const std::string columns = builder.node("Cast", {range}, {{"to", float32}});
    const std::string rows = builder.node("Transpose", {columns}, {{"perm", std::vector<int64_t>{1, 0}}});
    return builder.node("Clip", {builder.node("Sub", {columns, rows})}, {{"min", -1.0F}, {"max", 0.0F}});
}

/// Without CumSum: the count at a block's end, which is stored, less what is kept behind the element in its
/// block.
MaskNodes countInBlocks(FragmentBuilder &builder, Codes kept)
{
    const int64_t blocks = (static_cast<int64_t>(kept.size()) + maskBlock - 1) / maskBlock;
    kept.resize(static_cast<size_t>(blocks * maskBlock));
    std::vector<float> counts(static_cast<size_t>(blocks));
    int64_t count = 0;
    for (size_t block = 0; block < counts.size(); ++block) {
        const auto first = kept.begin() + static_cast<std::ptrdiff_t>(block) * maskBlock;
        count += std::count(first, first + maskBlock, uint8_t{1});
        counts[block] = static_cast<float>(count);
    }
    const std::string flags = reshapeTo(builder, unpackGroups(builder, kept, 1, 0.0F), {blocks, maskBlock});
    const std::string behind = builder.node("MatMul", {flags, behindMatrix(builder)});
    const std::string counted =
        builder.node("Add", {behind, builder.constant(makeTensor({blocks, 1}, counts))});
    const std::string positions = builder.node("Mul", {counted, flags});
    return {flags, flattened(builder, builder.node("Cast", {positions}, {{"to", int32}})),
            blocks * maskBlock};
}

} // namespace

std::string reshapeTo(FragmentBuilder &builder, const std::string &value, const Shape &shape)
{
    const std::string key = fmt::format("S{}", fmt::join(shape, "x"));
    return builder.node("Reshape", {value, builder.shared(key, integers(shape))});
}

std::string flattened(FragmentBuilder &builder, const std::string &value)
{
    return builder.node("Reshape", {value, builder.shared("F", integers({-1}))});
}

std::string reshapeFirst(FragmentBuilder &builder, const std::string &value, int64_t padded,
                         const Shape &shape)
{
    const int64_t count = elementCount(shape);
    if (count == padded)
        return reshapeTo(builder, value, shape);
    const std::string flat = flattened(builder, value);
    const std::string first =
        builder.target().opset < oldestSliceInputsOpset
            ? builder.node("Slice", {flat},
                           {{"axes", std::vector<int64_t>{0}},
                            {"starts", std::vector<int64_t>{0}},
                            {"ends", std::vector<int64_t>{count}}})
            : builder.node("Slice", {flat, builder.shared("O", integers({0})),
                                     builder.shared(fmt::format("N{}", count), integers({count}))});
    return shape.size() == 1 ? first : reshapeTo(builder, first, shape);
}

std::string unpackTo(FragmentBuilder &builder, const Codes &codes, int bits, float zeroPoint,
                     const Shape &shape, ElementType as)
{
    if (bits == 8 && as == ElementType::Int32)
        return castBytes(builder, codes, shape, as);
    if (bits == 8)
        return unpackBytes(builder, codes, zeroPoint, shape);
    const std::string value = reshapeFirst(builder, unpackGroups(builder, codes, bits, zeroPoint),
                                           paddedCount(codes.size(), bits), shape);
    return as == ElementType::Int32 ? builder.node("Cast", {value}, {{"to", int32}}) : value;
}

std::string unpackFlat(FragmentBuilder &builder, const Codes &codes, int bits, float zeroPoint,
                       ElementType as)
{
    if (bits == 8)
        return unpackTo(builder, codes, bits, zeroPoint, {static_cast<int64_t>(codes.size())}, as);
    const std::string value = flattened(builder, unpackGroups(builder, codes, bits, zeroPoint));
    return as == ElementType::Int32 ? builder.node("Cast", {value}, {{"to", int32}}) : value;
}

std::string smallNumbers(FragmentBuilder &builder, const std::vector<float> &values, int bits,
                         const Shape &shape)
{
    constexpr size_t unpackingBytes = 200; // of the nodes that unpack bits
    if (values.size() <= numbersWorthANode)
        return builder.constant(makeTensor(shape, values));
    const Codes bytes(values.begin(), values.end());
    if (values.size() * static_cast<size_t>(8 - bits) / 8 > unpackingBytes)
        return unpackTo(builder, bytes, bits, 0.0F, shape);
    return castBytes(builder, bytes, shape, ElementType::Float32);
}

bool exactInFloat16(const std::vector<float> &values)
{
    return toFloats(fromFloats(ElementType::Float16, {std::ssize(values)}, values)) == values;
}

std::string floatNumbers(FragmentBuilder &builder, const std::vector<float> &values, const Shape &shape)
{
    if (values.size() <= numbersWorthANode || !exactInFloat16(values))
        return builder.constant(makeTensor(shape, values));
    return builder.node("Cast", {builder.constant(fromFloats(ElementType::Float16, shape, values))},
                        {{"to", float32}});
}

Tensor int32Tensor(const Shape &shape, const std::vector<int32_t> &values)
{
    return tensorOf<int32_t>(ElementType::Int32, shape, values);
}

std::string wholeNumbers(FragmentBuilder &builder, const std::vector<int32_t> &values, const Shape &shape)
{
    const int32_t largest = values.empty() ? 0 : *std::ranges::max_element(values);
    if (values.size() <= numbersWorthANode || largest > std::numeric_limits<uint16_t>::max())
        return builder.constant(int32Tensor(shape, values));
    if (largest <= std::numeric_limits<uint8_t>::max())
        return castBytes(builder, {values.begin(), values.end()}, shape, ElementType::Int32);
    const std::vector<uint16_t> words(values.begin(), values.end());
    return builder.node("Cast", {builder.constant(tensorOf<uint16_t>(ElementType::UInt16, shape, words))},
                        {{"to", int32}});
}

MaskNodes unpackMask(FragmentBuilder &builder, const Codes &kept)
{
    if (builder.target().opset < oldestCumSumOpset)
        return countInBlocks(builder, kept);
    const std::string flags = flattened(builder, unpackGroups(builder, kept, 1, 0.0F));
    const std::string whole = builder.node("Cast", {flags}, {{"to", int32}});
    const std::string count = builder.node("CumSum", {whole, firstAxis(builder)});
    return {flags, builder.node("Mul", {count, whole}), paddedCount(kept.size(), 1)};
}

int64_t maskBytes(size_t elements, int64_t opset)
{
    const auto count = static_cast<int64_t>(elements);
    if (opset >= oldestCumSumOpset)
        return (count + 7) / 8;
    return (count + maskBlock - 1) / maskBlock * (maskBlock / 8 + static_cast<int64_t>(sizeof(float)));
}

bool canCountKept(const ExportTarget &target, size_t kept)
{
    constexpr size_t largestFloatCount = size_t{1} << 24;
    return target.opset >= oldestCumSumOpset || kept < largestFloatCount;
}

std::string scatterSteps(FragmentBuilder &builder, const Steps &steps, const std::string &entries,
                         int64_t elements)
{
    const std::string lengths = unpackFlat(builder, steps.steps, steps.bits, 0.0F);
    const std::string whole = builder.node("Cast", {lengths}, {{"to", int32}});
    const std::string positions = builder.node("CumSum", {whole, firstAxis(builder)});
    const std::string zeros =
        builder.node("ConstantOfShape", {builder.shared(fmt::format("N{}", elements), integers({elements}))});
    return builder.node("ScatterElements", {zeros, positions, entries});
}

} // namespace lathe
