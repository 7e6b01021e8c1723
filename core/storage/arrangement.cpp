#include "core/storage/arrangement.h"

#include "core/model/constantorder.h"
#include "core/storage/unpacknodes.h"

#include <algorithm>

namespace lathe {
namespace {

bool hasTranspose(const WeightLayout &layout)
{
    return std::any_of(layout.steps.begin(), layout.steps.end(),
                       [](const LayoutStep &step) { return step.kind == LayoutStep::Kind::Transpose; });
}

/// Without a transpose rows come first: the leading dimensions that make up all rows.
std::optional<Shape> leadingRows(const Shape &shape, Index rows)
{
    Shape result(shape.size(), 1);
    int64_t product = 1;
    for (size_t axis = 0; axis < shape.size() && product < rows; ++axis) {
        result[axis] = shape[axis];
        product *= shape[axis];
    }
    return product == rows ? std::optional(result) : std::nullopt;
}

/// Which number of `spread`, laid over `shape`, an element of `shape` sees.
size_t spreadIndex(size_t element, const Shape &shape, const Shape &spread)
{
    size_t index = 0;
    size_t inner = 1;
    for (size_t axis = shape.size(); axis-- > 0;) {
        const auto extent = static_cast<size_t>(shape[axis]);
        if (spread[axis] != 1) {
            index += element % extent * inner;
            inner *= extent;
        }
        element /= extent;
    }
    return index;
}

/// The everyday case of a product: the constant is the matrix with rows and columns swapped.
bool isPlainTranspose(const WeightSlot &slot)
{
    const std::vector<LayoutStep> &steps = slot.layout.steps;
    return steps.size() == 1 && steps[0].kind == LayoutStep::Kind::Transpose && slot.shape.size() == 2 &&
           steps[0].from == slot.shape && steps[0].permutation[0] == 1;
}

/// Sends the row numbers through the layout and looks along which axes they change.
std::optional<Shape> tracedRows(const WeightSlot &slot, Index rows, Index cols)
{
    if (isPlainTranspose(slot))
        return Shape{1, rows};
    std::vector<int> numbers(static_cast<size_t>(rows * cols));
    for (size_t i = 0; i < numbers.size(); ++i)
        numbers[i] = static_cast<int>(i / static_cast<size_t>(cols));
    const std::vector<int> traced = matrixToConstant(slot.layout, std::span<const int>(numbers));
    Shape result = slot.shape;
    size_t stride = 1;
    for (size_t axis = result.size(); axis-- > 0;) {
        const auto extent = static_cast<size_t>(result[axis]);
        if (extent == 1 || traced[stride] == traced[0])
            result[axis] = 1;
        stride *= extent;
    }
    for (size_t i = 0; i < traced.size(); ++i)
        if (static_cast<size_t>(traced[i]) != spreadIndex(i, slot.shape, result))
            return std::nullopt;
    return result;
}

} // namespace

Arrangement arrange(const WeightSlot &slot, Index rows, Index cols, Index span)
{
    if (span == 0)
        return {slot.shape, {}, false};
    if (span < cols)
        return {{rows * (cols / span), span}, {rows * (cols / span), 1}, true};
    const std::optional<Shape> spread =
        hasTranspose(slot.layout) ? tracedRows(slot, rows, cols) : leadingRows(slot.shape, rows);
    if (spread)
        return {slot.shape, *spread, false};
    return {{rows, cols}, {rows, 1}, true};
}

Arrangement inMatrixOrder(const WeightSlot &slot, Index rows, Index cols, Index span)
{
    Arrangement arrangement = arrange(slot, rows, cols, span);
    if (arrangement.isMatrix || !hasTranspose(slot.layout))
        return arrangement; // without a transpose both orders are one
    return {{rows, cols}, {rows, 1}, true};
}

std::vector<uint8_t> arranged(const Arrangement &arrangement, const WeightSlot &slot,
                              const std::vector<uint8_t> &matrixOrder)
{
    if (arrangement.isMatrix || matrixOrder.empty() || !hasTranspose(slot.layout))
        return matrixOrder;
    return matrixToConstant(slot.layout, std::span<const uint8_t>(matrixOrder));
}

std::string intoSlot(FragmentBuilder &builder, std::string value, const Shape &have,
                     const Arrangement &arrangement, const WeightSlot &slot, Index rows, Index cols)
{
    if (!arrangement.isMatrix)
        return have == slot.shape ? value : reshapeTo(builder, value, slot.shape);
    const Shape matrix{rows, cols};
    const std::vector<LayoutStep> &steps = slot.layout.steps;
    const bool needsMatrix = steps.empty() || steps.back().kind == LayoutStep::Kind::Transpose;
    if (needsMatrix && have != matrix)
        value = reshapeTo(builder, value, matrix);
    return undoLayout(builder, value, slot);
}

} // namespace lathe
