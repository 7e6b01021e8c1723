#include "core/rewrite/grouping.h"

#include <algorithm>
#include <numeric>
#include <tuple>

namespace lathe {
namespace {

constexpr int32_t none = -1;

/// Numbers that hang together by what they share.
class Clusters {
public:
    explicit Clusters(size_t count) : m_parents(count) { std::iota(m_parents.begin(), m_parents.end(), 0); }

    size_t find(size_t i)
    {
        while (m_parents[i] != i) {
            m_parents[i] = m_parents[m_parents[i]];
            i = m_parents[i];
        }
        return i;
    }
    void unite(size_t a, size_t b)
    {
        a = find(a);
        b = find(b);
        m_parents[std::max(a, b)] = std::min(a, b);
    }

private:
    std::vector<size_t> m_parents;
};

struct Place {
    int32_t group = none, channel = none, place = 0;

    auto order() const { return std::tuple(group, channel, place); }
};

class Collector {
public:
    Collector(const Model &model, const ChannelGraph &graph)
        : m_axes(graph.axes), m_made{model, graph, {}, {}, {}, {}, {}, {}}
    {
    }

    Grouping run()
    {
        findRoots();
        findChannels();
        m_made.useAxes.resize(m_made.rootsOf.size());
        m_made.groupsOfAxis.resize(m_axes.axisCount());
        for (size_t axis = 0; axis < m_axes.axisCount(); ++axis)
            if (m_axes.tensorOf(static_cast<AxisId>(axis)) >= 0)
                collectUses(static_cast<AxisId>(axis));
        for (size_t g = 0; g < m_made.rootsOf.size(); ++g)
            describe(m_made.result.groups[g], m_made.rootsOf[g]);
        markSummed();
        return std::move(m_made);
    }

private:
    void findRoots()
    {
        std::vector<bool> known(m_axes.axisCount(), false);
        for (const ChannelFacts::Root &root : m_made.graph.facts.roots)
            if (!known[static_cast<size_t>(root.axis)]) {
                known[static_cast<size_t>(root.axis)] = true;
                m_made.roots.push_back(root);
            }
    }

    void findChannels()
    {
        const std::vector<ChannelFacts::Root> &roots = m_made.roots;
        Clusters clusters(roots.size());
        std::vector<int32_t> firstRoot(m_axes.elementCount(), none); // by element
        for (size_t r = 0; r < roots.size(); ++r)
            for (int64_t i = 0; i < m_axes.places(roots[r].axis); ++i) {
                int32_t &first = firstRoot[m_axes.root(roots[r].axis, i)];
                if (first == none)
                    first = static_cast<int32_t>(r);
                clusters.unite(static_cast<size_t>(first), r);
            }
        m_channelOf.assign(m_axes.elementCount(), {});
        std::vector<int32_t> groupOf(roots.size(), none);
        for (size_t r = 0; r < roots.size(); ++r) {
            int32_t &group = groupOf[clusters.find(r)];
            if (group == none) {
                group = static_cast<int32_t>(m_made.rootsOf.size());
                m_made.rootsOf.emplace_back();
                m_made.elements.emplace_back();
            }
            m_made.rootsOf[static_cast<size_t>(group)].push_back(roots[r]);
            std::vector<uint32_t> &elements = m_made.elements[static_cast<size_t>(group)];
            for (int64_t i = 0; i < m_axes.places(roots[r].axis); ++i)
                if (Place &of = m_channelOf[m_axes.root(roots[r].axis, i)]; of.group == none) {
                    of = {group, static_cast<int32_t>(elements.size()), 0};
                    elements.push_back(m_axes.root(roots[r].axis, i));
                }
        }
        m_made.result.groups.resize(m_made.rootsOf.size());
    }

    void collectUses(AxisId axis)
    {
        std::vector<Place> places;
        for (int64_t i = 0; i < m_axes.places(axis); ++i)
            if (const Place &of = m_channelOf[m_axes.root(axis, i)]; of.group != none)
                places.push_back({of.group, of.channel, static_cast<int32_t>(i)});
        std::ranges::sort(places, {}, &Place::order);
        for (auto first = places.begin(); first != places.end();) {
            const auto last =
                std::find_if(first, places.end(), [&](const Place &p) { return p.group != first->group; });
            addUse(axis, {first, last});
            first = last;
        }
    }

