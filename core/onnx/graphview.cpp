#include "core/onnx/graphview.h"

#include <queue>
#include <unordered_set>

namespace lathe {

class GraphView::Builder {
public:
    explicit Builder(GraphView &view) : m_view(view), m_index(view.m_index), m_seen(m_index.graphs().size())
    {
    }

    void visit(int graph)
    {
        const onnx::GraphProto &proto = *m_index.graphs()[static_cast<size_t>(graph)].graph;
        Graph &place = at(graph);
        place.reads.resize(static_cast<size_t>(proto.node_size()));
        for (int n = 0; n < proto.node_size(); ++n)
            visit(NodeRef{graph, n}, proto.node(n));
        for (const auto &output : proto.output())
            noteOutput(graph, output.name());
        sort(graph);
    }

private:
    void visit(NodeRef ref, const onnx::NodeProto &node)
    {
        m_seen[static_cast<size_t>(ref.graph)] = {};
        for (int i = 0; i < node.input_size(); ++i) {
            const std::string &name = node.input(i);
            if (name.empty())
                continue;
            const std::optional<Definition> maker = m_index.find(ref.graph, name);
            if (maker)
                at(maker->graph).values[name].uses.push_back({ref, i});
            else
                m_view.m_unmade.push_back(name);
            noteRead(ref, name, maker);
        }
        for (const int inner : m_index.subgraphs(ref))
            visit(inner);
    }

    void noteOutput(int graph, const std::string &name)
    {
        const std::optional<Definition> maker = m_index.find(graph, name);
        if (!maker)
            return;
        at(maker->graph).values[name].isOutput = true;
        if (maker->graph != graph)
            noteRead(m_index.owner(graph), name, maker);
    }

    /// For the node itself and all around it, up to the graph that defines the name.
    void noteRead(NodeRef node, std::string_view name, const std::optional<Definition> &maker)
    {
        const int home = maker ? maker->graph : 0;
        while (m_seen[static_cast<size_t>(node.graph)].insert(name).second) {
            at(node.graph).reads[static_cast<size_t>(node.node)].push_back({name, maker});
            if (node.graph == home)
                return;
            node = m_index.owner(node.graph);
        }
    }

    /// Kahn's algorithm.
    void sort(int graph)
    {
        Graph &place = at(graph);
        std::vector<std::vector<int>> readers(place.reads.size());
        std::vector<int> waitsFor(place.reads.size(), 0);
        std::priority_queue<int, std::vector<int>, std::greater<>> ready;
        for (size_t n = 0; n < place.reads.size(); ++n) {
            for (const Read &read : place.reads[n])
                if (read.maker && read.maker->kind == Definition::Kind::Node && read.maker->graph == graph) {
                    readers[static_cast<size_t>(read.maker->index)].push_back(static_cast<int>(n));
                    ++waitsFor[n];
                }
            if (waitsFor[n] == 0)
                ready.push(static_cast<int>(n));
        }
        while (!ready.empty()) {
            const int node = ready.top();
            ready.pop();
            place.order.push_back(node);
            for (const int reader : readers[static_cast<size_t>(node)])
                if (--waitsFor[static_cast<size_t>(reader)] == 0)
                    ready.push(reader);
        }
    }

    Graph &at(int graph) { return m_view.m_graphs[static_cast<size_t>(graph)]; }

    GraphView &m_view;
    const GraphIndex &m_index;
    /// By graph: what the node of it that is being looked at is known to read.
    std::vector<std::unordered_set<std::string_view>> m_seen;
};

GraphView::GraphView(const GraphIndex &index) : m_index(index), m_graphs(index.graphs().size())
{
    Builder(*this).visit(0);
}

const std::vector<GraphView::Read> &GraphView::reads(NodeRef node) const
{
    return at(node.graph).reads[static_cast<size_t>(node.node)];
}

std::optional<NodeRef> GraphView::producer(int graph, std::string_view name) const
{
    const std::optional<Definition> maker = m_index.find(graph, name);
    if (!maker || maker->kind != Definition::Kind::Node)
        return std::nullopt;
    return NodeRef{maker->graph, maker->index};
}

const GraphView::Value &GraphView::value(int graph, std::string_view name) const
{
    static const Value unused;
    const std::optional<Definition> maker = m_index.find(graph, name);
    if (!maker)
        return unused;
    const auto &values = at(maker->graph).values;
    const auto found = values.find(name);
    return found == values.end() ? unused : found->second;
}

const std::vector<GraphView::Use> &GraphView::readers(int graph, std::string_view name) const
{
    return value(graph, name).uses;
}

bool GraphView::isOutput(int graph, std::string_view name) const
{
    return value(graph, name).isOutput;
}

std::optional<GraphView::Use> GraphView::onlyReader(int graph, std::string_view name) const
{
    const Value &read = value(graph, name);
    return read.uses.size() == 1 && !read.isOutput ? std::optional(read.uses.front()) : std::nullopt;
}

} // namespace lathe
