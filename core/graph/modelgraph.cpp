#include "core/graph/modelgraph.h"

#include "core/model/proto.h"
#include "core/onnx/graphview.h"
#include "core/onnx/tensordata.h"
#include "core/shapes/shapeinference.h"

#include <algorithm>
#include <fmt/format.h>
#include <unordered_map>

namespace lathe {
namespace {

void mix(size_t &hash, size_t value)
{
    hash ^= value + 0x9e3779b97f4a7c15ULL + (hash << 6) + (hash >> 2);
}

std::string operatorName(const onnx::NodeProto &node)
{
    return isStandardDomain(node.domain()) ? node.op_type()
                                           : fmt::format("{}.{}", node.domain(), node.op_type());
}

bool isDepthwise(const Layer &layer)
{
    return layer.kind == LayerKind::Conv && layer.groups > 1 && layer.groups == layer.rows;
}

/// What a node does apart from the sizes of its tensors.
size_t signatureOf(const onnx::NodeProto &node, const Layer *layer)
{
    size_t hash = std::hash<std::string>{}(operatorName(node));
    mix(hash, static_cast<size_t>(node.input_size()));
    for (const char *name : {"kernel_shape", "strides", "dilations"})
        if (const onnx::AttributeProto *attribute = findAttribute(node, name))
            for (const int64_t value : attribute->ints())
                mix(hash, static_cast<size_t>(value));
    if (layer && layer->kind == LayerKind::Conv)
        mix(hash, layer->groups == 1 ? 1 : isDepthwise(*layer) ? 2 : 3);
    return hash;
}

/// Random numbers have no inputs and are no constants.
bool isRandom(const onnx::NodeProto &node)
{
    const std::string &op = node.op_type();
    return op.starts_with("Random") || op == "Multinomial" || op == "Bernoulli";
}

class Builder {
public:
    explicit Builder(const Model &model)
        : m_content(model.content()), m_view(*m_content.view), m_proto(m_content.proto.graph()),
          m_shapes(inferShapes(m_content.proto, *m_content.view, m_content.externalFiles))
    {
    }

    ModelGraph run(const JobContext &ctx)
    {
        ctx.checkpoint(0.1, Message::tr("reading the graph"));
        placeLayers();
        for (const onnx::ValueInfoProto &output : m_proto.output())
            m_outputs.emplace(output.name(), &output);
        ctx.checkpoint(0.4, Message::tr("ordering the graph"));
        findConstants();
        ctx.checkpoint(0.7, Message::tr("connecting the graph"));
        for (const int node : m_view.order(0))
            if (!m_constant[static_cast<size_t>(node)])
                addOperator(node);
        for (const onnx::ValueInfoProto &output : m_proto.output())
            if (!m_view.producer(0, output.name())) // an input or a constant, returned as it is
                addOutput(output);
        finish();
        return std::move(m_graph);
    }

private:
    void placeLayers()
    {
        m_layersOf.resize(nodeCount());
        m_graph.nodeOfLayer.assign(m_content.layers.size(), -1);
        for (size_t i = 0; i < m_content.layers.size(); ++i) {
            NodeRef at{m_content.sites[i].graph, m_content.sites[i].node};
            while (at.graph > 0)
                at = m_content.index->owner(at.graph);
            if (at.graph == 0 && at.node >= 0)
                m_layersOf[static_cast<size_t>(at.node)].push_back(i);
        }
    }

    size_t nodeCount() const { return static_cast<size_t>(m_proto.node_size()); }
    const std::vector<GraphView::Read> &reads(int node) const { return m_view.reads({0, node}); }
    bool isConstant(const GraphView::Read &read) const
    {
        if (!read.maker)
            return false;
        if (read.maker->kind == Definition::Kind::Node)
            return m_constant[static_cast<size_t>(read.maker->index)];
        return read.maker->kind != Definition::Kind::Input;
    }

    /// Nodes made of constants alone are folded into their readers, but for layers and what the model
    /// returns.
    void findConstants()
    {
        m_constant.assign(nodeCount(), false);
        m_stored.assign(nodeCount(), 0);
        for (const int index : m_view.order(0)) {
            const auto i = static_cast<size_t>(index);
            const onnx::NodeProto &node = m_proto.node(index);
            const auto &read = reads(index);
            const bool isReturned = std::any_of(node.output().begin(), node.output().end(),
                                                [&](const auto &name) { return m_outputs.contains(name); });
            m_constant[i] =
                !isReturned && bodies(index) == 0 && m_layersOf[i].empty() && !isRandom(node) &&
                (node.op_type() == "Constant" ||
                 (!read.empty() && std::all_of(read.begin(), read.end(),
                                               [this](const auto &value) { return isConstant(value); })));
            if (const onnx::AttributeProto *value = findAttribute(node, "value"))
                m_stored[i] = value->has_t() ? bytesOf(value->t()) : 0;
            if (m_constant[i])
                for (const GraphView::Read &value : read)
                    m_stored[i] += storedBytes(value);
        }
    }
    int bodies(int node) const { return static_cast<int>(m_content.index->subgraphs({0, node}).size()); }
    static int64_t bytesOf(const onnx::TensorProto &tensor)
    {
        return std::max<int64_t>(elementCount(shapeOf(tensor)), 0) * elementBits(typeOf(tensor)) / 8;
    }
    int64_t storedBytes(const GraphView::Read &read) const
    {
        if (!read.maker)
            return 0;
        switch (read.maker->kind) {
        case Definition::Kind::Initializer:
            return bytesOf(m_proto.initializer(read.maker->index));
        case Definition::Kind::SparseInitializer:
            return bytesOf(m_proto.sparse_initializer(read.maker->index).values());
        case Definition::Kind::Node:
            return m_stored[static_cast<size_t>(read.maker->index)];
        case Definition::Kind::Input:
            break;
        }
        return 0;
    }

