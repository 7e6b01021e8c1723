#include "core/exporting/readableweights.h"

#include "core/exporting/storedvalues.h"
#include "core/model/layerchains.h"
#include "core/model/proto.h"
#include "core/storage/matmulnbits.h"

#include <algorithm>
#include <map>
#include <numeric>
#include <set>

namespace lathe {
namespace {

/// Not a plain constant, or one that stands for numbers by a scale: the nodes in front of the layer tell.
bool isComputed(const Model::Content &content, size_t layer)
{
    const Layer &l = content.layers[layer];
    const LayerSite &site = content.sites[layer];
    return !l.untouchable.empty() && site.graph == 0 &&
           (l.decodable || !takesCodes(content.proto.graph().node(site.node)));
}

const std::string &weightInput(const onnx::GraphProto &graph, const LayerSite &site)
{
    return graph.node(site.node).input(site.input);
}

/// The product that it computes, with the weight as a plain constant.
void makePlainProduct(onnx::NodeProto &node, const std::string &weight)
{
    node.set_op_type("MatMul");
    node.clear_domain();
    node.clear_attribute();
    const std::string left = node.input(0);
    node.clear_input();
    node.add_input(left);
    node.add_input(weight);
}

/// [in, out], as the right side of a product.
Tensor asOperand(const Tensor &matrix)
{
    const Eigen::Map<const Matrix> rows(matrix.as<float>().data(), matrix.shape[0], matrix.shape[1]);
    const Matrix turned = rows.transpose();
    return makeTensor({turned.rows(), turned.cols()}, {turned.data(), static_cast<size_t>(turned.size())});
}

/// The runtime computes what depends on constants alone when it loads a file, but no DequantizeLinear.
bool isDequantized(const GraphView &view, const ValuePlace &value)
{
    return std::ranges::any_of(makersOf(view, std::span(&value, 1)), [&](const Definition &maker) {
        return maker.kind == Definition::Kind::Node &&
               view.index().node(maker).op_type() == "DequantizeLinear";
    });
}

/// Each by itself: one that cannot be computed keeps no other from being looked at.
std::map<std::string, StoredValue> computedWeights(const Model &file, const JobContext &ctx)
{
    const Model::Content &content = file.content();
    std::map<std::string, StoredValue> values;
    for (size_t i = 0; i < content.layers.size(); ++i) {
        if (!isComputed(content, i))
            continue;
        const ValuePlace place{0, weightInput(content.proto.graph(), content.sites[i])};
        if (values.contains(place.name))
            continue;
        try {
            visitStoredValues(file, std::span(&place, 1), ctx, [&](size_t, StoredValue value) {
                values.emplace(place.name, std::move(value));
            });
        } catch (const Error &) {
            values.emplace(place.name, StoredValue{}); // it stays as it is
        }
    }
    return values;
}

/// Nodes and constants that no output depends on, in whatever order the nodes stand.
void removeUnread(onnx::ModelProto &model)
{
    onnx::GraphProto &graph = *model.mutable_graph();
    std::vector<ValuePlace> outputs;
    for (const auto &output : graph.output())
        outputs.push_back({0, output.name()});
    std::vector<bool> lives(static_cast<size_t>(graph.node_size()), false);
    std::set<std::string> read;
    const GraphIndex index(model);
    for (const Definition &maker : makersOf(GraphView(index), outputs)) {
        if (maker.kind == Definition::Kind::Initializer)
            read.insert(graph.initializer(maker.index).name());
        else if (maker.kind == Definition::Kind::SparseInitializer)
            read.insert(graph.sparse_initializer(maker.index).values().name());
        else if (maker.kind == Definition::Kind::Node)
            lives[static_cast<size_t>(maker.index)] = true;
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
        onnx::NodeProto &node = *proto.mutable_graph()->mutable_node(site.node);
        if (added.insert(name).second)
            *proto.mutable_graph()->add_initializer() = makeTensorProto(
                name, value->second.isMatrix ? asOperand(value->second.tensor) : value->second.tensor);
        if (takesCodes(node))
            makePlainProduct(node, name);
        else
            node.set_input(site.input, name);
    }
    if (added.empty())
        return file;
    removeUnread(proto);
    return modelFromProto(std::move(proto), file);
}

int64_t sumOf(const std::vector<int64_t> &all, std::span<const size_t> parts)
{
    return std::accumulate(parts.begin(), parts.end(), int64_t{0},
                           [&](int64_t sum, size_t part) { return sum + all[part]; });
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
    return sumOf(storedBytes, parts);
}

int64_t ReadableModel::fileBytesOf(std::span<const size_t> parts) const
{
    return sumOf(fileBytes, parts);
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

Matrix readableWeight(const Model &file, size_t layer, const JobContext &ctx)
{
    const Layer &l = file.layers().at(layer);
    if (!l.decodable)
        return file.weight(layer);
    const LayerSite &site = file.content().sites[layer];
    const ValuePlace place{site.graph,
                           file.content().index->node(NodeRef{site.graph, site.node}).input(site.input)};
    Matrix weight;
    visitStoredValues(file, std::span(&place, 1), ctx, [&](size_t, const StoredValue &value) {
        if (l.rows == 0 || value.tensor.count() != l.rows * l.cols)
            throw Error(ErrorCode::Unsupported,
                        Message::tr("The weight of layer \"{}\" does not unpack to its shape.", l.name));
        weight = constantToMatrix(l.layout, toFloats(value.tensor), l.rows, l.cols);
    });
    return weight;
}

ReadableModel readableModel(const Model &file, const JobContext &ctx)
{
    const Model::Content &content = file.content();
    ReadableModel result{file, {}, {}, 0};
    const auto placeOf = [&](size_t i) {
        return ValuePlace{0, weightInput(content.proto.graph(), content.sites[i])};
    };
    for (const Layer &layer : content.layers) {
        result.storedBytes.push_back(layer.weightBytes);
        result.fileBytes.push_back(layer.fileBytes);
    }
    result.model = withConstants(file, computedWeights(file, ctx));
    result.loadedBytes = result.model.serializedBytes();
    for (size_t i = 0; i < content.layers.size(); ++i)
        if (isComputed(content, i) && result.isReadable(i) && !result.model.layers()[i].tiedTo &&
            (takesCodes(content.proto.graph().node(content.sites[i].node)) ||
             isDequantized(*content.view, placeOf(i))))
            result.loadedBytes -= result.model.layers()[i].weightBytes - result.storedBytes[i];
    return result;
}

} // namespace lathe
