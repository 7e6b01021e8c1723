// Shape rules of operators that move, repeat, pick or reduce elements.
#include "core/shapes/rulecontext.h"
#include "core/shapes/shapeops.h"

#include <algorithm>
#include <cmath>

namespace lathe {
namespace {

constexpr size_t maxRank = 64;

/// axes -> Slice bounds with everything clipped as Slice does. @returns -1 for a bad step.
int64_t slicedLength(int64_t length, int64_t start, int64_t end, int64_t step)
{
    if (step == 0 || step <= -largestDimension || step >= largestDimension)
        return -1;
    const auto clipped = [&](int64_t at, int64_t low, int64_t high) {
        return std::clamp(at < 0 ? at + length : at, low, high);
    };
    if (step > 0) {
        const int64_t room = clipped(end, 0, length) - clipped(start, 0, length);
        return room <= 0 ? 0 : (room + step - 1) / step;
    }
    const int64_t room = clipped(start, -1, length - 1) - clipped(end, -1, length - 1);
    return room <= 0 ? 0 : (room - step - 1) / -step;
}

Shape firstAxes(size_t count)
{
    Shape axes(count);
    for (size_t i = 0; i < count; ++i)
        axes[i] = static_cast<int64_t>(i);
    return axes;
}

int64_t scaled(int64_t length, float factor)
{
    const double result = std::floor(static_cast<double>(length) * static_cast<double>(factor));
    return result >= 1.0 && result < static_cast<double>(largestDimension) ? static_cast<int64_t>(result)
                                                                           : -1;
}

} // namespace

std::optional<Shape> broadcastShape(const Shape &a, const Shape &b)
{
    Shape out(std::max(a.size(), b.size()), 1);
    for (size_t back = 1; back <= out.size(); ++back) {
        const int64_t x = back <= a.size() ? a[a.size() - back] : 1;
        const int64_t y = back <= b.size() ? b[b.size() - back] : 1;
        if (x != y && x != 1 && y != 1)
            return std::nullopt;
        out[out.size() - back] = x == 1 ? y : x;
    }
    return out;
}

Shapes reshapeRule(const RuleContext &c)
{
    const auto wanted = c.listOrInput("shape", 1);
    if (!c.shape(0) || !wanted)
        return {};
    return {reshapedShape(*wanted, *c.shape(0), c.integer("allowzero", 0) != 0)};
}

Shapes transposeRule(const RuleContext &c)
{
    if (!c.shape(0))
        return {};
    return {transposedShape(*c.shape(0), permutationOf(c.node, c.shape(0)->size()))};
}

Shapes flattenRule(const RuleContext &c)
{
    return c.shape(0) ? Shapes{flattenedShape(*c.shape(0), c.integer("axis", 1))} : Shapes{};
}

Shapes squeezeRule(const RuleContext &c)
{
    const auto axes = c.listOrInput("axes", 1);
    if (!c.shape(0) || (!axes && (c.gives("axes") || c.has(1))))
        return {};
    return {squeezedShape(*c.shape(0), axes)};
}

Shapes unsqueezeRule(const RuleContext &c)
{
    const auto axes = c.listOrInput("axes", 1);
    if (!c.shape(0) || !axes || axes->size() + c.shape(0)->size() > maxRank)
        return {};
    return {unsqueezedShape(*c.shape(0), *axes)};
}

Shapes concatRule(const RuleContext &c)
{
    if (c.inputs.empty() || !c.shape(0))
        return {};
    Shape out = *c.shape(0);
    const int64_t axis = axisFromFront(c.integer("axis", 1), out.size());
    if (axis < 0)
        return {};
    for (size_t i = 1; i < c.inputs.size(); ++i) {
        const Shape *part = c.shape(i);
        if (!part || part->size() != out.size())
            return {};
        out[static_cast<size_t>(axis)] += part->at(static_cast<size_t>(axis));
    }
    return {out};
}

Shapes splitRule(const RuleContext &c)
{
    const Shape *in = c.shape(0);
    const int64_t axis = in ? axisFromFront(c.integer("axis", 0), in->size()) : -1;
    if (axis < 0)
        return {};
    const int64_t length = in->at(static_cast<size_t>(axis));
    const int64_t parts = c.node.output_size();
    auto lengths = c.listOrInput("split", 1);
    if (!lengths) {
        if (c.gives("split") || c.has(1) || parts == 0)
            return {};
        const int64_t each = (length + parts - 1) / parts;
        lengths = Shape(static_cast<size_t>(parts), each);
        lengths->back() = length - each * (parts - 1);
    }
    Shapes out;
    for (const int64_t part : *lengths) {
        out.emplace_back(*in);
        out.back()->at(static_cast<size_t>(axis)) = part;
    }
    return out;
}

Shapes sliceRule(const RuleContext &c)
{
    const auto attribute = [&](std::string_view name, size_t input) -> std::optional<Shape> {
        if (const auto *a = findAttribute(c.node, name)) // "to the end" may be the largest number there is
            return Shape(a->ints().begin(), a->ints().end());
        return c.numbers(input) ? std::optional(c.numbers(input)->values) : std::nullopt;
    };
    const auto starts = attribute("starts", 1), ends = attribute("ends", 2);
    auto axes = attribute("axes", 3), steps = attribute("steps", 4);
    if (!c.shape(0) || !starts || !ends || (!axes && c.has(3)) || (!steps && c.has(4)))
        return {};
    if (!axes)
        axes = firstAxes(starts->size());
    if (!steps)
        steps = Shape(starts->size(), 1);
    if (ends->size() != starts->size() || axes->size() != starts->size() || steps->size() != starts->size())
        return {};
    Shape out = *c.shape(0);
    for (size_t i = 0; i < starts->size(); ++i) {
        const int64_t axis = axisFromFront(axes->at(i), out.size());
        if (axis < 0)
            return {};
        int64_t &length = out[static_cast<size_t>(axis)];
        length = slicedLength(length, starts->at(i), ends->at(i), steps->at(i));
    }
    return {out};
}

Shapes padRule(const RuleContext &c)
{
    const auto pads = c.gives("paddings") ? c.list("paddings") : c.listOrInput("pads", 1);
    if (!c.shape(0) || !pads || (c.has(3) && !c.numbers(3)))
        return {};
    Shape out = *c.shape(0);
    const Shape axes = c.has(3) ? c.numbers(3)->values : firstAxes(out.size());
    if (pads->size() != 2 * axes.size())
        return {};
    for (size_t i = 0; i < axes.size(); ++i) {
        const int64_t axis = axisFromFront(axes[i], out.size());
        const int64_t before = pads->at(i), after = pads->at(i + axes.size());
        if (axis < 0 || std::max(before, after) >= largestDimension ||
            std::min(before, after) <= -largestDimension)
            return {};
        out[static_cast<size_t>(axis)] += before + after;
    }
    return {out};
}

Shapes expandRule(const RuleContext &c)
{
    if (!c.shape(0) || !c.numbers(1))
        return {};
    return {broadcastShape(*c.shape(0), c.numbers(1)->values)};
}

Shapes tileRule(const RuleContext &c)
{
    const Shape *in = c.shape(0);
    const WholeNumbers *repeats = c.numbers(1);
    if (!in || !repeats || repeats->values.size() != in->size())
        return {};
    Shape out = *in;
    for (size_t d = 0; d < out.size(); ++d)
        if (__builtin_mul_overflow(out[d], repeats->values[d], &out[d]))
            return {};
    return {out};
}

Shapes resizeRule(const RuleContext &c)
{
    const Shape *in = c.shape(0);
    const std::string &policy = c.text("keep_aspect_ratio_policy");
    if (!in || c.gives("axes") || (!policy.empty() && policy != "stretch"))
        return {};
    if (const WholeNumbers *sizes = c.numbers(3); sizes && sizes->values.size() == in->size())
        return {sizes->values};
    const bool scalesSecond = c.node.op_type() == "Upsample" || c.inputs.size() == 2;
    const std::vector<float> *given = c.reals(scalesSecond ? 1 : 2);
    std::vector<float> scales;
    if (const auto *attribute = findAttribute(c.node, "scales"))
        scales.assign(attribute->floats().begin(), attribute->floats().end());
    else if (given)
        scales = *given;
    if (scales.size() != in->size())
        return {};
    Shape out;
    for (size_t d = 0; d < scales.size(); ++d)
        out.push_back(scaled(in->at(d), scales[d]));
    return {out};
}

Shapes blocksRule(const RuleContext &c)
{
    const Shape *in = c.shape(0);
    const int64_t block = c.integer("blocksize", 0);
    if (!in || in->size() != 4 || block < 1 || block > 65535)
        return {};
    if (c.node.op_type() == "DepthToSpace")
        return {Shape{in->at(0), in->at(1) / (block * block), in->at(2) * block, in->at(3) * block}};
    return {Shape{in->at(0), in->at(1) * block * block, in->at(2) / block, in->at(3) / block}};
}

Shapes gatherRule(const RuleContext &c)
{
    const Shape *data = c.shape(0);
    const Shape *indices = c.shape(1);
    const int64_t axis = data ? axisFromFront(c.integer("axis", 0), data->size()) : -1;
    if (axis < 0 || !indices)
        return {};
    Shape out(data->begin(), data->begin() + axis);
    out.insert(out.end(), indices->begin(), indices->end());
    out.insert(out.end(), data->begin() + axis + 1, data->end());
    return {out};
}

Shapes gatherNdRule(const RuleContext &c)
{
    const Shape *data = c.shape(0);
    const Shape *indices = c.shape(1);
    if (!data || !indices || indices->empty())
        return {};
    const int64_t picked = c.integer("batch_dims", 0) + indices->back();
    if (picked < 0 || picked > static_cast<int64_t>(data->size()))
        return {};
    Shape out(indices->begin(), indices->end() - 1);
    out.insert(out.end(), data->begin() + picked, data->end());
    return {out};
}

Shapes reduceRule(const RuleContext &c)
{
    auto axes = c.listOrInput("axes", 1);
    if (!c.shape(0) || (!axes && (c.gives("axes") || c.has(1))))
        return {};
    const Shape &in = *c.shape(0);
    if (!axes || axes->empty()) {
        if (c.integer("noop_with_empty_axes", 0) != 0)
            return {in};
        axes = firstAxes(in.size());
    }
    const bool keep = c.integer("keepdims", 1) != 0;
    Shape marked = in;
    for (const int64_t axis : *axes) {
        const int64_t at = axisFromFront(axis, in.size());
        if (at < 0)
            return {};
        marked[static_cast<size_t>(at)] = keep ? 1 : -1;
    }
    std::erase(marked, -1);
    return {marked};
}

Shapes extremeIndexRule(const RuleContext &c)
{
    if (!c.shape(0))
        return {};
    Shape out = *c.shape(0);
    const int64_t axis = axisFromFront(c.integer("axis", 0), out.size());
    if (axis < 0)
        return {};
    if (c.integer("keepdims", 1) != 0)
        out[static_cast<size_t>(axis)] = 1;
    else
        out.erase(out.begin() + axis);
    return {out};
}

Shapes topKRule(const RuleContext &c)
{
    if (!c.shape(0))
        return {};
    Shape out = *c.shape(0);
    const int64_t axis = axisFromFront(c.integer("axis", -1), out.size());
    const WholeNumbers *count = c.numbers(1);
    const int64_t k = count && count->values.size() == 1 ? count->values[0] : c.integer("k", 0);
    if (axis < 0 || k < 1)
        return {};
    out[static_cast<size_t>(axis)] = k;
    return {out, out};
}

Shapes oneHotRule(const RuleContext &c)
{
    const WholeNumbers *depth = c.numbers(1);
    if (!c.shape(0) || !depth || depth->values.size() != 1)
        return {};
    Shape out = *c.shape(0);
    const int64_t axis = axisFromFront(c.integer("axis", -1), out.size() + 1);
    if (axis < 0)
        return {};
    out.insert(out.begin() + axis, depth->values[0]);
    return {out};
}

} // namespace lathe
