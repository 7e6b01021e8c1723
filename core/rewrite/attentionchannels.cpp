// Channels of attentions that are one node: whole heads go, with the columns of queries, keys and values.
#include "core/rewrite/rulesite.h"

#include <algorithm>

namespace lathe {
namespace {

/// Each head with its consecutive places among `count` from `first` on; false: they do not divide.
bool joinHeads(RuleSite &s, AxisId heads, AxisId wide, int64_t first, int64_t count)
{
    const int64_t number = s.length(heads);
    if (number < 1 || count < number || count % number != 0 || first + count > s.length(wide))
        return false;
    s.axes.link(heads, wide, s.index);
    for (int64_t i = 0; i < count; ++i)
        s.axes.unite(heads, i / (count / number), wide, first + i);
    return true;
}

bool joinHeads(RuleSite &s, AxisId heads, AxisId wide)
{
    return joinHeads(s, heads, wide, 0, s.length(wide));
}

/// A state or mask of four dimensions, the heads second; one of all heads has 1 there.
bool joinStates(RuleSite &s, AxisId heads, const std::vector<size_t> &inputs,
                const std::vector<size_t> &outputs)
{
    for (const size_t input : inputs)
        if (s.rank(input) == 4 && s.length(s.axis(input, 1)) != 1 && !joinHeads(s, heads, s.axis(input, 1)))
            return false;
    for (const size_t output : outputs)
        if (s.outRank(output) == 4 && !joinHeads(s, heads, s.outAxis(1, output)))
            return false;
    return true;
}

} // namespace

bool packedAttentionChannels(RuleSite &s)
{
    const int64_t number = s.integer("num_heads", 0);
    if (s.rank(0) != 3 || s.rank(1) != 2 || s.outRank() != 3 || number < 1 || !s.isMade(1) || s.has(4))
        return false;
    const int64_t all = s.length(s.axis(1, 1)), made = s.length(s.outAxis(2));
    const int64_t queries = (all - made) / 2;
    if (queries < 1 || 2 * queries + made != all || (s.has(2) && (s.rank(2) != 1 || s.shape(2)[0] != all)))
        return false;
    const AxisId heads = s.axes.addFactor(number);
    for (const auto &[first, count] :
         {std::pair(int64_t{0}, queries), {queries, queries}, {2 * queries, made}})
        if (!joinHeads(s, heads, s.axis(1, 1), first, count))
            return false;
    if (s.has(2))
        s.join(s.axis(2, 0), s.axis(1, 1));
    if (!joinHeads(s, heads, s.outAxis(2)) || !joinStates(s, heads, {5}, {}))
        return false;
    s.join(s.axis(0, 2), s.axis(1, 0));
    s.summed(s.axis(1, 0));
    s.root(s.axis(1, 1));
    s.change(s.axis(1, 1), "num_heads");
    s.change(s.axis(1, 1), "qkv_hidden_sizes");
    return true;
}

bool multiHeadAttentionChannels(RuleSite &s)
{
    const bool grouped = s.node.op_type() == "GroupQueryAttention";
    const int64_t number = s.integer(grouped ? "kv_num_heads" : "num_heads", 0);
    if (s.rank(0) != 3 || s.rank(1) != 3 || s.rank(2) != 3 || s.outRank() != 3 || number < 1)
        return false;
    const AxisId heads = s.axes.addFactor(number); // of keys and values; queries may have several for each
    if (!joinHeads(s, heads, s.axis(0, 2)) || !joinHeads(s, heads, s.axis(1, 2)) ||
        !joinHeads(s, heads, s.axis(2, 2)) || !joinHeads(s, heads, s.outAxis(2)))
        return false;
    const bool joined =
        grouped ? joinStates(s, heads, {3, 4}, {1, 2}) : joinStates(s, heads, {5, 6, 7}, {1, 2});
    if (!joined)
        return false;
    if (!grouped && s.has(3)) {
        int64_t first = 0;
        for (size_t input = 0; input < 3; ++input) {
            const int64_t width = s.length(s.axis(input, 2));
            if (s.rank(3) != 1 || !joinHeads(s, heads, s.axis(3, 0), first, width))
                return false;
            first += width;
        }
    }
    s.change(s.axis(0, 2), "num_heads");
    if (grouped)
        s.change(s.axis(0, 2), "kv_num_heads");
    return true;
}

bool attentionChannels(RuleSite &s)
{
    const size_t rank = s.rank(0);
    if ((rank != 3 && rank != 4) || s.rank(1) != rank || s.rank(2) != rank || s.outRank() != rank ||
        s.gives(3))
        return false;
    const size_t at = rank == 4 ? 1 : 2; // the heads
    const int64_t number = rank == 4 ? s.length(s.axis(1, 1)) : s.integer("kv_num_heads", 0);
    if (number < 1)
        return false;
    const AxisId heads = s.axes.addFactor(number);
    if (!joinHeads(s, heads, s.axis(0, at)) || !joinHeads(s, heads, s.axis(1, at)) ||
        !joinHeads(s, heads, s.axis(2, at)) || !joinHeads(s, heads, s.outAxis(at)) ||
        !joinStates(s, heads, {3, 4, 5}, {1, 2}))
        return false;
    if (rank == 3) {
        s.change(s.axis(0, 2), "q_num_heads");
        s.change(s.axis(0, 2), "kv_num_heads");
        return true;
    }
    s.axes.markHeads(heads);
    s.join(s.axis(2, 3), s.outAxis(3));
    for (const size_t input : {0U, 1U})
        s.lock(s.axis(input, 3),
               Message::tr("{} sums over them in a product of two computed values", s.label));
    return true;
}

} // namespace lathe
