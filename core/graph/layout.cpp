#include "core/graph/layout.h"

#include "core/graph/part.h"

#include <algorithm>
#include <limits>
#include <memory>
#include <string>
#include <unordered_map>

namespace lathe {
namespace {

/// Edges that skip more items than this become detours, where a part is too large otherwise.
constexpr int spans[] = {std::numeric_limits<int>::max(), 400, 120, 40};

/// Items [first, last] of the whole graph; the edges among them are local to the part.
struct Cut {
    int first = 0, last = 0;
    bool top = false, bottom = false; ///< shares its first or last item with the part above or below
};

/// Where no edge of at most `span` leads past an item, or past the gap between two, the graph is cut.
std::vector<Cut> cuts(int count, std::span<const LayoutEdge> edges, int span)
{
    // How many edges lead past item i, and over the gap before it.
    std::vector<int> past(static_cast<size_t>(count) + 1, 0), over(static_cast<size_t>(count) + 1, 0);
    for (const LayoutEdge &edge : edges) {
        if (edge.to - edge.from > span)
            continue;
        ++past[static_cast<size_t>(edge.from) + 1];
        --past[static_cast<size_t>(edge.to)];
        ++over[static_cast<size_t>(edge.from) + 1];
        --over[static_cast<size_t>(edge.to) + 1];
    }
    for (size_t i = 1; i <= static_cast<size_t>(count); ++i) {
        past[i] += past[i - 1];
        over[i] += over[i - 1];
    }
    std::vector<Cut> parts;
    Cut part;
    for (int i = 1; i < count; ++i) {
        if (over[static_cast<size_t>(i)] == 0) { // nothing joins what is above and below
            part.last = i - 1;
            parts.push_back(part);
            part = {i, i, false, false};
        } else if (past[static_cast<size_t>(i)] == 0 && i < count - 1) {
            part.last = i;
            part.bottom = true;
            parts.push_back(part);
            part = {i, i, true, false};
        }
    }
    part.last = count - 1;
    // The last item of all need not be below the rest: it is one of several ends, unless all leads to it.
    parts.push_back(part);
    return parts;
}

/// Equal for parts that look the same.
std::string keyOf(const Part &part)
{
    std::string key;
    const auto add = [&key](const auto &value) {
        key.append(reinterpret_cast<const char *>(&value), sizeof value);
    };
    add(part.top);
    add(part.bottom);
    for (const LayoutItem &item : part.items) {
        add(item.width);
        add(item.height);
    }
    for (const LayoutEdge &edge : part.edges) {
        add(edge.from);
        add(edge.to);
    }
    return key;
}

class Stack {
public:
    Stack(std::span<const LayoutItem> items, std::span<const LayoutEdge> edges)
        : m_items(items), m_edges(edges)
    {
        m_result.centres.resize(items.size());
        m_result.routes.resize(edges.size());
    }

    GraphLayout run(const JobContext &ctx)
    {
        const std::vector<Cut> parts = bestCuts(ctx);
        for (size_t i = 0; i < parts.size(); ++i) {
            if (i % 64 == 0)
                ctx.checkpoint(static_cast<double>(i) / static_cast<double>(parts.size()),
                               Message::tr("laying out the graph"));
            place(parts[i], i);
        }
        moveToOrigin();
        addDetours();
        return std::move(m_result);
    }

private:
    /// With as few detours as leave no part too large, or else as few items in such parts as can be.
    std::vector<Cut> bestCuts(const JobContext &ctx)
    {
        std::vector<Cut> best;
        size_t least = std::numeric_limits<size_t>::max();
        std::vector<std::vector<size_t>> edgesOf;
        std::vector<size_t> detours;
        for (const int span : spans) {
            ctx.throwIfCancelled();
            const std::vector<Cut> parts = cuts(static_cast<int>(m_items.size()), m_edges, span);
            sortEdges(parts, span);
            if (m_detours.size() > m_edges.size() / 5)
                break; // that many say nothing any more
            size_t tooLarge = 0;
            for (size_t i = 0; i < parts.size(); ++i)
                if (parts[i].last - parts[i].first > 1 && isTooLargeForDot(partOf(parts[i], i)))
                    tooLarge += static_cast<size_t>(parts[i].last - parts[i].first);
            if (tooLarge < least) {
                least = tooLarge;
                best = parts;
                edgesOf = m_edgesOf;
                detours = m_detours;
            }
            if (tooLarge == 0)
                break;
        }
        m_edgesOf = std::move(edgesOf);
        m_detours = std::move(detours);
        return best;
    }

    /// Each part's edges; an edge between two items that are shared belongs to the part between them.
    void sortEdges(const std::vector<Cut> &parts, int span)
    {
        m_edgesOf.assign(parts.size(), {});
        m_detours.clear();
        for (size_t e = 0; e < m_edges.size(); ++e) {
            const LayoutEdge &edge = m_edges[e];
            if (edge.to - edge.from > span) {
                m_detours.push_back(e);
                continue;
            }
            const auto at = std::lower_bound(parts.begin(), parts.end(), edge.to,
                                             [](const Cut &part, int item) { return part.last < item; });
            m_edgesOf[static_cast<size_t>(at - parts.begin())].push_back(e);
        }
    }

