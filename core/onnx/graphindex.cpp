#include "core/onnx/graphindex.h"

namespace lathe {

GraphIndex::GraphIndex(const onnx::GraphProto &graph)
{
    add(graph, {});
}

void GraphIndex::add(const onnx::GraphProto &graph, NodeRef owner)
{
    using Kind = Definition::Kind;
    const int ordinal = static_cast<int>(m_graphs.size());
    m_graphs.push_back({&graph, owner, {}});
    if (ordinal > 0)
        m_subgraphs[{owner.graph, owner.node}].push_back(ordinal);
    auto &names = m_graphs.back().names;
    // An initializer listed as an input as well (IR 3) counts as the constant: it goes in first.
    for (int i = 0; i < graph.initializer_size(); ++i)
        names.emplace(graph.initializer(i).name(), Definition{ordinal, Kind::Initializer, i});
    for (int i = 0; i < graph.sparse_initializer_size(); ++i)
        names.emplace(graph.sparse_initializer(i).values().name(),
                      Definition{ordinal, Kind::SparseInitializer, i});
    for (int i = 0; i < graph.input_size(); ++i)
        names.emplace(graph.input(i).name(), Definition{ordinal, Kind::Input, i});
    for (int i = 0; i < graph.node_size(); ++i)
        for (const std::string &output : graph.node(i).output())
            if (!output.empty())
                names.emplace(output, Definition{ordinal, Kind::Node, i});
    for (int i = 0; i < graph.node_size(); ++i) {
        m_nodes.push_back({ordinal, i});
        for (const auto &attribute : graph.node(i).attribute()) {
            if (attribute.has_g())
                add(attribute.g(), {ordinal, i});
            for (const auto &g : attribute.graphs())
                add(g, {ordinal, i});
        }
    }
}

const std::vector<int> &GraphIndex::subgraphs(NodeRef node) const
{
    static const std::vector<int> none;
    const auto found = m_subgraphs.find({node.graph, node.node});
    return found == m_subgraphs.end() ? none : found->second;
}

const onnx::NodeProto &GraphIndex::node(NodeRef ref) const
{
    return m_graphs[static_cast<size_t>(ref.graph)].graph->node(ref.node);
}

const onnx::NodeProto &GraphIndex::node(const Definition &definition) const
{
    return node(NodeRef{definition.graph, definition.index});
}

std::optional<Definition> GraphIndex::find(int graph, std::string_view name) const
{
    for (; graph >= 0; graph = owner(graph).graph) {
        const auto &names = m_graphs[static_cast<size_t>(graph)].names;
        if (const auto found = names.find(name); found != names.end())
            return found->second;
    }
    return std::nullopt;
}

const onnx::AttributeProto *findAttribute(const onnx::NodeProto &node, std::string_view name)
{
    for (const auto &attribute : node.attribute())
        if (attribute.name() == name)
            return &attribute;
    return nullptr;
}

int64_t intAttribute(const onnx::NodeProto &node, std::string_view name, int64_t fallback)
{
    const auto *attribute = findAttribute(node, name);
    return attribute ? attribute->i() : fallback;
}

bool isStandardDomain(std::string_view domain)
{
    return domain.empty() || domain == "ai.onnx";
}

std::string nodeLabel(const onnx::NodeProto &node)
{
    if (!node.name().empty())
        return node.name();
    for (const std::string &output : node.output())
        if (!output.empty())
            return output;
    return node.op_type();
}

} // namespace lathe
