// Channels of layers: what they sum over and what they make.
#include "core/rewrite/rulesite.h"
#include "core/shapes/shapeops.h"

#include <algorithm>
#include <map>

namespace lathe {
namespace {

void lockSpace(RuleSite &s, int tensor)
{
    const AxisTensor &t = s.axes.tensor(tensor);
    for (size_t d = 2; d < t.shape.size(); ++d)
        s.lock(t.firstAxis + static_cast<AxisId>(d), Message::tr("{} slides over it", s.label));
}

Message weightIsComputed(const RuleSite &s)
{
    return Message::tr("{} has a weight that is computed when the model runs", s.label);
}

/// A list of one number for each place of an axis, or one for all.
void joinList(RuleSite &s, size_t input, AxisId axis)
{
    if (s.has(input) && s.rank(input) == 1 && s.length(s.axis(input, 0)) != 1)
        s.join(s.axis(input, 0), axis);
}

/// The same place in each of `blocks` parts of an axis goes.
void joinBlocks(RuleSite &s, AxisId axis, int64_t blocks)
{
    const int64_t each = s.length(axis) / blocks;
    for (int64_t b = 1; b < blocks; ++b)
        for (int64_t p = 0; p < each; ++p)
            s.axes.unite(axis, p, axis, b * each + p);
}

/// Place p of `inner` is place p of each block of `axis`.
void joinInner(RuleSite &s, AxisId inner, AxisId axis, int64_t blocks)
{
    s.axes.link(inner, axis, s.index);
    const int64_t each = s.length(inner);
    for (int64_t b = 0; b < blocks; ++b)
        for (int64_t p = 0; p < each; ++p)
            s.axes.unite(inner, p, axis, b * each + p);
}

/// Each place of `few` goes with `times` consecutive ones of `many`.
void joinMultiplied(RuleSite &s, AxisId few, AxisId many, int64_t times)
{
    s.axes.link(few, many, s.index);
    for (int64_t i = 0; i < s.length(many); ++i)
        s.axes.unite(few, i / times, many, i);
}

void lockKernel(RuleSite &s, size_t weight)
{
    for (size_t d = 2; d < s.rank(weight); ++d)
        s.lock(s.axis(weight, d), Message::tr("it is the kernel of {}", s.label));
}

} // namespace

bool convolutionChannels(RuleSite &s)
{
    const bool linear = s.node.op_type() == "QLinearConv";
    const size_t w = linear ? 3 : 1;
    const int64_t groups = s.integer("group", 1);
    if (!s.has(0) || !s.has(w) || !s.gives(0) || s.rank(0) < 3 || s.rank(w) != s.rank(0) ||
        s.outRank() != s.rank(0) || groups < 1)
        return false;
    const AxisId in = s.axis(0, 1), made = s.outAxis(1), rows = s.axis(w, 0), columns = s.axis(w, 1);
    if (s.length(in) != s.length(columns) * groups || s.length(made) != s.length(rows) ||
        s.length(rows) % groups != 0)
        return false;
    s.join(s.axis(0, 0), s.outAxis(0));
    lockSpace(s, s.in[0]);
    lockSpace(s, s.out[0]);
    lockKernel(s, w);
    if (!s.isMade(w)) {
        s.lock(in, weightIsComputed(s));
        s.lock(made, weightIsComputed(s));
        s.lock(rows, weightIsComputed(s));
        s.lock(columns, weightIsComputed(s));
        return true;
    }
    s.join(rows, made);
    if (linear)
        for (const size_t list : {4U, 5U, 8U})
            joinList(s, list, made);
    else if (s.node.op_type() == "ConvInteger")
        joinList(s, 3, made);
    else if (s.has(2))
        joinList(s, 2, made);
    if (s.node.op_type() == "FusedConv" && s.has(3))
        for (size_t d = 0; d < s.rank(3) && s.rank(3) == s.outRank(); ++d)
            s.join(s.axis(3, d), s.outAxis(d));
    if (groups > 1 && s.length(columns) == 1) { // of each channel for itself
        joinMultiplied(s, in, made, s.length(made) / s.length(in));
        s.change(in, "group");
        return true;
    }
    s.summed(columns);
    s.root(rows);
    joinInner(s, columns, in, groups);
    if (groups > 1)
        joinBlocks(s, made, groups);
    return true;
}

bool transposedConvolutionChannels(RuleSite &s)
{
    const int64_t groups = s.integer("group", 1);
    if (!s.has(0) || !s.has(1) || !s.gives(0) || s.rank(0) < 3 || s.rank(1) != s.rank(0) ||
        s.outRank() != s.rank(0) || groups < 1)
        return false;
    const AxisId in = s.axis(0, 1), made = s.outAxis(1), rows = s.axis(1, 1), columns = s.axis(1, 0);
    if (s.length(in) != s.length(columns) || s.length(made) != s.length(rows) * groups ||
        s.length(in) % groups != 0)
        return false;
    s.join(s.axis(0, 0), s.outAxis(0));
    lockSpace(s, s.in[0]);
    lockSpace(s, s.out[0]);
    lockKernel(s, 1);
    if (!s.isMade(1)) {
        s.lock(in, weightIsComputed(s));
        s.lock(made, weightIsComputed(s));
        s.lock(rows, weightIsComputed(s));
        s.lock(columns, weightIsComputed(s));
        return true;
    }
    joinList(s, 2, made);
    s.join(columns, in);
    if (groups > 1 && groups == s.length(in)) {
        joinMultiplied(s, in, made, s.length(rows));
        s.lock(rows, Message::tr("{} makes as many of each channel", s.label));
        s.change(in, "group");
        return true;
    }
    s.summed(columns);
    s.root(rows);
    joinInner(s, rows, made, groups);
    if (groups > 1)
        joinBlocks(s, in, groups);
    return true;
}

namespace {

/// Both sides of a product along what it sums over.
void joinSummed(RuleSite &s, AxisId left, AxisId right, bool leftMade, bool rightMade)
{
    s.join(left, right);
    if (leftMade)
        s.summed(left);
    if (rightMade)
        s.summed(right);
    if (!leftMade && !rightMade)
        s.lock(left, Message::tr("{} sums over them in a product of two computed values", s.label));
}

} // namespace

bool gemmChannels(RuleSite &s)
{
    if (s.rank(0) != 2 || s.rank(1) != 2 || s.outRank() != 2)
        return false;
    const size_t outer = s.integer("transA", 0) != 0 ? 1 : 0, inner = s.integer("transB", 0) != 0 ? 0 : 1;
    joinSummed(s, s.axis(0, 1 - outer), s.axis(1, 1 - inner), s.isMade(0), s.isMade(1));
    s.join(s.axis(0, outer), s.outAxis(0));
    s.join(s.axis(1, inner), s.outAxis(1));
    if (s.isMade(1) && !s.isMade(0))
        s.root(s.axis(1, inner));
    if (s.isMade(0) && !s.isMade(1))
        s.root(s.axis(0, outer));
    if (s.has(2) && s.rank(2) > 2)
        return false;
    for (size_t d = 0; s.has(2) && d < s.rank(2); ++d)
        if (const AxisId from = s.axis(2, d); s.length(from) != 1)
            s.join(from, s.outAxis(d + 2 - s.rank(2)));
    return true;
}

bool productChannels(RuleSite &s)
{
    const bool linear = s.node.op_type() == "QLinearMatMul";
    const size_t l = 0, r = linear ? 3 : 1;
    if (!s.has(l) || !s.has(r) || !s.gives(0) || s.rank(l) == 0 || s.rank(r) == 0)
        return false;
    const bool row = s.rank(l) == 1, column = s.rank(r) == 1, made = s.isMade(l), otherMade = s.isMade(r);
    const size_t leftBatch = row ? 0 : s.rank(l) - 2, rightBatch = column ? 0 : s.rank(r) - 2;
    const size_t batch = std::max(leftBatch, rightBatch);
    if (s.outRank() != batch + (row ? 0 : 1) + (column ? 0 : 1))
        return false;
    joinSummed(s, s.axis(l, s.rank(l) - 1), s.axis(r, column ? 0 : s.rank(r) - 2), made, otherMade);
    if (!row)
        s.join(s.axis(l, leftBatch), s.outAxis(batch));
    if (!column)
        s.join(s.axis(r, s.rank(r) - 1), s.outAxis(s.outRank() - 1));
    for (size_t d = 0; d < batch; ++d) {
        const AxisId to = s.outAxis(d);
        const AxisId a = d + leftBatch < batch ? noAxis : s.axis(l, d + leftBatch - batch);
        const AxisId b = d + rightBatch < batch ? noAxis : s.axis(r, d + rightBatch - batch);
        for (const AxisId from : {a, b})
            if (from != noAxis && (s.length(from) != 1 || s.length(to) == 1))
                s.join(from, to);
        if (!made && !otherMade && s.length(to) > 1)
            s.axes.markHeads(to);
        const auto isOne = [&](AxisId axis) { return axis == noAxis || s.length(axis) == 1; };
        if (s.length(to) > 1 && made != otherMade && isOne(made ? b : a)) // a weight for each of them
            s.root(made ? a : b);
    }
    if (otherMade && !made && !column)
        s.root(s.axis(r, s.rank(r) - 1));
    if (made && !otherMade && !row)
        s.root(s.axis(l, leftBatch));
    const AxisId last = column ? noAxis : s.outAxis(s.outRank() - 1);
    if (linear && last != noAxis)
        for (const size_t list : {4U, 5U})
            joinList(s, list, last);
    if (s.node.op_type() == "MatMulInteger" && last != noAxis)
        joinList(s, 3, last);
    return true;
}

/// Of the usual form, letters without an ellipsis: a letter is one axis wherever it stands.
bool einsumChannels(RuleSite &s)
{
    std::string equation = s.text("equation");
    std::erase(equation, ' ');
    const size_t arrow = equation.find("->");
    if (arrow == std::string::npos || equation.find('.') != std::string::npos || s.in.empty() ||
        s.in.size() > 2 || !s.gives(0))
        return false;
    std::map<char, std::vector<std::pair<AxisId, bool>>> places; // by letter: axis, and whether of a constant
    std::string_view left = std::string_view(equation).substr(0, arrow);
    for (size_t input = 0; input < s.in.size(); ++input) {
        const std::string_view letters = left.substr(0, left.find(','));
        left.remove_prefix(std::min(left.size(), letters.size() + 1));
        if (!s.has(input) || letters.size() != s.rank(input))
            return false;
        for (size_t d = 0; d < letters.size(); ++d)
            places[letters[d]].emplace_back(s.axis(input, d), s.isMade(input));
    }
    const std::string result = equation.substr(arrow + 2);
    if (result.size() != s.outRank())
        return false;
    const bool computed = !s.isMade(0) && (s.in.size() == 1 || !s.isMade(1));
    for (const auto &[letter, found] : places) {
        const size_t at = result.find(letter);
        const bool summed = at == std::string::npos;
        for (const auto &[axis, made] : found) {
            s.join(axis, summed ? found.front().first : s.outAxis(at));
            if (made && summed)
                s.summed(axis);
            if (made && !summed && found.size() == 1)
                s.root(axis);
        }
        if (summed && computed)
            s.lock(found.front().first,
                   Message::tr("{} sums over them in a product of two computed values", s.label));
        if (!summed && computed && found.size() == 2 && s.length(found.front().first) > 1)
            s.axes.markHeads(found.front().first);
    }
    return true;
}

bool recurrentChannels(RuleSite &s)
{
    if (s.rank(0) != 3 || s.rank(1) != 3 || s.rank(2) != 3)
        return false;
    const AxisId hidden = s.axis(2, 2);
    const int64_t size = s.length(hidden), gates = s.length(s.axis(2, 1)) / std::max<int64_t>(size, 1);
    const bool fits = s.length(s.axis(1, 1)) == gates * size && s.length(s.axis(2, 1)) == gates * size;
    if (!fits || !s.isMade(1) || !s.isMade(2))
        return false;
    const bool batchFirst = s.integer("layout", 0) != 0;
    s.join(s.axis(0, 2), s.axis(1, 2));
    s.summed(s.axis(1, 2));
    s.summed(hidden);
    s.root(hidden);
    joinInner(s, hidden, s.axis(1, 1), gates);
    joinInner(s, hidden, s.axis(2, 1), gates);
    for (const size_t list : {3U, 7U}) // biases of the input and of the state; what gates see of the cell
        if (s.has(list) && s.rank(list) == 2) {
            if (s.length(s.axis(list, 1)) % std::max<int64_t>(size, 1) != 0)
                return false;
            joinInner(s, hidden, s.axis(list, 1), s.length(s.axis(list, 1)) / size);
        }
    for (const size_t state : {5U, 6U})
        if (s.has(state) && s.rank(state) == 3)
            s.join(hidden, s.axis(state, 2));
    for (size_t output = 0; output < s.out.size(); ++output)
        if (s.gives(output))
            s.join(hidden, s.outAxis(s.outRank(output) - 1, output));
    const Message directions = Message::tr("{} has a direction for each", s.label);
    if (s.gives(0) && s.outRank() == 4)
        s.lock(s.outAxis(batchFirst ? 2 : 1), directions);
    for (size_t output = 1; output < s.out.size(); ++output)
        if (s.gives(output))
            s.lock(s.outAxis(batchFirst ? 1 : 0, output), directions);
    s.lock(s.axis(0, batchFirst ? 1 : 0), Message::tr("{} goes along it step by step", s.label));
    if (s.gives(0) && s.outRank() == 4)
        s.lock(s.outAxis(batchFirst ? 1 : 0), Message::tr("{} goes along it step by step", s.label));
    s.change(hidden, "hidden_size");
    return true;
}

bool gatherChannels(RuleSite &s)
{
    const int64_t at =
        s.has(0) && s.has(1) && s.gives(0) ? axisFromFront(s.integer("axis", 0), s.rank(0)) : -1;
    if (at < 0 || s.outRank() + 1 != s.rank(0) + s.rank(1))
        return false;
    const auto axis = static_cast<size_t>(at);
    for (size_t d = 0; d < s.rank(0); ++d)
        if (d != axis)
            s.join(s.axis(0, d), s.outAxis(d < axis ? d : d - 1 + s.rank(1)));
    const WholeNumbers *indices = s.numbers(1);
    const AxisId from = s.axis(0, axis);
    if (!s.isMade(1) || !indices || s.rank(1) > 1) {
        s.lock(from, s.isMade(1) ? Message::tr("{} spreads them over several axes", s.label)
                                 : Message::tr("{} chooses among them by what is computed", s.label));
        for (size_t d = 0; d < s.rank(1); ++d)
            s.join(s.axis(1, d), s.outAxis(axis + d));
        if (s.isMade(0) && !s.isMade(1)) // an embedding
            for (size_t d = 0; d < s.rank(0); ++d)
                if (d != axis && s.length(s.axis(0, d)) > 1)
                    s.root(s.axis(0, d));
        return true;
    }
    for (size_t i = 0; i < indices->values.size(); ++i) {
        const int64_t index = axisFromFront(indices->values[i], static_cast<size_t>(s.length(from)));
        if (index < 0)
            return false;
        if (s.rank(1) == 0)
            s.axes.lock(from, index, 1, Message::tr("{} takes one of them by its place", s.label));
        else
            s.axes.unite(from, index, s.outAxis(axis), static_cast<int64_t>(i));
    }
    if (s.rank(1) == 1)
        s.axes.link(from, s.outAxis(axis), s.index);
    s.change(from, "indices");
    return true;
}

} // namespace lathe
