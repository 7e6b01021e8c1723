#pragma once
// How values flow through a model: running order, what nodes read, who makes and who reads a value. Inside
// core only.
#include "core/onnx/graphindex.h"

namespace lathe {

/// Over the main graph and all subgraphs, built on the index that tells what a name means. A value is asked
/// for by the ordinal of a graph and its name there, which may be that of a graph around it. Keeps a
/// reference to the index and pointers into the model: both must outlive it unchanged.
class GraphView {
public:
    struct Read {
        std::string_view name;
        std::optional<Definition> maker; ///< none: nothing in the model makes it
    };
    struct Use {
        NodeRef node;
        int input = -1; ///< of that node
    };

    explicit GraphView(const GraphIndex &index);
    const GraphIndex &index() const { return m_index; }

    /// A graph's nodes so that makers stand before readers, of those that could be next the one stored first:
    /// a file that is in order stays so. Nodes on a circle or behind one are not among them.
    const std::vector<int> &order(int graph) const { return at(graph).order; }
    bool hasCircle(int graph) const { return order(graph).size() < at(graph).reads.size(); }
    /// What a node needs of its graph and those around it: its inputs, then what graphs inside of it read or
    /// return without defining it themselves. Each name once.
    const std::vector<Read> &reads(NodeRef node) const;
    /// None: a constant, an input, or nothing of that name.
    std::optional<NodeRef> producer(int graph, std::string_view name) const;
    /// The nodes that have the value as an input, in subgraphs too; a node counts once for each such input.
    const std::vector<Use> &readers(int graph, std::string_view name) const;
    /// Whether the graph that defines the value returns it, or one inside of that does.
    bool isOutput(int graph, std::string_view name) const;
    /// The one use of a value that is read once and returned by no graph: what makes it may change for this
    /// reader alone.
    std::optional<Use> onlyReader(int graph, std::string_view name) const;
    /// Names that nodes read and nothing makes, as often as they are read.
    const std::vector<std::string_view> &unmade() const { return m_unmade; }

private:
    struct Value {
        std::vector<Use> uses;
        bool isOutput = false;
    };
    struct Graph {
        std::vector<std::vector<Read>> reads; ///< by node
        std::vector<int> order;
        std::unordered_map<std::string_view, Value> values; ///< that it defines, as far as they are used
    };
    class Builder;

    const Graph &at(int graph) const { return m_graphs[static_cast<size_t>(graph)]; }
    const Value &value(int graph, std::string_view name) const;

    const GraphIndex &m_index;
    std::vector<Graph> m_graphs;
    std::vector<std::string_view> m_unmade;
};

} // namespace lathe
