// Channels of normalizations, of what is reduced and of what is quantized.
#include "core/rewrite/rulesite.h"
#include "core/shapes/shapeops.h"

#include <algorithm>

namespace lathe {
namespace {

Message normalizesOver(const RuleSite &s)
{
    return Message::tr("{} normalizes over all of them together", s.label);
}

/// Scale, bias and the like: a number for each place of an axis.
bool joinParameters(RuleSite &s, size_t first, AxisId axis)
{
    for (size_t input = first; input < s.in.size(); ++input) {
        if (!s.has(input))
            continue;
        if (s.rank(input) != 1 || s.length(s.axis(input, 0)) != s.length(axis))
            return false;
        s.join(s.axis(input, 0), axis);
    }
    return true;
}

bool joinsItsOutput(RuleSite &s, size_t leastRank)
{
    if (s.rank(0) < leastRank || s.outRank() != s.rank(0))
        return false;
    s.joinSame(0);
    return true;
}

} // namespace

bool batchNormalizedChannels(RuleSite &s)
{
    if (!joinsItsOutput(s, 2) || !joinParameters(s, 1, s.axis(0, 1)))
        return false;
    for (size_t output = 1; output < s.out.size(); ++output) // statistics, of those that train
        if (s.outRank(output) == 1)
            s.join(s.axis(0, 1), s.outAxis(0, output));
    return true;
}

bool instanceNormalizedChannels(RuleSite &s)
{
    if (!joinsItsOutput(s, 3) || !joinParameters(s, 1, s.axis(0, 1)))
        return false;
    for (size_t d = 2; d < s.rank(0); ++d)
        s.lock(s.axis(0, d), Message::tr("{} normalizes along it", s.label));
    return true;
}

namespace {

/// Over the axes from `from` on, of which one alone may be longer than 1.
bool normalizeFrom(RuleSite &s, size_t from)
{
    AxisId over = noAxis;
    int longer = 0;
    for (size_t d = from; d < s.rank(0); ++d)
        if (s.length(s.axis(0, d)) > 1) {
            over = s.axis(0, d);
            ++longer;
        }
    if (longer > 1)
        for (size_t d = from; d < s.rank(0); ++d)
            s.lock(s.axis(0, d), Message::tr("{} normalizes along several axes", s.label));
    else if (longer == 1)
        s.note(over, normalizesOver(s));
    return true;
}

void broadcastParameter(RuleSite &s, size_t input)
{
    for (size_t d = 0; s.has(input) && d < s.rank(input) && s.rank(input) <= s.rank(0); ++d)
        if (const AxisId from = s.axis(input, d); s.length(from) != 1)
            s.join(from, s.axis(0, d + s.rank(0) - s.rank(input)));
}

} // namespace

bool layerNormalizedChannels(RuleSite &s)
{
    const int64_t from = axisFromFront(s.integer("axis", -1), s.rank(0));
    if (!joinsItsOutput(s, 1) || from < 0)
        return false;
    for (size_t input = 1; input < s.in.size(); ++input)
        broadcastParameter(s, input);
    for (size_t output = 1; output < s.out.size(); ++output)
        for (int64_t d = 0; d < from && s.outRank(output) == s.rank(0); ++d)
            s.join(s.axis(0, static_cast<size_t>(d)), s.outAxis(static_cast<size_t>(d), output));
    return normalizeFrom(s, static_cast<size_t>(from));
}

/// Input and skip are added, then normalized along the last axis; the sum comes out too.
bool skipNormalizedChannels(RuleSite &s)
{
    if (!joinsItsOutput(s, 2) || s.rank(1) != s.rank(0))
        return false;
    for (size_t input = 1; input < s.in.size(); ++input)
        broadcastParameter(s, input);
    for (size_t output = 1; output < s.out.size(); ++output)
        if (s.outRank(output) == s.rank(0) && s.outShape(output) == s.shape(0))
            s.joinSame(0, output);
    return normalizeFrom(s, s.rank(0) - 1);
}

bool groupNormalizedChannels(RuleSite &s)
{
    const int64_t groups = s.integer("num_groups", 1);
    if (!joinsItsOutput(s, 3) || groups < 1 || s.length(s.axis(0, 1)) % groups != 0)
        return false;
    const AxisId channels = s.axis(0, 1);
    const int64_t each = s.length(channels) / groups;
    for (size_t d = 2; d < s.rank(0); ++d)
        s.lock(s.axis(0, d), Message::tr("{} normalizes along it", s.label));
    for (const size_t parameter : {1U, 2U}) {
        if (s.rank(parameter) != 1)
            return false;
        const AxisId list = s.axis(parameter, 0);
        if (s.length(list) == s.length(channels)) // from opset 21 on; before it, of each group
            s.join(list, channels);
        else if (s.length(list) != groups)
            return false;
    }
    if (each == 1) {
        s.change(channels, "num_groups");
        return true;
    }
    for (int64_t g = 1; g < groups; ++g)
        for (int64_t p = 0; p < each; ++p)
            s.axes.unite(channels, p, channels, g * each + p);
    s.note(channels, normalizesOver(s));
    return true;
}

bool acrossChannels(RuleSite &s)
{
    if (!joinsItsOutput(s, 1))
        return false;
    const std::string &op = s.node.op_type();
    Shape over{1}; // LRN: neighbouring channels
    if (op == "LpNormalization")
        over = {s.integer("axis", -1)};
    if (op == "MeanVarianceNormalization") {
        const auto *given = findAttribute(s.node, "axes");
        over = given ? Shape(given->ints().begin(), given->ints().end()) : Shape{0, 2, 3};
    }
    for (const int64_t axis : over) {
        const int64_t at = axisFromFront(axis, s.rank(0));
        if (at < 0)
            return false;
        s.note(s.axis(0, static_cast<size_t>(at)), normalizesOver(s));
    }
    return true;
}

bool softmaxChannels(RuleSite &s)
{
    if (!joinsItsOutput(s, 1))
        return false;
    const int64_t at = axisFromFront(s.integer("axis", s.opset < 13 ? 1 : -1), s.rank(0));
    if (at < 0)
        return false;
    const auto axis = static_cast<size_t>(at);
    const size_t last = s.opset < 13 ? s.rank(0) : axis + 1; // all from there on as one, in old opsets
    for (size_t d = axis; d < last; ++d)
        s.lock(s.axis(0, d), Message::tr("{} weighs them against each other", s.label));
    return true;
}

bool reducedChannels(RuleSite &s)
{
    if (!s.has(0) || !s.gives(0))
        return false;
    auto axes = s.listOrInput("axes", 1);
    if (!axes && s.in.size() > 1 && !s.node.input(1).empty())
        return false;
    const bool all = !axes || axes->empty();
    if (all && s.integer("noop_with_empty_axes", 0) != 0)
        return joinsItsOutput(s, 1);
    std::vector<bool> reduced(s.rank(0), all);
    for (const int64_t axis : axes.value_or(Shape{})) {
        const int64_t at = axisFromFront(axis, s.rank(0));
        if (at < 0)
            return false;
        reduced[static_cast<size_t>(at)] = true;
    }
    const bool keeps = s.integer("keepdims", 1) != 0;
    size_t to = 0;
    for (size_t d = 0; d < s.rank(0); ++d) {
        if (!reduced[d] && to < s.outRank())
            s.join(s.axis(0, d), s.outAxis(to));
        else if (reduced[d] && s.length(s.axis(0, d)) > 1)
            s.note(s.axis(0, d), Message::tr("{} makes one number of all channels", s.label));
        to += reduced[d] && !keeps ? 0 : 1;
    }
    return true;
}

bool quantizedChannels(RuleSite &s)
{
    if (!joinsItsOutput(s, 0))
        return false;
    if (s.node.op_type() == "DynamicQuantizeLinear")
        for (size_t d = 0; d < s.rank(0); ++d)
            s.note(s.axis(0, d), Message::tr("{} takes one scale from all of them", s.label));
    for (size_t input = 1; input < s.in.size(); ++input) {
        if (!s.has(input) || s.rank(input) == 0 || (s.rank(input) == 1 && s.shape(input)[0] == 1))
            continue;
        if (s.rank(input) == 1) {
            const int64_t at = axisFromFront(s.integer("axis", 1), s.rank(0));
            if (at < 0)
                return false;
            s.join(s.axis(input, 0), s.axis(0, static_cast<size_t>(at)));
            continue;
        }
        if (s.rank(input) != s.rank(0))
            return false;
        for (size_t d = 0; d < s.rank(0); ++d) { // a number for each block along one axis
            if (s.length(s.axis(input, d)) == s.length(s.axis(0, d)))
                s.join(s.axis(input, d), s.axis(0, d));
            else
                s.lock(s.axis(0, d), Message::tr("{} has a scale for each block of them", s.label));
        }
    }
    return true;
}

} // namespace lathe