    int addNode(GraphNode node)
    {
        const auto shape = m_shapes.find(node.output);
        node.hasShape = shape != m_shapes.end();
        if (node.hasShape)
            node.outputShape = shape->second;
        m_graph.nodes.push_back(std::move(node));
        return static_cast<int>(m_graph.nodes.size()) - 1;
    }

    void addOperator(int index)
    {
        const onnx::NodeProto &proto = m_proto.node(index);
        const auto i = static_cast<size_t>(index);
        GraphNode node;
        node.name = nodeLabel(proto);
        node.op = operatorName(proto);
        node.output = proto.output_size() > 0 ? proto.output(0) : std::string();
        node.layers = m_layersOf[i];
        node.subgraphs = bodies(index);
        const Layer *layer = node.layers.size() == 1 ? &m_content.layers[node.layers.front()] : nullptr;
        node.signature = signatureOf(proto, layer);
        node.depthwise = layer && isDepthwise(*layer);
        std::vector<std::string_view> tensors;
        for (const GraphView::Read &read : reads(index)) {
            if (isConstant(read)) {
                ++node.constants;
                node.constantBytes += storedBytes(read);
            } else if (read.maker) {
                tensors.push_back(read.name);
            }
        }
        for (const std::string_view name : tensors)
            placeInput(name);
        for (const size_t layer : node.layers)
            m_graph.nodeOfLayer[layer] = static_cast<int>(m_graph.nodes.size());
        const int to = addNode(std::move(node));
        for (const std::string_view name : tensors)
            connect(name, to);
        for (const std::string &name : proto.output())
            m_nodeOf.emplace(name, to);
        for (const std::string &name : proto.output()) // what the model returns stands beside its maker
            if (const auto output = m_outputs.find(name); output != m_outputs.end())
                addOutput(*output->second);
    }
    void addOutput(const onnx::ValueInfoProto &output)
    {
        placeInput(output.name());
        const int to =
            addNode({.kind = GraphNode::Kind::Output, .name = output.name(), .output = output.name()});
        connect(output.name(), to);
    }
    /// An input of the model becomes a node when it is first read.
    void placeInput(std::string_view name)
    {
        const std::optional<Definition> definition = m_content.index->find(0, name);
        if (!definition || definition->kind != Definition::Kind::Input || m_nodeOf.contains(name))
            return;
        const std::string &text = m_proto.input(definition->index).name();
        m_nodeOf.emplace(text, addNode({.kind = GraphNode::Kind::Input, .name = text, .output = text}));
    }
    void connect(std::string_view name, int to)
    {
        const auto from = m_nodeOf.find(name);
        if (from == m_nodeOf.end())
            return;
        GraphEdge edge{from->second, to, std::string(name), {}, false};
        const auto shape = m_shapes.find(edge.tensor);
        edge.hasShape = shape != m_shapes.end();
        if (edge.hasShape)
            edge.shape = shape->second;
        m_graph.edges.push_back(std::move(edge));
    }

    void finish()
    {
        m_graph.incoming.resize(m_graph.nodes.size());
        m_graph.outgoing.resize(m_graph.nodes.size());
        for (size_t i = 0; i < m_graph.edges.size(); ++i) {
            m_graph.outgoing[static_cast<size_t>(m_graph.edges[i].from)].push_back(static_cast<int>(i));
            m_graph.incoming[static_cast<size_t>(m_graph.edges[i].to)].push_back(static_cast<int>(i));
        }
        for (GraphNode &node : m_graph.nodes)
            if (node.name.empty())
                node.name = node.op.empty() ? "?" : node.op;
    }

    const Model::Content &m_content;
    const GraphView &m_view;
    const onnx::GraphProto &m_proto;
    const ValueShapes m_shapes;
    ModelGraph m_graph;
    // By node of the file:
    std::vector<std::vector<size_t>> m_layersOf;
    std::vector<bool> m_constant;
    std::vector<int64_t> m_stored;
    std::unordered_map<std::string_view, const onnx::ValueInfoProto *> m_outputs;
    std::unordered_map<std::string_view, int> m_nodeOf; ///< drawn node by the value that it gives
};

} // namespace

ModelGraph makeModelGraph(const Model &model, const JobContext &ctx)
{
    return Builder(model).run(ctx);
}

} // namespace lathe
