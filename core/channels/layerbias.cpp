#include "core/channels/layerbias.h"

#include "core/onnx/constants.h"
#include "core/onnx/graphview.h"

#include <algorithm>
#include <fmt/format.h>

namespace lathe {
namespace {

constexpr int biasInput = 2; ///< of the nodes that add one themselves: Conv, ConvTranspose and Gemm
constexpr int64_t broadcastingOpset = 7; ///< Add takes operands of different shapes from here on

std::optional<ConstantInfo> storedAt(const Model::Content &content, const std::string &name)
{
    const auto found = content.index->find(0, name);
    if (!found || found->graph != 0 || found->kind == Definition::Kind::SparseInitializer)
        return {};
    const auto info = constantInfo(*content.index, *found);
    return info && isFloat(info->type) ? info : std::nullopt;
}

Tensor tensorOf(const Model::Content &content, const std::string &name)
{
    return readConstant(*content.index, *content.index->find(0, name), content.externalFiles, content.label);
}

/// One number for each row along the axis that is `fromLast` from the last, or one for all.
bool isByRow(const Shape &shape, Index rows, size_t fromLast)
{
    const int64_t count = elementCount(shape);
    return count == 1 ||
           (count == rows && shape.size() > fromLast && shape[shape.size() - 1 - fromLast] == rows);
}

/// @param place without its constant @param fromLast which axis of a constant is that of the rows
Possible<BiasPlace> atInput(const Model &model, size_t layer, BiasPlace place, size_t fromLast)
{
    const Model::Content &content = model.content();
    const onnx::NodeProto &node = content.proto.graph().node(place.node);
    if (node.input_size() <= place.input || node.input(place.input).empty())
        return place;
    place.constant = node.input(place.input);
    const auto info = storedAt(content, place.constant);
    if (!info)
        return Message::tr("its bias is not one stored constant");
    if (!isByRow(info->shape, model.layers()[layer].rows, fromLast))
        return Message::tr("its bias is not one constant for each channel");
    if (elementCount(info->shape) == model.layers()[layer].rows)
        place.shape = info->shape;
    return place;
}

Possible<BiasPlace> ofGemm(const Model &model, size_t layer)
{
    const LayerSite &site = model.content().sites[layer];
    const Index rows = model.layers()[layer].rows;
    const auto *beta = findAttribute(model.content().proto.graph().node(site.node), "beta");
    BiasPlace place{site.node, biasInput, {}, {rows}, beta ? static_cast<double>(beta->f()) : 1.0};
    if (site.input == 0) // rows of the result
        place.shape = {rows, 1};
    if (place.factor == 0.0)
        return Message::tr("it multiplies its bias by zero");
    return atInput(model, layer, place, site.input == 0 ? 1 : 0);
}

/// Of the addition of a constant that alone reads the product.
Possible<BiasPlace> behindProduct(const Model &model, size_t layer)
{
    const Model::Content &content = model.content();
    const LayerSite &site = content.sites[layer];
    const Layer &described = model.layers()[layer];
    const Message none = Message::tr("no bias is added to its output");
    if (site.input != 1 || described.weightShape.size() != 2 || model.opset() < broadcastingOpset)
        return none;
    const auto use = content.view->onlyReader(0, content.proto.graph().node(site.node).output(0));
    if (!use || use->node.graph != 0)
        return none;
    const onnx::NodeProto &sum = content.index->node(use->node);
    if (sum.op_type() != "Add" || !isStandardDomain(sum.domain()))
        return none;
    const BiasPlace place{use->node.node, 1 - use->input, {}, {described.rows}, 1.0};
    return storedAt(content, sum.input(place.input)) ? atInput(model, layer, place, 0) : none;
}

} // namespace

Possible<BiasPlace> biasPlace(const Model &model, size_t layer)
{
    const Layer &described = model.layers()[layer];
    const LayerSite &site = model.content().sites[layer];
    switch (described.kind) {
    case LayerKind::Conv:
    case LayerKind::ConvTranspose:
        return atInput(model, layer, {site.node, biasInput, {}, {described.rows}, 1.0}, 0);
    case LayerKind::Gemm:
        return ofGemm(model, layer);
    case LayerKind::MatMul:
        return behindProduct(model, layer);
    case LayerKind::Embedding:
    case LayerKind::Lstm:
    case LayerKind::Gru:
        break;
    }
    return Message::tr("its outputs are not its rows");
}

Vector biasOf(const Model &model, size_t layer)
{
    const Possible<BiasPlace> found = biasPlace(model, layer);
    const auto *place = std::get_if<BiasPlace>(&found);
    if (place == nullptr)
        return {};
    Vector bias = Vector::Zero(model.layers()[layer].rows);
    if (place->constant.empty())
        return bias;
    const std::vector<float> numbers = toFloats(tensorOf(model.content(), place->constant));
    for (Index r = 0; r < bias.size(); ++r)
        bias[r] =
            static_cast<float>(place->factor) * numbers[numbers.size() == 1 ? 0 : static_cast<size_t>(r)];
    return bias;
}

void addToBias(const Model &model, size_t layer, const BiasPlace &place, const Vector &shift,
               onnx::ModelProto &proto, EditedConstants &constants)
{
    const Model::Content &content = model.content();
    Eigen::VectorXd values = shift.cast<double>() / place.factor;
    ElementType type = model.layers()[layer].weightType;
    if (!place.constant.empty()) {
        const Tensor old = tensorOf(content, place.constant);
        const std::vector<float> numbers = toFloats(old);
        type = old.type;
        for (Index r = 0; r < values.size(); ++r)
            values[r] += static_cast<double>(numbers[numbers.size() == 1 ? 0 : static_cast<size_t>(r)]);
    }
    const Vector rounded = values.cast<float>();
    const Tensor bias = fromFloats(type, place.shape, {rounded.data(), static_cast<size_t>(rounded.size())});
    if (!place.constant.empty() && content.view->onlyReader(0, place.constant))
        return constants.replace(place.constant, bias);
    onnx::NodeProto &node = *proto.mutable_graph()->mutable_node(place.node);
    const std::string name =
        constants.add(*proto.mutable_graph(), fmt::format("{}.bias", model.layers()[layer].name), bias);
    while (node.input_size() <= place.input)
        node.add_input("");
    if (!place.constant.empty())
        constants.mayBeUnread(place.constant);
    node.set_input(place.input, name);
}

} // namespace lathe
