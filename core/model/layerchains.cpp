#include "core/model/layerchains.h"

#include "core/model/proto.h"
#include "core/onnx/graphview.h"

#include <algorithm>
#include <map>

namespace lathe {
namespace {

using Strided = Eigen::Map<const Matrix, 0, Eigen::Stride<Eigen::Dynamic, Eigen::Dynamic>>;

LayerKind chainKind(LayerKind kind)
{
    return kind == LayerKind::Gemm ? LayerKind::MatMul : kind; // exporters write one as the other
}

bool canBeChained(LayerKind kind)
{
    return kind == LayerKind::Conv || kind == LayerKind::MatMul;
}

Index kernelSize(const LayerForm &form)
{
    return static_cast<Index>(elementCount(form.kernel));
}

/// Channels that one group reads.
Index inputsOf(const LayerForm &form)
{
    return form.cols / kernelSize(form);
}

/// The weights at one place of the kernel, of one group: [rows / groups, inputs].
Strided atPlace(const LayerForm &form, const Matrix &weight, Index group, Index groups, Index place)
{
    const Index rows = form.rows / groups, size = kernelSize(form);
    return {weight.data() + group * rows * form.cols + place, rows, inputsOf(form),
            Eigen::Stride<Eigen::Dynamic, Eigen::Dynamic>(form.cols, size)};
}

/// A grouped convolution as the one without groups that does the same.
Matrix ungrouped(const LayerForm &form, const Matrix &weight)
{
    Matrix whole = Matrix::Zero(form.rows, form.cols * form.groups);
    const Index rows = form.rows / form.groups;
    for (Index group = 0; group < form.groups; ++group)
        whole.block(group * rows, group * form.cols, rows, form.cols) = weight.middleRows(group * rows, rows);
    return whole;
}

/// Place in the kernel of both together, where one of them is 1 along each axis.
Index placeTogether(const LayerForm &first, Index a, const LayerForm &second, Index b)
{
    Index place = 0, scale = 1;
    for (size_t axis = first.kernel.size(); axis-- > 0;) {
        const Index ka = first.kernel[axis], kb = second.kernel[axis];
        place += scale * (a % ka + b % kb);
        scale *= ka * kb;
        a /= ka;
        b /= kb;
    }
    return place;
}

class ChainFinder {
public:
    explicit ChainFinder(const Model &model)
        : m_content(model.content()), m_index(*m_content.index), m_layers(model.layers())
    {
        for (size_t i = 0; i < m_layers.size(); ++i)
            m_byNode.try_emplace({m_content.sites[i].graph, m_content.sites[i].node}, i);
    }

    std::optional<size_t> feeding(size_t layer) const
    {
        const LayerKind kind = chainKind(m_layers[layer].kind);
        const int weight = m_content.sites[layer].input;
        if (!canBeChained(kind) || weight > 1 || m_layers[layer].absent)
            return {};
        const int graph = m_content.sites[layer].graph;
        const std::string &data = nodeOf(layer).input(1 - weight);
        const std::optional<NodeRef> maker = m_content.view->producer(graph, data);
        if (!maker || !m_content.view->onlyReader(graph, data))
            return {};
        const auto found = m_byNode.find({maker->graph, maker->node});
        if (found == m_byNode.end())
            return {};
        const size_t first = found->second;
        if (chainKind(m_layers[first].kind) != kind || maker->graph != graph || dataIsSwapped(layer) ||
            !isPlainProduct(first) || (kind == LayerKind::Conv && !gridsFit(first, layer)))
            return {};
        return first;
    }

private:
    const onnx::NodeProto &nodeOf(size_t layer) const
    {
        const LayerSite &site = m_content.sites[layer];
        return m_index.node(NodeRef{site.graph, site.node});
    }
    bool dataIsSwapped(size_t layer) const
    {
        return m_layers[layer].kind == LayerKind::Gemm &&
               intAttribute(nodeOf(layer), m_content.sites[layer].input == 1 ? "transA" : "transB", 0) != 0;
    }
    /// Without a bias (or with one of zeros) and without a factor.
    bool isPlainProduct(size_t layer) const
    {
        const onnx::NodeProto &node = nodeOf(layer);
        const auto *alpha = findAttribute(node, "alpha");
        if (alpha && alpha->f() != 1.0F)
            return false;
        if (node.input_size() < 3 || node.input(2).empty())
            return true;
        const auto bias = m_index.find(m_content.sites[layer].graph, node.input(2));
        if (!bias || bias->kind != Definition::Kind::Initializer)
            return false;
        const Tensor values = readTensor(
            m_index.graphs()[static_cast<size_t>(bias->graph)].graph->initializer(bias->index), m_content);
        return std::ranges::all_of(values.bytes, [](std::byte byte) { return byte == std::byte(0); });
    }
    /// Where the second convolution sees several places along an axis, the first one leaves none of them out
    /// and adds none.
    bool gridsFit(size_t first, size_t second) const
    {
        const Shape &kernel = m_layers[second].kernel;
        const onnx::NodeProto &node = nodeOf(first);
        const auto *strides = findAttribute(node, "strides"), *pads = findAttribute(node, "pads");
        for (size_t axis = 0; axis < kernel.size(); ++axis) {
            const int at = static_cast<int>(axis), end = at + static_cast<int>(kernel.size());
            const bool steps = strides && at < strides->ints_size() && strides->ints(at) != 1;
            const bool padded =
                pads && end < pads->ints_size() && (pads->ints(at) != 0 || pads->ints(end) != 0);
            if (kernel[axis] > 1 && (steps || padded))
                return false;
        }
        return true;
    }