    void addUse(AxisId axis, std::span<const Place> places)
    {
        const auto group = static_cast<size_t>(places.front().group);
        const AxisTensor &tensor = m_axes.tensor(m_axes.tensorOf(axis));
        ChannelUse use;
        use.tensor = tensor.name;
        use.axis = m_axes.placeOf(axis);
        use.length = m_axes.length(axis);
        use.stored = tensor.stored;
        if (tensor.reader >= 0) {
            use.reader = m_made.label(tensor.reader);
            use.readerIndex = tensor.reader;
        }
        use.begins.assign(m_made.elements[group].size() + 1, 0);
        for (const Place &place : places) {
            ++use.begins[static_cast<size_t>(place.channel) + 1];
            use.places.push_back(place.place);
        }
        std::partial_sum(use.begins.begin(), use.begins.end(), use.begins.begin());
        m_made.result.groups[group].uses.push_back(std::move(use));
        m_made.useAxes[group].push_back(axis);
        m_made.groupsOfAxis[static_cast<size_t>(axis)].push_back(group);
    }

    void describe(ChannelGroup &group, const std::vector<ChannelFacts::Root> &roots)
    {
        group.channels = m_made.elements[static_cast<size_t>(&group - m_made.result.groups.data())].size();
        for (const ChannelFacts::Root &root : roots) {
            addOnce(group.makers, m_made.label(root.node));
            group.rows += m_axes.length(root.axis);
        }
        group.name = group.makers.front();
    }

    static void addOnce(std::vector<std::string> &to, const std::string &name)
    {
        if (std::ranges::find(to, name) == to.end())
            to.push_back(name);
    }

    /// Columns of the weights as their layers read them, then of the constants that they are made of.
    void markSummed()
    {
        std::vector<std::vector<AxisId>> sources(
            m_axes.axisCount()); // by axis of what constants are made into
        for (const ChannelAxes::Edge &edge : m_axes.edges()) {
            const std::vector<int> &out = m_made.graph.out[static_cast<size_t>(edge.node)];
            if (out.empty() || out[0] < 0 || !m_axes.tensor(out[0]).made)
                continue;
            sources[static_cast<size_t>(edge.a)].push_back(edge.b);
            sources[static_cast<size_t>(edge.b)].push_back(edge.a);
        }
        std::vector<bool> seen(m_axes.axisCount(), false);
        for (const ChannelFacts::Root &summed : m_made.graph.facts.summed) {
            for (const size_t group : m_made.groupsOfAxis[static_cast<size_t>(summed.axis)])
                addOnce(m_made.result.groups[group].readers, m_made.label(summed.node));
            std::vector<AxisId> open{summed.axis};
            while (!open.empty()) {
                const AxisId axis = open.back();
                open.pop_back();
                if (seen[static_cast<size_t>(axis)])
                    continue;
                seen[static_cast<size_t>(axis)] = true;
                for (const size_t group : m_made.groupsOfAxis[static_cast<size_t>(axis)])
                    m_made.useOf(group, axis)->summed = true;
                open.insert(open.end(), sources[static_cast<size_t>(axis)].begin(),
                            sources[static_cast<size_t>(axis)].end());
            }
        }
    }

    const ChannelAxes &m_axes;
    Grouping m_made;
    std::vector<Place> m_channelOf; ///< by element
};

} // namespace

ChannelUse *Grouping::useOf(size_t group, AxisId axis)
{
    const auto found = std::ranges::lower_bound(useAxes[group], axis);
    if (found == useAxes[group].end() || *found != axis)
        return nullptr;
    return &result.groups[group].uses[static_cast<size_t>(found - useAxes[group].begin())];
}

Grouping findGroups(const Model &model, const ChannelGraph &graph)
{
    return Collector(model, graph).run();
}

} // namespace lathe
