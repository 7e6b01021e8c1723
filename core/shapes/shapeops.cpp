#include "core/shapes/shapeops.h"

#include "core/onnx/graphindex.h"

#include <algorithm>
#include <numeric>

namespace lathe {

std::optional<Shape> reshapedShape(Shape wanted, const Shape &from, bool zeroMeansZero)
{
    int64_t *rest = nullptr;
    for (size_t d = 0; d < wanted.size(); ++d) {
        if (wanted[d] == 0 && !zeroMeansZero) {
            if (d >= from.size())
                return std::nullopt;
            wanted[d] = from[d];
        } else if (wanted[d] == -1) {
            if (rest)
                return std::nullopt;
            rest = &wanted[d];
        }
    }
    const int64_t all = elementCount(from);
    if (rest) {
        *rest = 1;
        const int64_t known = elementCount(wanted);
        if (known <= 0 || all % known != 0)
            return std::nullopt;
        *rest = all / known;
    }
    return elementCount(wanted) == all ? std::optional(wanted) : std::nullopt;
}

std::optional<Shape> transposedShape(const Shape &from, const std::vector<int64_t> &permutation)
{
    std::vector<int64_t> all(from.size());
    std::iota(all.begin(), all.end(), 0);
    if (!std::is_permutation(permutation.begin(), permutation.end(), all.begin(), all.end()))
        return std::nullopt;
    Shape to;
    for (const int64_t d : permutation)
        to.push_back(from[static_cast<size_t>(d)]);
    return to;
}

std::optional<Shape> unsqueezedShape(const Shape &from, const Shape &axes)
{
    Shape to(from.size() + axes.size(), -1);
    for (const int64_t axis : axes) {
        const int64_t at = axisFromFront(axis, to.size());
        if (at < 0 || to[static_cast<size_t>(at)] == 1)
            return std::nullopt;
        to[static_cast<size_t>(at)] = 1;
    }
    auto next = from.begin(); // as many places are left as `from` has dimensions
    for (int64_t &d : to)
        if (d < 0)
            d = *next++;
    return to;
}

std::optional<Shape> squeezedShape(const Shape &from, const std::optional<Shape> &axes)
{
    std::vector<bool> drop(from.size(), false);
    for (size_t d = 0; d < from.size() && !axes; ++d)
        drop[d] = from[d] == 1;
    for (const int64_t axis : axes.value_or(Shape{})) {
        const int64_t at = axisFromFront(axis, from.size());
        if (at < 0 || from[static_cast<size_t>(at)] != 1)
            return std::nullopt;
        drop[static_cast<size_t>(at)] = true;
    }
    Shape to;
    for (size_t d = 0; d < from.size(); ++d)
        if (!drop[d])
            to.push_back(from[d]);
    return to;
}

Shape flattenedShape(const Shape &from, int64_t axis)
{
    const auto rank = static_cast<int64_t>(from.size());
    const auto middle = from.begin() + std::clamp<int64_t>(axis < 0 ? axis + rank : axis, 0, rank);
    return {elementCount(Shape(from.begin(), middle)), elementCount(Shape(middle, from.end()))};
}

int64_t axisFromFront(int64_t axis, size_t rank)
{
    const auto size = static_cast<int64_t>(rank);
    return axis < -size || axis >= size ? -1 : axis < 0 ? axis + size : axis;
}

std::vector<int64_t> permutationOf(const onnx::NodeProto &node, size_t rank)
{
    if (const auto *perm = findAttribute(node, "perm"))
        return {perm->ints().begin(), perm->ints().end()};
    std::vector<int64_t> reversed(rank);
    std::iota(reversed.rbegin(), reversed.rend(), 0);
    return reversed;
}

} // namespace lathe
