#pragma once
// Who defines a name: an index over the main graph and all subgraphs of a model. Inside core only.
#include <map>
#include <onnx/onnx_pb.h>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace lathe {

struct Definition {
    enum class Kind { Input, Initializer, SparseInitializer, Node };
    int graph = -1; ///< ordinal
    Kind kind = Kind::Input;
    int index = -1; ///< in the list of its kind
};

struct NodeRef {
    int graph = -1; ///< ordinal
    int node = -1;
};

/// Graphs are numbered as they are met: the main graph is 0, then depth first in node order.
/// Keeps pointers into the model: it must outlive the index unchanged.
class GraphIndex {
public:
    struct Entry {
        const onnx::GraphProto *graph = nullptr;
        NodeRef owner; ///< the node around a subgraph; none around the main graph
        std::unordered_map<std::string_view, Definition> names;
    };

    explicit GraphIndex(const onnx::ModelProto &model) : GraphIndex(model.graph()) {}
    explicit GraphIndex(const onnx::GraphProto &graph);

    const std::vector<Entry> &graphs() const { return m_graphs; }
    const std::vector<NodeRef> &nodes() const
    {
        return m_nodes;
    } ///< in graph order, subgraphs where their node stands
    NodeRef owner(int graph) const { return m_graphs[static_cast<size_t>(graph)].owner; }
    /// Ordinals of the graphs that a node has as attributes.
    const std::vector<int> &subgraphs(NodeRef node) const;
    const onnx::NodeProto &node(NodeRef ref) const;
    const onnx::NodeProto &node(const Definition &definition) const;
    /// The meaning of a name as seen from a graph: its own or that of a graph around it.
    std::optional<Definition> find(int graph, std::string_view name) const;

private:
    void add(const onnx::GraphProto &graph, NodeRef owner);

    std::vector<Entry> m_graphs;
    std::vector<NodeRef> m_nodes;
    std::map<std::pair<int, int>, std::vector<int>> m_subgraphs; ///< by graph and node
};

/// Calls visit(graph) for the graphs of a model in the index's order. Works on const and mutable models.
template <class Graph, class Visit>
void forEachGraph(Graph &graph, const Visit &visit)
{
    visit(graph);
    const auto intoAttribute = [&](auto &attribute) {
        if constexpr (std::is_const_v<Graph>) {
            if (attribute.has_g())
                forEachGraph(attribute.g(), visit);
            for (const auto &g : attribute.graphs())
                forEachGraph(g, visit);
        } else {
            if (attribute.has_g())
                forEachGraph(*attribute.mutable_g(), visit);
            for (auto &g : *attribute.mutable_graphs())
                forEachGraph(g, visit);
        }
    };
    if constexpr (std::is_const_v<Graph>) {
        for (const auto &node : graph.node())
            for (const auto &attribute : node.attribute())
                intoAttribute(attribute);
    } else {
        for (auto &node : *graph.mutable_node())
            for (auto &attribute : *node.mutable_attribute())
                intoAttribute(attribute);
    }
}

const onnx::AttributeProto *findAttribute(const onnx::NodeProto &node, std::string_view name);
int64_t intAttribute(const onnx::NodeProto &node, std::string_view name, int64_t fallback);
bool isStandardDomain(std::string_view domain);     ///< "" and "ai.onnx", which mean the same
std::string nodeLabel(const onnx::NodeProto &node); ///< its name, else its first output, else its operator

} // namespace lathe
