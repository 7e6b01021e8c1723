#include "core/exporting/sourcegraph.h"

#include "core/onnx/constants.h"
#include "core/onnx/makers.h"
#include "core/storage/matmulnbits.h"

#include <algorithm>

namespace lathe {
namespace {

constexpr int64_t firstIrWithFreeInitializers = 4; ///< up to IR 3 every initializer has to be an input too

const onnx::GraphProto &graphOf(const Model &model, int ordinal)
{
    return *model.content().index->graphs()[static_cast<size_t>(ordinal)].graph;
}

bool isDefined(const GraphIndex &index, const std::string &prefix)
{
    return std::ranges::any_of(index.graphs(), [&](const GraphIndex::Entry &entry) {
        return std::ranges::any_of(entry.names,
                                   [&](const auto &name) { return name.first.starts_with(prefix); });
    });
}

/// Also names that nothing defines: a type that is declared for one of them would be taken for ours.
bool isDeclared(const onnx::ModelProto &model, const std::string &prefix)
{
    bool found = false;
    const auto look = [&](const std::string &name) { found = found || name.starts_with(prefix); };
    forEachGraph(model.graph(), [&](const onnx::GraphProto &graph) {
        for (const auto &value : graph.value_info())
            look(value.name());
        for (const auto &value : graph.output())
            look(value.name());
        for (const auto &annotation : graph.quantization_annotation())
            look(annotation.tensor_name());
        for (const auto &constant : graph.sparse_initializer())
            look(constant.indices().name());
    });
    for (const auto &function : model.functions()) {
        for (const auto &node : function.node())
            std::ranges::for_each(node.output(), look);
        std::ranges::for_each(function.input(), look);
    }
    return found;
}

/// "_", or more of them until no value's name starts so.
std::string freePrefix(const onnx::ModelProto &model, const GraphIndex &index)
{
    std::string prefix = "_";
    while (isDefined(index, prefix) || isDeclared(model, prefix))
        prefix += '_';
    return prefix;
}

} // namespace

SourceGraph::SourceGraph(const Model &source) : m_source(source)
{
    const Model::Content &content = m_source.content();
    m_target = {m_source.opset(), m_source.irVersion() < firstIrWithFreeInitializers,
                freePrefix(content.proto, *content.index)};
    for (const NodeRef ref : content.index->nodes())
        m_nodeNames.insert(content.index->node(ref).name());
    for (const auto &function : content.proto.functions())
        for (const auto &node : function.node())
            m_nodeNames.insert(node.name());
    for (const auto &input : content.proto.graph().input())
        m_inputs[input.name()] = &input;
}

std::string SourceGraph::layerPrefix(size_t layer) const
{
    return m_target.prefix + shortNumber(layer);
}

std::string SourceGraph::freeNodeName(const std::string &wanted) const
{
    std::string name = wanted;
    for (int number = 2; m_nodeNames.contains(name); ++number)
        name = wanted + std::to_string(number);
    return name;
}

ConstantPlace SourceGraph::constantOf(size_t layer) const
{
    const Layer &l = m_source.layers()[layer];
    return constantCalled(l.weightName, m_source.content().sites[layer].graph);
}

ConstantPlace SourceGraph::constantCalled(const std::string &name, int graph) const
{
    ConstantPlace place;
    if (const auto found = m_source.content().index->find(graph, name)) {
        place.definition = *found;
        place.fileBytes = bytesInFile(*m_source.content().index, *found);
    }
    return place;
}

std::optional<Tensor> SourceGraph::constantValue(const std::string &name, int graph) const
{
    const Model::Content &content = m_source.content();
    const auto found = content.index->find(graph, name);
    if (!found || found->kind == Definition::Kind::SparseInitializer || !constantInfo(*content.index, *found))
        return std::nullopt;
    return readConstant(*content.index, *found, content.externalFiles, content.label);
}

bool SourceGraph::isReadOnce(std::string_view name, int graph) const
{
    return m_source.content().view->onlyReader(graph, name).has_value();
}

const onnx::NodeProto &SourceGraph::node(size_t layer) const
{
    const LayerSite &site = m_source.content().sites[layer];
    return graphOf(m_source, site.graph).node(site.node);
}

ElementType SourceGraph::computeType(size_t layer) const
{
    const GraphIndex &graphs = *m_source.content().index;
    const LayerSite &site = m_source.content().sites[layer];
    const Layer &l = m_source.layers()[layer];
    std::string_view name = node(layer).input(site.input);
    int graph = site.graph;
    while (name != l.weightName) {
        const std::optional<Definition> definition = graphs.find(graph, name);
        if (!definition || definition->kind != Definition::Kind::Node)
            break;
        const onnx::NodeProto &step = graphs.node(*definition);
        if (step.op_type() == "Cast")
            return static_cast<ElementType>(intAttribute(step, "to", static_cast<int>(l.weightType)));
        graph = definition->graph;
        name = step.input(0);
    }
    return l.weightType;
}

int64_t SourceGraph::listingBytes(const std::string &name) const
{
    const auto found = m_inputs.find(name);
    return found == m_inputs.end() ? 0 : withLength(found->second->ByteSizeLong());
}

std::optional<std::vector<NodeRef>> SourceGraph::ownWay(size_t layer) const
{
    const GraphIndex &graphs = *m_source.content().index;
    const LayerSite &site = m_source.content().sites[layer];
    const std::string &root = m_source.layers()[layer].weightName;
    std::vector<NodeRef> way;
    std::string_view name = node(layer).input(site.input);
    int graph = site.graph;
    for (;;) {
        if (!isReadOnce(name, graph))
            return std::nullopt;
        if (name == root)
            return way;
        const std::optional<Definition> definition = graphs.find(graph, name);
        if (!definition || definition->kind != Definition::Kind::Node)
            return std::nullopt;
        way.push_back({definition->graph, definition->index});
        graph = definition->graph;
        name = graphs.node(*definition).input(0);
    }
}

} // namespace lathe
