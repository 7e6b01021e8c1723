#include "core/base/error.h"
#include "core/graph/part.h"

#include <gvc.h>

#include <algorithm>
#include <locale.h>
#include <memory>
#include <mutex>
#include <numeric>
#include <string>

namespace lathe {
namespace {

constexpr double pointsPerInch = 72.0;

std::string inches(double points)
{
    return std::to_string(points / pointsPerInch); // in the C locale, see CLocale
}

/// Numbers with a decimal point for this thread, whatever the language of the program: graphviz reads its
/// attributes by strtod.
class CLocale {
public:
    CLocale() : m_c(newlocale(LC_NUMERIC_MASK, "C", nullptr)), m_before(uselocale(m_c)) {}
    ~CLocale()
    {
        uselocale(m_before);
        freelocale(m_c);
    }
    CLocale(const CLocale &) = delete;
    CLocale &operator=(const CLocale &) = delete;

private:
    locale_t m_c;
    locale_t m_before;
};

/// graphviz takes text that it may change.
char *text(const char *constant)
{
    return const_cast<char *>(constant);
}

void set(void *object, const char *name, const std::string &value)
{
    agsafeset(object, text(name), text(value.c_str()), text(""));
}

/// By edge: whether it is on the longest way through the part, where there is only one such.
std::vector<bool> mainPath(const Part &part)
{
    const std::vector<int> rows = rowsByLongestWay(part);
    std::vector<int> below(part.items.size(), 0); // the longest way down
    std::vector<size_t> order(part.edges.size());
    std::iota(order.begin(), order.end(), size_t{0});
    std::sort(order.begin(), order.end(),
              [&](size_t a, size_t b) { return part.edges[a].from > part.edges[b].from; });
    for (const size_t e : order) {
        int &longest = below[static_cast<size_t>(part.edges[e].from)];
        longest = std::max(longest, below[static_cast<size_t>(part.edges[e].to)] + 1);
    }
    int length = 0;
    for (size_t i = 0; i < rows.size(); ++i)
        length = std::max(length, rows[i] + below[i]);
    std::vector<bool> main(part.edges.size(), false);
    std::vector<int> edgesInRow(static_cast<size_t>(length) + 1, 0);
    const auto rowOf = [&](size_t e) {
        return static_cast<size_t>(rows[static_cast<size_t>(part.edges[e].from)]);
    };
    for (size_t e = 0; e < main.size(); ++e) {
        const auto to = static_cast<size_t>(part.edges[e].to);
        main[e] = rows[to] == static_cast<int>(rowOf(e)) + 1 && rows[to] + below[to] == length;
        edgesInRow[rowOf(e)] += main[e] ? 1 : 0;
    }
    for (size_t e = 0; e < main.size(); ++e)
        main[e] = main[e] && edgesInRow[rowOf(e)] == 1;
    return main;
}

class DotGraph {
public:
    DotGraph(GVC_t *context, const Part &part)
        : m_context(context), m_part(part), m_graph(agopen(text("part"), Agdirected, nullptr))
    {
        agattr(m_graph, AGNODE, text("label"), text(""));
        agattr(m_graph, AGNODE, text("shape"), text("box"));
        agattr(m_graph, AGNODE, text("fixedsize"), text("true"));
        agattr(m_graph, AGNODE, text("width"), text("1"));
        agattr(m_graph, AGNODE, text("height"), text("1"));
        agattr(m_graph, AGEDGE, text("dir"), text("none"));
        agattr(m_graph, AGEDGE, text("weight"), text("1"));
        agattr(m_graph, AGEDGE, text("style"), text(""));
        agattr(m_graph, AGEDGE, text("headport"), text("n"));
        agattr(m_graph, AGEDGE, text("tailport"), text("s"));
        agattr(m_graph, AGRAPH, text("nodesep"), text(inches(itemGap).c_str()));
        agattr(m_graph, AGRAPH, text("ranksep"), text(inches(rowGap).c_str()));
        const bool large = part.items.size() > 120;
        agattr(m_graph, AGRAPH, text("splines"), text(large ? "polyline" : "spline"));
        if (large) { // bounds for the network simplex and for the crossings: a good layout now, not the best
                     // later
            agattr(m_graph, AGRAPH, text("nslimit"), text("1"));
            agattr(m_graph, AGRAPH, text("nslimit1"), text("1"));
            agattr(m_graph, AGRAPH, text("mclimit"), text("0.3"));
        }
        addItems();
        addEdges();
    }
    ~DotGraph()
    {
        if (m_laidOut)
            gvFreeLayout(m_context, m_graph);
        agclose(m_graph);
    }
    DotGraph(const DotGraph &) = delete;
    DotGraph &operator=(const DotGraph &) = delete;