    Part partOf(const Cut &cut, size_t index) const
    {
        Part part;
        part.items.assign(m_items.begin() + cut.first, m_items.begin() + cut.last + 1);
        part.top = cut.top;
        part.bottom = cut.bottom;
        for (const size_t e : m_edgesOf[index])
            part.edges.push_back({m_edges[e].from - cut.first, m_edges[e].to - cut.first});
        return part;
    }

    void place(const Cut &cut, size_t index)
    {
        const Part part = partOf(cut, index);
        const std::shared_ptr<const PartLayout> layout = layoutOf(part);

        // The shared item keeps its place; a part of its own goes under all that is there.
        LayoutPoint shift;
        if (cut.top) {
            const LayoutPoint shared = m_result.centres[static_cast<size_t>(cut.first)];
            shift = {shared.x - layout->centres.front().x, shared.y - layout->centres.front().y};
        } else {
            double left = std::numeric_limits<double>::max(), right = -left, top = left;
            for (size_t i = 0; i < part.items.size(); ++i) {
                left = std::min(left, layout->centres[i].x - part.items[i].width / 2);
                right = std::max(right, layout->centres[i].x + part.items[i].width / 2);
                top = std::min(top, layout->centres[i].y - part.items[i].height / 2);
            }
            shift = {-(left + right) / 2, index == 0 ? -top : m_bottom + 2 * rowGap - top};
        }
        for (size_t i = 0; i < part.items.size(); ++i) {
            LayoutPoint &centre = m_result.centres[static_cast<size_t>(cut.first) + i];
            centre = {layout->centres[i].x + shift.x, layout->centres[i].y + shift.y};
            m_bottom = std::max(m_bottom, centre.y + part.items[i].height / 2);
        }
        for (size_t i = 0; i < part.edges.size(); ++i) {
            EdgeRoute route = layout->routes[i];
            for (LayoutPoint &point : route.points)
                point = {point.x + shift.x, point.y + shift.y};
            m_result.routes[m_edgesOf[index][i]] = std::move(route);
        }
    }

    std::shared_ptr<const PartLayout> layoutOf(const Part &part)
    {
        if (part.items.size() <= 2)
            return std::make_shared<PartLayout>(plainLayout(part));
        const bool plain = isTooLargeForDot(part);
        m_result.plain = m_result.plain || plain;
        std::shared_ptr<const PartLayout> &known = m_known[keyOf(part)];
        if (!known)
            known = std::make_shared<PartLayout>(plain ? plainLayout(part) : dotLayout(part));
        return known;
    }

    void moveToOrigin()
    {
        LayoutPoint low{0, 0}, high{0, 0};
        const auto extend = [&](double x, double y) {
            low = {std::min(low.x, x), std::min(low.y, y)};
            high = {std::max(high.x, x), std::max(high.y, y)};
        };
        for (size_t i = 0; i < m_items.size(); ++i) {
            const LayoutPoint &c = m_result.centres[i];
            extend(c.x - m_items[i].width / 2, c.y - m_items[i].height / 2);
            extend(c.x + m_items[i].width / 2, c.y + m_items[i].height / 2);
        }
        for (const EdgeRoute &route : m_result.routes)
            for (const LayoutPoint &point : route.points)
                extend(point.x, point.y);
        const auto move = [&](LayoutPoint &point) { point = {point.x - low.x, point.y - low.y}; };
        std::for_each(m_result.centres.begin(), m_result.centres.end(), move);
        for (EdgeRoute &route : m_result.routes)
            std::for_each(route.points.begin(), route.points.end(), move);
        m_result.width = high.x - low.x;
        m_result.height = high.y - low.y;
    }

    /// What skips most of the graph goes down a lane on the right, one for each item that it comes from.
    void addDetours()
    {
        std::unordered_map<int, double> lanes;
        const double edge = m_result.width;
        for (const size_t e : m_detours) {
            const auto from = static_cast<size_t>(m_edges[e].from), to = static_cast<size_t>(m_edges[e].to);
            const auto [at, isNew] = lanes.emplace(
                m_edges[e].from, edge + itemGap * (1.0 + static_cast<double>(lanes.size() % 12)));
            const double lane = at->second;
            const LayoutPoint start{m_result.centres[from].x,
                                    m_result.centres[from].y + m_items[from].height / 2};
            const LayoutPoint end{m_result.centres[to].x, m_result.centres[to].y - m_items[to].height / 2};
            const double half = rowGap / 2, drop = start.y + half, rise = end.y - half;
            EdgeRoute &route = m_result.routes[e];
            route.detour = true;
            route.points = {start,
                            {start.x, drop},
                            {lane, drop},
                            {lane, drop + half},
                            {lane, drop + half},
                            {lane, rise - half},
                            {lane, rise - half},
                            {lane, rise},
                            {end.x, rise},
                            end};
            m_result.width = std::max(m_result.width, lane + itemGap);
        }
    }

    std::span<const LayoutItem> m_items;
    std::span<const LayoutEdge> m_edges;
    double m_bottom = 0.0;
    std::vector<std::vector<size_t>> m_edgesOf;
    std::vector<size_t> m_detours;
    std::unordered_map<std::string, std::shared_ptr<const PartLayout>> m_known;
    GraphLayout m_result;
};

} // namespace

GraphLayout layoutGraph(std::span<const LayoutItem> items, std::span<const LayoutEdge> edges,
                        const JobContext &ctx)
{
    if (items.empty())
        return {};
    return Stack(items, edges).run(ctx);
}

} // namespace lathe
