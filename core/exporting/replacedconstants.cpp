#include "core/exporting/replacedconstants.h"

#include "core/base/error.h"
#include "core/compress/compressor.h"
#include "core/exporting/biasshift.h"
#include "core/model/proto.h"
#include "core/onnx/constants.h"

#include <algorithm>

namespace lathe {
namespace {

bool addsBias(LayerKind kind)
{
    return kind == LayerKind::Conv || kind == LayerKind::ConvTranspose || kind == LayerKind::Gemm;
}

/// A node that gives the tensor under the name of the one before.
onnx::NodeProto constantNode(const onnx::NodeProto &before, const Tensor &tensor)
{
    onnx::NodeProto node = before;
    node.clear_attribute();
    onnx::AttributeProto &value = *node.add_attribute();
    value.set_name("value");
    value.set_type(onnx::AttributeProto::TENSOR);
    *value.mutable_t() = makeTensorProto({}, tensor);
    return node;
}

} // namespace

const Tensor *replacedBias(const SourceGraph &graph, size_t layer, const LayerCode &code,
                           const Tuning::Constants &constants)
{
    if (constants.empty() || code.biasShift.size() == 0 || !addsBias(graph.source().layers()[layer].kind))
        return nullptr;
    const onnx::NodeProto &node = graph.node(layer);
    if (node.input_size() <= biasInput)
        return nullptr;
    const auto found = constants.find(node.input(biasInput));
    const auto home = graph.source().content().index->find(graph.source().content().sites[layer].graph,
                                                           node.input(biasInput));
    return found != constants.end() && home && home->graph == 0 ? &found->second : nullptr;
}

Tuning::Constants looseConstants(const SourceGraph &graph, const CompressedModel &compressed)
{
    Tuning::Constants loose = compressed.constants();
    for (size_t i = 0; i < compressed.layers.size(); ++i)
        if (replacedBias(graph, i, compressed.layers[i].code, compressed.constants()))
            loose.erase(graph.node(i).input(biasInput));
    return loose;
}

std::vector<std::string> replaceableConstants(const SourceGraph &graph)
{
    const Model &source = graph.source();
    std::set<std::string_view> weights;
    for (const Layer &layer : source.layers())
        weights.insert(layer.weightName);
    std::vector<std::string> names;
    const auto add = [&](const std::string &name) {
        const auto found = source.content().index->find(0, name);
        if (!found || found->graph != 0 || weights.contains(name))
            return;
        if (const auto info = constantInfo(*source.content().index, *found); info && isFloat(info->type))
            names.push_back(name);
    };
    for (const auto &constant : source.content().proto.graph().initializer())
        add(constant.name());
    for (const auto &node : source.content().proto.graph().node())
        if (node.op_type() == "Constant" && node.output_size() == 1)
            add(node.output(0));
    return names;
}

void replaceConstants(const SourceGraph &graph, const Tuning::Constants &constants, onnx::GraphProto &copy)
{
    for (const auto &[name, tensor] : constants) {
        const auto found = graph.source().content().index->find(0, name);
        if (found && found->kind == Definition::Kind::Initializer)
            *copy.mutable_initializer(found->index) = makeTensorProto(name, tensor);
        else if (found && found->kind == Definition::Kind::Node)
            *copy.mutable_node(found->index) = constantNode(copy.node(found->index), tensor);
        else
            throw Error(ErrorCode::Internal, Message::tr("A constant of another model is to be exported."));
    }
}

int64_t growthBy(const SourceGraph &graph, const Tuning::Constants &constants)
{
    int64_t growth = 0;
    for (const auto &[name, tensor] : constants) {
        const ConstantPlace place = graph.constantCalled(name, 0);
        growth -= place.fileBytes;
        if (place.definition.kind == Definition::Kind::Node)
            growth += fileBytes(constantNode(graph.source().content().index->node(place.definition), tensor));
        else
            growth += withLength(makeTensorProto(name, tensor).ByteSizeLong());
    }
    return growth;
}

} // namespace lathe
