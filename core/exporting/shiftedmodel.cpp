#include "core/exporting/shiftedmodel.h"

#include "core/exporting/biasshift.h"
#include "core/model/proto.h"
#include "core/onnx/constants.h"

#include <map>

namespace lathe {
namespace {

/// The graph with some nodes as they are with their shifts.
Model withNodes(const Model &model, const std::map<int, BiasedNode> &shifted)
{
    if (shifted.empty())
        return model;
    onnx::ModelProto proto = model.content().proto;
    onnx::GraphProto &graph = *proto.mutable_graph();
    google::protobuf::RepeatedPtrField<onnx::NodeProto> nodes;
    for (int i = 0; i < graph.node_size(); ++i) {
        const auto found = shifted.find(i);
        if (found == shifted.end()) {
            *nodes.Add() = std::move(*graph.mutable_node(i));
            continue;
        }
        const BiasedNode &biased = found->second;
        nodes.Add(biased.before.begin(), biased.before.end());
        *nodes.Add() = biased.node;
        nodes.Add(biased.after.begin(), biased.after.end());
        graph.mutable_initializer()->Add(biased.constants.constants.begin(),
                                         biased.constants.constants.end());
    }
    graph.mutable_node()->Swap(&nodes);
    return modelFromProto(std::move(proto), model);
}

} // namespace

ShiftedModel withShifts(const Model &model, const std::vector<Vector> &shifts)
{
    const SourceGraph graph(model);
    std::map<int, BiasedNode> nodes; // by place
    std::vector<LayerShift> constants;
    for (size_t layer = 0; layer < shifts.size(); ++layer) {
        const LayerSite &site = model.content().sites[layer];
        if (shifts[layer].size() == 0 || site.graph != 0)
            continue;
        BiasedNode biased = withBias(graph, layer, shifts[layer], nullptr);
        if (biased.bias.empty())
            continue;
        for (const onnx::TensorProto &constant : biased.constants.constants) {
            const Tensor values = readTensor(constant, model.content());
            if (elementCount(values.shape) == shifts[layer].size())
                constants.push_back({layer, constant.name(), toFloats(values)});
        }
        nodes.emplace(site.node, std::move(biased));
    }
    return {withNodes(model, nodes), std::move(constants)};
}

} // namespace lathe
