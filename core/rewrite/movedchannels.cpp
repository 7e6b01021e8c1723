// Channels of what is moved, cut, put together or repeated.
#include "core/rewrite/rulesite.h"
#include "core/shapes/shapeops.h"

#include <algorithm>
#include <limits>

namespace lathe {
namespace {

/// Axes of more than one place: the others hold nothing apart.
std::vector<AxisId> longAxes(const ChannelAxes &axes, int tensor)
{
    std::vector<AxisId> found;
    const AxisTensor &t = axes.tensor(tensor);
    for (size_t d = 0; d < t.shape.size(); ++d)
        if (t.shape[d] != 1)
            found.push_back(t.firstAxis + static_cast<AxisId>(d));
    return found;
}

/// Axes of both sides that hold the same elements, as few as possible.
struct Segment {
    std::vector<AxisId> from, to;
};

std::vector<Segment> segments(const ChannelAxes &axes, const std::vector<AxisId> &from,
                              const std::vector<AxisId> &to)
{
    std::vector<Segment> result;
    size_t i = 0, j = 0;
    while (i < from.size() && j < to.size()) {
        Segment segment{{from[i]}, {to[j]}};
        int64_t left = axes.length(from[i++]), right = axes.length(to[j++]);
        while (left != right) {
            const bool growLeft = left < right;
            if (growLeft ? i == from.size() : j == to.size())
                return {};
            const AxisId next = growLeft ? from[i++] : to[j++];
            (growLeft ? left : right) *= axes.length(next);
            (growLeft ? segment.from : segment.to).push_back(next);
        }
        result.push_back(std::move(segment));
    }
    return i == from.size() && j == to.size() ? result : std::vector<Segment>{};
}

/// Lengths of which the axes of both sides are products of neighbours; empty: there are none.
std::vector<int64_t> commonFactors(const ChannelAxes &axes, const Segment &segment)
{
    std::vector<int64_t> marks; // products of lengths from the end on
    for (const std::vector<AxisId> *side : {&segment.from, &segment.to}) {
        const std::vector<AxisId> fromEnd(side->rbegin(), side->rend());
        int64_t product = 1;
        for (const AxisId axis : fromEnd)
            marks.push_back(product *= axes.length(axis));
    }
    std::ranges::sort(marks);
    marks.erase(std::unique(marks.begin(), marks.end()), marks.end());
    std::vector<int64_t> factors;
    int64_t before = 1;
    for (const int64_t mark : marks) {
        if (mark % before != 0)
            return {};
        factors.push_back(mark / before);
        before = mark;
    }
    std::ranges::reverse(factors);
    return factors;
}

void layOut(RuleSite &s, const std::vector<AxisId> &side, const std::vector<AxisId> &factors)
{
    auto next = factors.begin();
    for (const AxisId axis : side) {
        ChannelFacts::Layout layout{axis, {}, s.index};
        for (int64_t product = 1; product < s.length(axis) && next != factors.end(); ++next) {
            product *= s.length(*next);
            layout.factors.push_back(*next);
        }
        if (layout.factors.size() == 1)
            s.join(layout.factors[0], axis);
        else
            s.facts.layouts.push_back(std::move(layout));
    }
}

bool relate(RuleSite &s, const Segment &segment)
{
    if (segment.from.size() == 1 && segment.to.size() == 1) {
        s.join(segment.from[0], segment.to[0]);
        return true;
    }
    const std::vector<int64_t> lengths = commonFactors(s.axes, segment);
    if (lengths.empty()) {
        for (const std::vector<AxisId> *side : {&segment.from, &segment.to})
            for (const AxisId axis : *side)
                s.lock(axis, Message::tr("{} cuts them across", s.label));
        return true;
    }
    std::vector<AxisId> factors;
    for (const int64_t length : lengths)
        factors.push_back(s.axes.addFactor(length));
    layOut(s, segment.from, factors);
    layOut(s, segment.to, factors);
    return true;
}

} // namespace

bool reshapedChannels(RuleSite &s)
{
    if (!s.has(0) || !s.gives(0))
        return false;
    if (s.node.op_type() == "Reshape" && !findAttribute(s.node, "shape") && !s.numbers(1))
        return false;
    const std::vector<AxisId> from = longAxes(s.axes, s.in[0]), to = longAxes(s.axes, s.out[0]);
    if (s.node.op_type() == "Squeeze" && !findAttribute(s.node, "axes") && !s.has(1))
        for (const AxisId axis : from) // of one channel that is left it would be squeezed, too
            s.change(axis, "axes");
    if (from.empty() && to.empty())
        return true;
    const std::vector<Segment> parts = segments(s.axes, from, to);
    for (const Segment &part : parts)
        relate(s, part);
    return !parts.empty();
}

bool transposedChannels(RuleSite &s)
{
    if (!s.has(0) || !s.gives(0))
        return false;
    const std::vector<int64_t> permutation = permutationOf(s.node, s.rank(0));
    const auto expected = transposedShape(s.shape(0), permutation);
    if (!expected || *expected != s.outShape())
        return false;
    for (size_t d = 0; d < permutation.size(); ++d)
        s.join(s.axis(0, static_cast<size_t>(permutation[d])), s.outAxis(d));
    return true;
}

bool joinedChannels(RuleSite &s)
{
    const int64_t at = s.gives(0) ? axisFromFront(s.integer("axis", 1), s.outRank()) : -1;
    if (at < 0)
        return false;
    const auto axis = static_cast<size_t>(at);
    int64_t offset = 0;
    for (size_t input = 0; input < s.in.size(); ++input) {
        if (!s.has(input) || s.rank(input) != s.outRank() ||
            offset + s.length(s.axis(input, axis)) > s.length(s.outAxis(axis)))
            return false;
        for (size_t d = 0; d < s.outRank(); ++d)
            if (d != axis)
                s.join(s.axis(input, d), s.outAxis(d));
        s.joinPart(s.outAxis(axis), offset, s.axis(input, axis), 0, s.length(s.axis(input, axis)));
        offset += s.length(s.axis(input, axis));
    }
    return offset == s.length(s.outAxis(axis));
}

bool splitChannels(RuleSite &s)
{
    const int64_t at = s.has(0) ? axisFromFront(s.integer("axis", 0), s.rank(0)) : -1;
    if (at < 0)
        return false;
    const auto axis = static_cast<size_t>(at);
    int64_t offset = 0;
    for (size_t output = 0; output < s.out.size(); ++output) {
        if (s.outRank(output) != s.rank(0) ||
            offset + s.length(s.outAxis(axis, output)) > s.length(s.axis(0, axis)))
            return false;
        for (size_t d = 0; d < s.rank(0); ++d)
            if (d != axis)
                s.join(s.axis(0, d), s.outAxis(d, output));
        const AxisId part = s.outAxis(axis, output);
        s.joinPart(s.axis(0, axis), offset, part, 0, s.length(part));
        offset += s.length(part);
    }
    s.change(s.axis(0, axis), "split");
    return true;
}

bool slicedChannels(RuleSite &s)
{
    if (!s.has(0) || s.outRank() != s.rank(0))
        return false;
    const auto starts = s.listOrInput("starts", 1);
    auto axes = s.listOrInput("axes", 3), steps = s.listOrInput("steps", 4);
    const auto isAbsent = [&](int input) {
        return s.node.input_size() <= input || s.node.input(input).empty();
    };
    if (!starts || (!axes && !isAbsent(3)) || (!steps && !isAbsent(4)))
        return false;
    std::vector<bool> sliced(s.rank(0), false);
    for (size_t i = 0; i < starts->size(); ++i) {
        const int64_t given = axes ? (i < axes->size() ? axes->at(i) : std::numeric_limits<int64_t>::max())
                                   : static_cast<int64_t>(i);
        const int64_t at = axisFromFront(given, s.rank(0));
        if (at < 0 || sliced[static_cast<size_t>(at)])
            return false;
        const auto axis = static_cast<size_t>(at);
        sliced[axis] = true;
        const AxisId from = s.axis(0, axis), to = s.outAxis(axis);
        const int64_t step = steps ? (i < steps->size() ? steps->at(i) : 0) : 1;
        const int64_t length = s.length(from);
        const int64_t clipped = starts->at(i) < 0 ? starts->at(i) + length : starts->at(i);
        const int64_t start = std::clamp<int64_t>(clipped, 0, length - 1);
        if (s.length(to) == length && step == 1) {
            s.join(from, to);
            continue;
        }
        const int64_t count = s.length(to) - 1;
        int64_t reach = 0;
        if (step == 0 || __builtin_mul_overflow(count, step, &reach) || start + reach < 0 ||
            start + reach >= length)
            return false;
        s.joinPart(from, start, to, 0, s.length(to), step);
        s.change(from, "starts, ends");
    }
    for (size_t d = 0; d < s.rank(0); ++d)
        if (!sliced[d])
            s.join(s.axis(0, d), s.outAxis(d));
    return true;
}

bool paddedChannels(RuleSite &s)
{
    if (!s.has(0) || s.outRank() != s.rank(0))
        return false;
    const auto pads =
        findAttribute(s.node, "paddings") ? s.listOrInput("paddings", 1) : s.listOrInput("pads", 1);
    const WholeNumbers *given = s.numbers(3);
    const bool someAxes = s.node.input_size() > 3 && !s.node.input(3).empty();
    if (!pads || (someAxes && !given))
        return false;
    Shape before(s.rank(0), 0), after(s.rank(0), 0);
    const size_t count = someAxes ? given->values.size() : s.rank(0);
    if (pads->size() != 2 * count)
        return false;
    for (size_t i = 0; i < count; ++i) {
        const int64_t at = axisFromFront(someAxes ? given->values[i] : static_cast<int64_t>(i), s.rank(0));
        if (at < 0)
            return false;
        before[static_cast<size_t>(at)] = pads->at(i);
        after[static_cast<size_t>(at)] = pads->at(i + count);
    }
    const std::string mode = s.text("mode");
    for (size_t d = 0; d < s.rank(0); ++d) {
        const AxisId from = s.axis(0, d), to = s.outAxis(d);
        if (before[d] == 0 && after[d] == 0) {
            s.join(from, to);
            continue;
        }
        if (s.length(from) + before[d] + after[d] != s.length(to))
            return false;
        if (!mode.empty() && mode != "constant") {
            s.lock(from, Message::tr("{} repeats the outer ones of them", s.label));
            s.lock(to, Message::tr("{} repeats the outer ones of them", s.label));
            continue;
        }
        const int64_t cut = std::max<int64_t>(-before[d], 0), offset = std::max<int64_t>(before[d], 0);
        const int64_t kept = s.length(from) - cut - std::max<int64_t>(-after[d], 0);
        s.joinPart(from, cut, to, offset, std::max<int64_t>(kept, 0));
        s.change(to, "pads");
    }
    return true;
}

bool expandedChannels(RuleSite &s)
{
    if (!s.has(0) || !s.gives(0) || s.rank(0) > s.outRank())
        return false;
    const size_t shift = s.outRank() - s.rank(0);
    for (size_t d = 0; d < s.outRank(); ++d) {
        const AxisId to = s.outAxis(d);
        const AxisId from = d < shift ? noAxis : s.axis(0, d - shift);
        if (from != noAxis && s.length(from) == s.length(to))
            s.join(from, to);
        else if (from != noAxis && s.length(from) != 1)
            return false;
        else
            s.lock(to, Message::tr("{} repeats the same along it", s.label));
    }
    return true;
}

bool tiledChannels(RuleSite &s)
{
    if (!s.has(0) || s.outRank() != s.rank(0))
        return false;
    for (size_t d = 0; d < s.rank(0); ++d) {
        const AxisId from = s.axis(0, d), to = s.outAxis(d);
        if (s.length(to) % s.length(from) != 0)
            return false;
        if (s.length(from) == 1 && s.length(to) > 1) {
            s.lock(to, Message::tr("{} repeats the same along it", s.label));
            continue;
        }
        for (int64_t first = 0; first < s.length(to); first += s.length(from))
            s.joinPart(to, first, from, 0, s.length(from));
    }
    return true;
}

bool depthToSpaceChannels(RuleSite &s)
{
    const int64_t block = s.integer("blocksize", 0);
    if (s.rank(0) != 4 || s.outRank() != 4 || block < 1 || block > 4096)
        return false;
    const bool toSpace = s.node.op_type() == "DepthToSpace";
    const AxisId many = toSpace ? s.axis(0, 1) : s.outAxis(1), few = toSpace ? s.outAxis(1) : s.axis(0, 1);
    const int64_t places = block * block, channels = s.length(few);
    if (s.length(many) != channels * places)
        return false;
    const bool inner = toSpace && s.text("mode") == "CRD"; // the places of one channel stand together
    s.join(s.axis(0, 0), s.outAxis(0));
    s.axes.link(few, many, s.index);
    for (int64_t c = 0; c < channels; ++c)
        for (int64_t p = 0; p < places; ++p)
            s.axes.unite(few, c, many, inner ? c * places + p : p * channels + c);
    for (size_t d = 2; d < 4; ++d)
        for (const AxisId axis : {s.axis(0, d), s.outAxis(d)})
            s.lock(axis, Message::tr("{} mixes it with channels", s.label));
    return true;
}

bool resizedChannels(RuleSite &s)
{
    if (!s.has(0) || s.outRank() != s.rank(0) ||
        s.text("coordinate_transformation_mode") == "tf_crop_and_resize")
        return false;
    const int scalesInput = s.node.op_type() == "Upsample" || s.node.input_size() == 2 ? 1 : 2;
    const std::optional<std::vector<float>> scales = s.reals(scalesInput);
    for (size_t d = 0; d < s.rank(0); ++d) {
        const AxisId from = s.axis(0, d), to = s.outAxis(d);
        const bool scaled = scales && scales->size() == s.rank(0) && (*scales)[d] != 1.0F;
        if (s.length(from) == s.length(to) && !scaled) {
            s.join(from, to);
            continue;
        }
        s.lock(from, Message::tr("{} changes how many there are", s.label));
        s.lock(to, Message::tr("{} changes how many there are", s.label));
    }
    return true;
}

bool pooledChannels(RuleSite &s)
{
    if (s.rank(0) < 2 || s.outRank() != s.rank(0))
        return false;
    s.join(s.axis(0, 0), s.outAxis(0));
    s.join(s.axis(0, 1), s.outAxis(1));
    for (size_t d = 2; d < s.rank(0); ++d)
        for (const AxisId axis : {s.axis(0, d), s.outAxis(d)})
            s.lock(axis, Message::tr("{} slides over it", s.label));
    if (s.gives(1) && s.isUsed(1))
        for (size_t d = 0; d < s.rank(0); ++d)
            for (const AxisId axis : {s.axis(0, d), s.outAxis(d)})
                s.lock(axis, Message::tr("{} tells places counted over all channels", s.label));
    return true;
}

} // namespace lathe
