#include "core/rewrite/grouping.h"

#include <algorithm>
#include <set>

namespace lathe {
namespace {

class Changer {
public:
    explicit Changer(Grouping &grouping) : m_grouping(grouping), m_axes(grouping.graph.axes) {}

    void run()
    {
        for (const ChannelFacts::Change &change : m_grouping.graph.facts.changes)
            for (const size_t g : groupsOf(change.axis))
                add(g, change.node, change.what);
        for (const ChannelGraph::Shaped &shaped : m_grouping.graph.shaped)
            for (const size_t g : groupsAround(shaped))
                if (const std::vector<size_t> wrong = wrongEntries(g, shaped); !wrong.empty())
                    add(g, shaped.node, shaped.what, wrong);
    }

private:
    const std::vector<size_t> &groupsOf(AxisId axis) const
    {
        return m_grouping.groupsOfAxis[static_cast<size_t>(axis)];
    }

    void add(size_t g, int node, const std::string &what, const std::vector<size_t> &entries = {})
    {
        if (m_added.emplace(g, node, what).second)
            m_grouping.result.groups[g].changes.push_back({m_grouping.label(node), node, what, entries});
    }

    const std::vector<NumberOrigin> *originsOf(const ChannelGraph::Shaped &shaped) const
    {
        return shaped.input.empty() ? nullptr : m_grouping.graph.origins.find(shaped.input);
    }

    std::set<size_t> groupsAround(const ChannelGraph::Shaped &shaped) const
    {
        std::set<size_t> groups;
        const auto addAxis = [&](AxisId axis) {
            groups.insert(groupsOf(axis).begin(), groupsOf(axis).end());
        };
        const AxisTensor &to = m_axes.tensor(shaped.to);
        for (size_t d = 0; d < to.shape.size(); ++d)
            addAxis(to.firstAxis + static_cast<AxisId>(d));
        if (const auto *origins = originsOf(shaped))
            for (const NumberOrigin &origin : *origins)
                std::ranges::for_each(origin.axes, addAxis);
        return groups;
    }

    /// How much shorter an axis gets without a channel, as a part of it.
    double shrinks(size_t g, AxisId axis, size_t channel)
    {
        const ChannelUse *use = m_grouping.useOf(g, axis);
        return use ? static_cast<double>(use->of(channel).size()) / static_cast<double>(use->length) : 0.0;
    }

    /// Of the numbers that shape the output: those that do not come out right by themselves when a channel
    /// goes.
    std::vector<size_t> wrongEntries(size_t g, const ChannelGraph::Shaped &shaped)
    {
        const auto known = m_grouping.graph.values.numbers.find(shaped.input);
        const auto *origins = originsOf(shaped);
        const AxisTensor &to = m_axes.tensor(shaped.to);
        const bool isKnown = known != m_grouping.graph.values.numbers.end() && // else an attribute
                             known->second.values.size() == to.shape.size();
        std::vector<size_t> wrong;
        for (size_t d = 0; d < to.shape.size(); ++d) {
            const NumberOrigin origin = isKnown && origins ? (*origins)[d]
                                        : isKnown          ? NumberOrigin{known->second.values[d], {}, true}
                                                           : NumberOrigin{to.shape[d], {}, true};
            for (size_t c = 0; c < m_grouping.result.groups[g].channels; ++c) {
                const double wanted = shrinks(g, to.firstAxis + static_cast<AxisId>(d), c);
                if (!givesRight(g, shaped, origin, d, wanted, c)) {
                    wrong.push_back(d);
                    break;
                }
            }
        }
        return wrong;
    }

    bool givesRight(size_t g, const ChannelGraph::Shaped &shaped, const NumberOrigin &origin, size_t d,
                    double wanted, size_t channel)
    {
        const bool reshapes = m_axes.tensor(shaped.to).shape.size() > d && shaped.what == "shape";
        if (origin.axes.empty()) {
            if (origin.factor == -1 || wanted == 0.0)
                return true;
            const bool copies = reshapes && origin.factor == 0 && shaped.from >= 0 &&
                                d < m_axes.tensor(shaped.from).shape.size();
            return copies && shrinks(g, m_axes.tensor(shaped.from).firstAxis + static_cast<AxisId>(d),
                                     channel) == wanted;
        }
        double left = 1.0;
        bool touches = false;
        for (const AxisId axis : origin.axes) {
            const double part = shrinks(g, axis, channel);
            touches = touches || part > 0.0;
            left *= 1.0 - part;
        }
        if (!origin.isProduct)
            return !touches && wanted == 0.0;
        constexpr double rounding = 1e-9;
        return std::abs(1.0 - left - wanted) < rounding;
    }

    Grouping &m_grouping;
    const ChannelAxes &m_axes;
    std::set<std::tuple<size_t, int, std::string>> m_added;
};

} // namespace

void addChanges(Grouping &grouping)
{
    Changer(grouping).run();
}

} // namespace lathe
