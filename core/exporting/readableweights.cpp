#include "core/exporting/readableweights.h"

#include "core/exporting/storedvalues.h"
#include "core/model/graphindex.h"
#include "core/model/layerchains.h"
#include "core/model/proto.h"

#include <algorithm>
#include <map>
#include <set>

namespace lathe {
namespace {

/// Not a plain constant, or one that stands for numbers by a scale: the nodes in front of the layer tell.
bool isComputed(const Model::Content &content, size_t layer)
{
    return !content.layers[layer].untouchable.empty() && content.sites[layer].graph == 0;
}

const std::string &weightInput(const onnx::GraphProto &graph, const LayerSite &site)
{
    return graph.node(site.node).input(site.input);
}

int64_t bytesOf(const onnx::TensorProto &tensor)
{
    const int64_t count = elementCount(Shape(tensor.dims().begin(), tensor.dims().end()));
    return (count * elementBits(static_cast<ElementType>(tensor.data_type())) + 7) / 8;
}

/// Of everything in the main graph that a value is made from.
int64_t bytesBehind(const GraphIndex &index, const std::string &value, std::set<std::string> &met)
{
    const auto found = index.find(0, value);
    if (!found || !met.insert(value).second)
        return 0;
    const onnx::GraphProto &graph = *index.graphs().front().graph;
    int64_t bytes = 0;
    if (found->kind == Definition::Kind::Initializer) {
        bytes = bytesOf(graph.initializer(found->index));
    } else if (found->kind == Definition::Kind::SparseInitializer) {
        const onnx::SparseTensorProto &sparse = graph.sparse_initializer(found->index);
        bytes = bytesOf(sparse.values()) + bytesOf(sparse.indices());
    } else if (found->kind == Definition::Kind::Node) {
        const onnx::NodeProto &node = index.node(*found);
        if (const auto *constant = findAttribute(node, "value"); constant && constant->has_t())
            bytes = bytesOf(constant->t());
        for (const std::string &input : node.input())
            bytes += bytesBehind(index, input, met);
    }
    return bytes;
}

/// The runtime computes what depends on constants alone when it loads a file, but no DequantizeLinear.
bool isDequantized(const GraphIndex &index, const std::string &value, std::set<std::string> &met)
{
    const auto found = index.find(0, value);
    if (!found || found->kind != Definition::Kind::Node || !met.insert(value).second)
        return false;
    const onnx::NodeProto &node = index.node(*found);
    return node.op_type() == "DequantizeLinear" ||
           std::ranges::any_of(node.input(),
                               [&](const std::string &input) { return isDequantized(index, input, met); });
}

std::map<std::string, StoredValue> computedWeights(const Model &file, const JobContext &ctx)
{
    const Model::Content &content = file.content();
    std::vector<std::string> names;
    for (size_t i = 0; i < content.layers.size(); ++i)
        if (isComputed(content, i))
            names.push_back(weightInput(content.proto.graph(), content.sites[i]));
    std::ranges::sort(names);
    names.erase(std::ranges::unique(names).begin(), names.end());
    try {
        return storedValues(file, names, ctx);
    } catch (const Error &) {
        return {}; // what cannot be run is not looked at
    }
}

/// Nodes and constants that no output depends on. What nodes with subgraphs read inside of them counts too.
void removeUnread(onnx::GraphProto &graph)
{
    std::set<std::string> read;
    for (const auto &output : graph.output())
        read.insert(output.name());
    const auto readAll = [&](const onnx::GraphProto &part) {
        for (const auto &inner : part.node())
            read.insert(inner.input().begin(), inner.input().end());
        for (const auto &output : part.output())
            read.insert(output.name());
    };
    std::vector<bool> lives(static_cast<size_t>(graph.node_size()), false);
    for (int i = graph.node_size() - 1; i >= 0; --i) {
        const onnx::NodeProto &node = graph.node(i);
        if (std::ranges::none_of(node.output(), [&](const std::string &name) { return read.contains(name); }))
            continue;
        lives[static_cast<size_t>(i)] = true;
        read.insert(node.input().begin(), node.input().end());
        for (const auto &attribute : node.attribute()) {
            forEachGraph(attribute.g(), readAll);
            for (const auto &part : attribute.graphs())
                forEachGraph(part, readAll);
        }
    }
    const auto keepIf = [](auto &entries, const auto &keep) {
        int kept = 0;
        for (int i = 0; i < entries.size(); ++i)
            if (keep(i))
                entries.SwapElements(kept++, i);
        entries.DeleteSubrange(kept, entries.size() - kept);
    };
    std::set<std::string> gone;
    for (const auto &constant : graph.initializer())
        if (!read.contains(constant.name()))
            gone.insert(constant.name());
    keepIf(*graph.mutable_node(), [&](int i) { return lives[static_cast<size_t>(i)]; });
    keepIf(*graph.mutable_input(), [&](int i) { return !gone.contains(graph.input(i).name()); });
    keepIf(*graph.mutable_initializer(), [&](int i) { return !gone.contains(graph.initializer(i).name()); });
    keepIf(*graph.mutable_sparse_initializer(),
           [&](int i) { return read.contains(graph.sparse_initializer(i).values().name()); });
}

Model withConstants(const Model &file, const std::map<std::string, StoredValue> &values)
{
    const Model::Content &content = file.content();
    onnx::ModelProto proto = content.proto;
    std::set<std::string> added;
    for (size_t i = 0; i < content.layers.size(); ++i) {
        if (!isComputed(content, i))
            continue;
        const LayerSite &site = content.sites[i];
        const std::string from = weightInput(content.proto.graph(), site);
        const auto value = values.find(from);
        if (value == values.end() || !isFloat(value->second.tensor.type))
            continue;
        std::string name = from + "/values";
        while (content.index->find(0, name))
            name += '_';
        if (added.insert(name).second)
            *proto.mutable_graph()->add_initializer() = makeTensorProto(name, value->second.tensor);
        proto.mutable_graph()->mutable_node(site.node)->set_input(site.input, name);
    }
    if (added.empty())
        return file;
    removeUnread(*proto.mutable_graph());
    return modelFromProto(std::move(proto), file);
}

} // namespace

bool ReadableModel::isReadable(size_t layer) const
{
    const Layer &l = model.layers()[layer];
    return l.untouchable.empty() && l.rows > 0 && isFloat(l.weightType);
}

bool ReadableModel::isReadable(std::span<const size_t> parts) const
{
    return std::ranges::all_of(parts, [this](size_t part) { return isReadable(part); });
}

Matrix ReadableModel::weight(std::span<const size_t> parts) const
{
    Matrix together = model.weight(parts.front());
    LayerForm form = formOf(model.layers()[parts.front()]);
    for (const size_t part : parts.subspan(1)) {
        const LayerForm next = formOf(model.layers()[part]);
        together = chainedWeight(form, together, next, model.weight(part));
        form = chained(form, next).value();
    }
    return together;
}

int64_t ReadableModel::bytesOf(std::span<const size_t> parts) const
{
    int64_t bytes = 0;
    for (const size_t part : parts)
        bytes += storedBytes[part];
    return bytes;
}

std::optional<double> ReadableModel::sparsity(const JobContext &ctx) const
{
    int64_t zeros = 0, all = 0;
    for (size_t i = 0; i < model.layers().size(); ++i) {
        if (!isReadable(i) || model.layers()[i].tiedTo)
            continue;
        ctx.throwIfCancelled();
        const Matrix weight = model.weight(i);
        zeros += (weight.array() == 0.0F).count();
        all += weight.size();
    }
    if (all == 0)
        return {};
    return static_cast<double>(zeros) / static_cast<double>(all);
}

ReadableModel readableModel(const Model &file, const JobContext &ctx)
{
    const Model::Content &content = file.content();
    ReadableModel result{file, {}, 0};
    for (size_t i = 0; i < content.layers.size(); ++i) {
        std::set<std::string> met;
        result.storedBytes.push_back(
            isComputed(content, i)
                ? bytesBehind(*content.index, weightInput(content.proto.graph(), content.sites[i]), met)
                : content.layers[i].weightBytes);
    }
    result.model = withConstants(file, computedWeights(file, ctx));
    result.loadedBytes = result.model.serializedBytes();
    for (size_t i = 0; i < content.layers.size(); ++i)
        if (std::set<std::string> met;
            isComputed(content, i) && result.isReadable(i) && !result.model.layers()[i].tiedTo &&
            isDequantized(*content.index, weightInput(content.proto.graph(), content.sites[i]), met))
            result.loadedBytes -= result.model.layers()[i].weightBytes - result.storedBytes[i];
    return result;
}

} // namespace lathe