    PartLayout layout()
    {
        if (gvLayout(m_context, m_graph, "dot") != 0)
            throw Error(ErrorCode::Internal, Message::tr("graphviz could not lay out the graph."));
        m_laidOut = true;
        PartLayout result;
        for (Agnode_t *node : m_nodes)
            result.centres.push_back({ND_coord(node).x, -ND_coord(node).y});
        for (size_t i = 0; i < m_edges.size(); ++i)
            result.routes.push_back(routeOf(i, result));
        return result;
    }

private:
    void addItems()
    {
        for (size_t i = 0; i < m_part.items.size(); ++i) {
            Agnode_t *node = agnode(m_graph, text(std::to_string(i).c_str()), 1);
            set(node, "width", inches(m_part.items[i].width));
            set(node, "height", inches(m_part.items[i].height));
            m_nodes.push_back(node);
        }
    }
    void addEdges()
    {
        const std::vector<bool> main = mainPath(m_part);
        std::vector<bool> read(m_nodes.size(), false), reads(m_nodes.size(), false);
        for (const LayoutEdge &edge : m_part.edges) {
            Agedge_t *line = connect(edge.from, edge.to);
            if (main[m_edges.size()])
                set(line, "weight", "8"); // it is straight, what leads past it bends
            m_edges.push_back(line);
            read[static_cast<size_t>(edge.from)] = reads[static_cast<size_t>(edge.to)] = true;
        }
        // What has nothing above or below itself still stands between top and bottom.
        const int last = static_cast<int>(m_nodes.size()) - 1;
        for (int i = 0; i <= last; ++i) {
            if (m_part.top && i > 0 && !reads[static_cast<size_t>(i)])
                hold(0, i);
            if (m_part.bottom && i < last && !read[static_cast<size_t>(i)])
                hold(i, last);
        }
    }
    Agedge_t *connect(int from, int to)
    {
        return agedge(m_graph, m_nodes[static_cast<size_t>(from)], m_nodes[static_cast<size_t>(to)], nullptr,
                      1);
    }
    void hold(int from, int to)
    {
        Agedge_t *edge = connect(from, to);
        set(edge, "style", "invis");
        set(edge, "weight", "0");
    }

    EdgeRoute routeOf(size_t index, const PartLayout &placed) const
    {
        const auto from = static_cast<size_t>(m_part.edges[index].from);
        const auto to = static_cast<size_t>(m_part.edges[index].to);
        const EdgeRoute direct =
            directRoute({placed.centres[from].x, placed.centres[from].y + m_part.items[from].height / 2},
                        {placed.centres[to].x, placed.centres[to].y - m_part.items[to].height / 2});
        if (ND_rank(m_nodes[to]) - ND_rank(m_nodes[from]) == 1)
            return direct; // nothing lies between: the plainest curve will do
        const splines *lines = ED_spl(m_edges[index]);
        EdgeRoute route;
        if (lines && lines->size > 0 && lines->list[0].size >= 4) {
            const bezier &curve = lines->list[0];
            for (int i = 0; i < static_cast<int>(curve.size); ++i)
                route.points.push_back({curve.list[i].x, -curve.list[i].y});
            return route;
        }
        return direct;
    }

    GVC_t *m_context;
    const Part &m_part;
    Agraph_t *m_graph;
    std::vector<Agnode_t *> m_nodes;
    std::vector<Agedge_t *> m_edges;
    bool m_laidOut = false;
};

} // namespace

PartLayout dotLayout(const Part &part)
{
    static std::mutex mutex; // graphviz keeps its state in globals
    const std::lock_guard lock(mutex);
    const CLocale locale;
    static const std::unique_ptr<GVC_t, int (*)(GVC_t *)> context(gvContext(), &gvFreeContext);
    agseterr(AGERR); // warnings go to nobody
    return DotGraph(context.get(), part).layout();
}

} // namespace lathe