    const Model::Content &m_content;
    const GraphIndex &m_index;
    const std::vector<Layer> &m_layers;
    std::map<std::pair<int, int>, size_t> m_byNode; ///< the layer of a node, by graph
};

} // namespace

LayerForm formOf(const Layer &layer)
{
    return {chainKind(layer.kind), layer.rows, layer.cols, layer.groups, layer.kernel};
}

std::optional<LayerForm> chained(const LayerForm &first, const LayerForm &second)
{
    if (first.kind != second.kind || !canBeChained(first.kind) || first.rows <= 0 || second.rows <= 0 ||
        first.kernel.size() != second.kernel.size() || first.rows != inputsOf(second) * second.groups)
        return {};
    if (second.groups != 1 && second.groups != first.groups)
        return {};
    LayerForm both{second.kind, second.rows, inputsOf(first), second.groups, {}};
    if (second.groups != first.groups)
        both.cols *= first.groups;
    for (size_t axis = 0; axis < first.kernel.size(); ++axis) {
        if (first.kernel[axis] > 1 && second.kernel[axis] > 1)
            return {};
        both.kernel.push_back(first.kernel[axis] * second.kernel[axis]);
        both.cols *= both.kernel.back();
    }
    return both;
}

Matrix chainedWeight(const LayerForm &first, const Matrix &a, const LayerForm &second, const Matrix &b)
{
    if (second.groups != first.groups) {
        LayerForm whole = first;
        whole.groups = 1;
        whole.cols *= first.groups;
        return chainedWeight(whole, ungrouped(first, a), second, b);
    }
    const LayerForm both = chained(first, second).value();
    Matrix weight(both.rows, both.cols);
    const Index rows = both.rows / both.groups, size = kernelSize(both);
    for (Index group = 0; group < both.groups; ++group)
        for (Index placeA = 0; placeA < kernelSize(first); ++placeA)
            for (Index placeB = 0; placeB < kernelSize(second); ++placeB) {
                Eigen::Map<Matrix, 0, Eigen::Stride<Eigen::Dynamic, Eigen::Dynamic>> part(
                    weight.data() + group * rows * both.cols + placeTogether(first, placeA, second, placeB),
                    rows, inputsOf(both), Eigen::Stride<Eigen::Dynamic, Eigen::Dynamic>(both.cols, size));
                part = atPlace(second, b, group, both.groups, placeB) *
                       atPlace(first, a, group, both.groups, placeA);
            }
    return weight;
}

std::vector<std::optional<size_t>> feedingLayers(const Model &model)
{
    const ChainFinder finder(model);
    std::vector<std::optional<size_t>> feeding;
    for (size_t i = 0; i < model.layers().size(); ++i)
        feeding.push_back(finder.feeding(i));
    return feeding;
}

} // namespace lathe
