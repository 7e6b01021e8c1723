#include "core/rewrite/laidout.h"

#include <algorithm>
#include <numeric>
#include <span>
#include <unordered_map>

namespace lathe {
namespace {

class Chooser {
public:
    Chooser(ChannelAxes &axes, const ChannelFacts &facts, const std::function<std::string(int)> &labelOf)
        : m_axes(axes), m_labelOf(labelOf)
    {
        for (const ChannelFacts::Layout &layout : facts.layouts)
            m_open.push_back(layout);
    }

    void run()
    {
        settleForced(0, m_open.size());
        constexpr size_t neighbours = 32; // what a choice decides stands near; the rest meets it in its turn
        for (size_t next = 0; next < m_open.size(); ++next) {
            ChannelFacts::Layout &layout = m_open[next];
            if (layout.factors.empty())
                continue;
            settle(layout, best(layout));
            settleForced(next, std::min(next + neighbours, m_open.size()));
        }
    }

private:
    /// What is left with one candidate or none; each such decision may bring about others.
    void settleForced(size_t first, size_t last)
    {
        for (bool changed = true; changed;) {
            changed = false;
            for (ChannelFacts::Layout &layout : std::span(m_open).subspan(first, last - first))
                if (!layout.factors.empty() && isForced(layout)) {
                    settle(layout, soleFree(layout));
                    changed = true;
                }
        }
    }

    bool isForced(const ChannelFacts::Layout &layout) const
    {
        if (!m_axes.hasFree(layout.axis))
            return true;
        int free = 0;
        for (const AxisId factor : layout.factors)
            if (m_axes.hasFree(factor) && ++free > 1)
                return false;
        return true;
    }

    AxisId soleFree(const ChannelFacts::Layout &layout) const
    {
        if (m_axes.hasFree(layout.axis))
            for (const AxisId factor : layout.factors)
                if (m_axes.hasFree(factor))
                    return factor;
        return noAxis;
    }

    AxisId best(const ChannelFacts::Layout &layout) const
    {
        AxisId best = noAxis;
        for (const AxisId factor : layout.factors) {
            if (!m_axes.hasFree(factor))
                continue;
            if (best == noAxis || rank(layout, factor) > rank(layout, best))
                best = factor;
        }
        return best;
    }

    std::pair<bool, size_t> rank(const ChannelFacts::Layout &layout, AxisId factor) const
    {
        return {m_axes.hasHeads(factor), apart(layout, factor)};
    }

    static int64_t innerLength(const ChannelAxes &axes, const ChannelFacts::Layout &layout, AxisId factor)
    {
        int64_t inner = 1;
        for (auto other = layout.factors.rbegin(); *other != factor; ++other)
            inner *= axes.length(*other);
        return inner;
    }

    /// How many sets of places would be left to choose among, if the factor carried the channels.
    size_t apart(const ChannelFacts::Layout &layout, AxisId factor) const
    {
        const int64_t inner = innerLength(m_axes, layout, factor), length = m_axes.length(factor);
        std::unordered_map<uint32_t, int64_t> placeOf; // of what goes together already: its first place
        std::vector<int64_t> parents(static_cast<size_t>(length));
        std::iota(parents.begin(), parents.end(), 0);
        const auto find = [&](int64_t i) {
            while (parents[static_cast<size_t>(i)] != i)
                i = parents[static_cast<size_t>(i)] =
                    parents[static_cast<size_t>(parents[static_cast<size_t>(i)])];
            return i;
        };
        auto sets = static_cast<size_t>(length);
        for (int64_t i = 0; i < m_axes.length(layout.axis); ++i) {
            const int64_t place = i / inner % length;
            const auto [at, isNew] = placeOf.try_emplace(m_axes.root(layout.axis, i), place);
            const int64_t a = find(at->second), b = find(place);
            if (a != b) {
                parents[static_cast<size_t>(std::max(a, b))] = std::min(a, b);
                --sets;
            }
        }
        return sets;
    }

    void settle(ChannelFacts::Layout &layout, AxisId carrier)
    {
        const Message reason = Message::tr("{} lays it out in one axis with others", m_labelOf(layout.node));
        for (const AxisId factor : layout.factors)
            m_axes.link(factor, layout.axis, layout.node);
        if (carrier == noAxis) {
            lockTogether(layout, reason);
        } else {
            const int64_t inner = innerLength(m_axes, layout, carrier);
            for (int64_t i = 0; i < m_axes.length(layout.axis); ++i)
                m_axes.unite(carrier, i / inner % m_axes.length(carrier), layout.axis, i);
            for (const AxisId factor : layout.factors)
                if (factor != carrier)
                    m_axes.lock(factor, reason);
        }
        layout.factors.clear();
    }

    /// Nothing of it can go: because the axis has to stay, else because the factors have to.
    void lockTogether(const ChannelFacts::Layout &layout, const Message &reason)
    {
        const auto cause =
            std::ranges::find_if(layout.factors, [&](AxisId f) { return m_axes.hasInterface(f); });
        const bool isWhole = !m_axes.hasFree(layout.axis);
        for (const AxisId factor : layout.factors)
            if (isWhole && m_axes.hasFree(factor))
                m_axes.lockFor(factor, layout.axis);
        if (!isWhole && cause != layout.factors.end())
            m_axes.lockFor(layout.axis, *cause);
        else if (!isWhole)
            m_axes.lock(layout.axis, reason);
    }

    ChannelAxes &m_axes;
    const std::function<std::string(int)> &m_labelOf;
    std::vector<ChannelFacts::Layout> m_open; ///< without factors: settled
};

} // namespace

void chooseFactors(ChannelAxes &axes, const ChannelFacts &facts,
                   const std::function<std::string(int)> &labelOf)
{
    Chooser(axes, facts, labelOf).run();
}

} // namespace lathe
