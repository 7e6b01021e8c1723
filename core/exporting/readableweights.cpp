#include "core/exporting/readableweights.h"

#include "core/exporting/storedvalues.h"
#include "core/model/graphindex.h"
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
    return added.empty() ? file : modelFromProto(std::move(proto), file);
}

} // namespace

bool ReadableModel::isReadable(size_t layer) const
{
    const Layer &l = model.layers()[layer];
    return l.untouchable.empty() && l.rows > 0 && isFloat(l.weightType);
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
    ReadableModel result{file, {}};
    for (size_t i = 0; i < content.layers.size(); ++i) {
        std::set<std::string> met;
        result.storedBytes.push_back(
            isComputed(content, i)
                ? bytesBehind(*content.index, weightInput(content.proto.graph(), content.sites[i]), met)
                : content.layers[i].weightBytes);
    }
    result.model = withConstants(file, computedWeights(file, ctx));
    return result;
}

} // namespace lathe
