#include "core/graph/modelgraph.h"

#include "core/model/proto.h"
#include "core/onnx/graphindex.h"
#include "core/onnx/tensordata.h"
#include "core/shapes/shapeinference.h"

#include <algorithm>
#include <fmt/format.h>
#include <queue>
#include <unordered_set>

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
        : m_content(model.content()), m_proto(m_content.proto.graph()),
          m_shapes(inferShapes(m_content.proto, *m_content.index, m_content.externalFiles))
    {
    }

    ModelGraph run(const JobContext &ctx)
    {
        ctx.checkpoint(0.1, "reading the graph");
        placeLayers();
        findReads();
        ctx.checkpoint(0.4, "ordering the graph");
        sortNodes();
        findConstants();
        ctx.checkpoint(0.7, "connecting the graph");
        for (const onnx::ValueInfoProto &output : m_proto.output())
            m_outputs.emplace(output.name(), &output);
        for (const int node : m_order)
            if (!m_constant[static_cast<size_t>(node)])
                addOperator(node);
        for (const onnx::ValueInfoProto &output : m_proto.output())
            if (maker(output.name()) < 0) // an input or a constant, returned as it is
                addOutput(output);
        finish();
        return std::move(m_graph);
    }

private:
    void placeLayers()
    {
        m_layersOf.resize(static_cast<size_t>(m_proto.node_size()));
        m_graph.nodeOfLayer.assign(m_content.layers.size(), -1);
        for (size_t i = 0; i < m_content.layers.size(); ++i) {
            NodeRef at{m_content.sites[i].graph, m_content.sites[i].node};
            while (at.graph > 0)
                at = m_content.index->owner(at.graph);
            if (at.graph == 0 && at.node >= 0)
                m_layersOf[static_cast<size_t>(at.node)].push_back(i);
        }
    }

    /// What each node reads: its inputs, and what the graphs inside of it take from around them.
    void findReads()
    {
        m_reads.resize(static_cast<size_t>(m_proto.node_size()));
        m_bodies.resize(m_reads.size());
        for (int i = 0; i < m_proto.node_size(); ++i) {
            const onnx::NodeProto &node = m_proto.node(i);
            m_seen.clear();
            for (const std::string &name : node.input())
                addRead(i, name);
            for (const auto &attribute : node.attribute()) {
                if (attribute.has_g())
                    readInside(i, attribute.g());
                for (const auto &graph : attribute.graphs())
                    readInside(i, graph);
            }
        }
    }
    void readInside(int node, const onnx::GraphProto &body)
    {
        ++m_bodies[static_cast<size_t>(node)];
        forEachGraph(body, [&](const onnx::GraphProto &graph) {
            std::unordered_set<std::string_view> own;
            for (const auto &input : graph.input())
                own.insert(input.name());
            for (const auto &inner : graph.node())
                own.insert(inner.output().begin(), inner.output().end());
            for (const auto &inner : graph.node())
                for (const std::string &name : inner.input())
                    if (!own.contains(name))
                        addRead(node, name);
        });
    }
    void addRead(int node, const std::string &name)
    {
        if (!name.empty() && m_seen.insert(name).second)
            m_reads[static_cast<size_t>(node)].push_back(name);
    }

    const Definition *find(std::string_view name) const
    {
        const auto &names = m_content.index->graphs().front().names;
        const auto at = names.find(name);
        return at == names.end() ? nullptr : &at->second;
    }
    /// The node that makes a value; -1: none does.
    int maker(std::string_view name) const
    {
        const Definition *definition = find(name);
        return definition && definition->kind == Definition::Kind::Node ? definition->index : -1;
    }
    bool isConstant(std::string_view name) const
    {
        const Definition *definition = find(name);
        if (!definition)
            return false;
        if (definition->kind == Definition::Kind::Node)
            return m_constant[static_cast<size_t>(definition->index)];
        return definition->kind != Definition::Kind::Input;
    }

    /// Nodes made of constants alone are folded into their readers, but for layers and what the model
    /// returns.
    void findConstants()
    {
        std::unordered_set<std::string_view> returned;
        for (const auto &output : m_proto.output())
            returned.insert(output.name());
        m_constant.assign(m_reads.size(), false);
        m_stored.assign(m_reads.size(), 0);
        for (const int index : m_order) {
            const auto i = static_cast<size_t>(index);
            const onnx::NodeProto &node = m_proto.node(index);
            const bool isReturned = std::any_of(node.output().begin(), node.output().end(),
                                                [&](const auto &name) { return returned.contains(name); });
            m_constant[i] =
                !isReturned && m_bodies[i] == 0 && m_layersOf[i].empty() && !isRandom(node) &&
                (node.op_type() == "Constant" ||
                 (!m_reads[i].empty() && std::all_of(m_reads[i].begin(), m_reads[i].end(),
                                                     [this](auto name) { return isConstant(name); })));
            if (const onnx::AttributeProto *value = findAttribute(node, "value"))
                m_stored[i] = value->has_t() ? bytesOf(value->t()) : 0;
            if (m_constant[i])
                for (const std::string_view name : m_reads[i])
                    m_stored[i] += storedBytes(name);
        }
    }
    static int64_t bytesOf(const onnx::TensorProto &tensor)
    {
        return std::max<int64_t>(elementCount(shapeOf(tensor)), 0) * elementBits(typeOf(tensor)) / 8;
    }
    int64_t storedBytes(std::string_view name) const
    {
        const Definition *definition = find(name);
        if (!definition)
            return 0;
        switch (definition->kind) {
        case Definition::Kind::Initializer:
            return bytesOf(m_proto.initializer(definition->index));
        case Definition::Kind::SparseInitializer:
            return bytesOf(m_proto.sparse_initializer(definition->index).values());
        case Definition::Kind::Node:
            return m_stored[static_cast<size_t>(definition->index)];
        case Definition::Kind::Input:
            break;
        }
        return 0;
    }

    /// Kahn's algorithm, the node that comes first in the file always first.
    void sortNodes()
    {
        std::vector<std::vector<int>> readers(m_reads.size());
        std::vector<int> waiting(m_reads.size(), 0);
        std::priority_queue<int, std::vector<int>, std::greater<>> ready;
        for (size_t i = 0; i < m_reads.size(); ++i) {
            for (const std::string_view name : m_reads[i])
                if (const int from = maker(name); from >= 0) {
                    readers[static_cast<size_t>(from)].push_back(static_cast<int>(i));
                    ++waiting[i];
                }
            if (waiting[i] == 0)
                ready.push(static_cast<int>(i));
        }
        while (!ready.empty()) {
            const int node = ready.top();
            ready.pop();
            m_order.push_back(node);
            for (const int reader : readers[static_cast<size_t>(node)])
                if (--waiting[static_cast<size_t>(reader)] == 0)
                    ready.push(reader);
        }
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
        node.subgraphs = m_bodies[i];
        const Layer *layer = node.layers.size() == 1 ? &m_content.layers[node.layers.front()] : nullptr;
        node.signature = signatureOf(proto, layer);
        node.depthwise = layer && isDepthwise(*layer);
        std::vector<std::string_view> tensors;
        for (const std::string_view name : m_reads[i]) {
            if (isConstant(name)) {
                ++node.constants;
                node.constantBytes += storedBytes(name);
            } else if (find(name)) {
                tensors.push_back(name);
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
        const Definition *definition = find(name);
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
    const onnx::GraphProto &m_proto;
    const ValueShapes m_shapes;
    ModelGraph m_graph;
    // By node of the file:
    std::vector<std::vector<size_t>> m_layersOf;
    std::vector<std::vector<std::string_view>> m_reads;
    std::unordered_set<std::string_view> m_seen; ///< reads of the node being looked at
    std::vector<int> m_bodies;
    std::vector<bool> m_constant;
    std::vector<int64_t> m_stored;
    std::vector<int> m_order;
    std::unordered_map<std::string_view, const onnx::ValueInfoProto *> m_outputs;
    std::unordered_map<std::string_view, int> m_nodeOf; ///< drawn node by the value that it gives
};

} // namespace

ModelGraph makeModelGraph(const Model &model, const JobContext &ctx)
{
    return Builder(model).run(ctx);
}

} // namespace lathe
