#include "core/train/featuremap.h"

#include "core/model/proto.h"
#include "core/train/augmentation.h"

#include <algorithm>
#include <cmath>

namespace lathe::train {
namespace {

const std::string weightName = std::string(featureMapName) + ".weight";

onnx::NodeProto &addNode(onnx::GraphProto &graph, const char *type, const std::string &name,
                         const std::vector<std::string> &inputs)
{
    onnx::NodeProto &node = *graph.add_node();
    node.set_name(name);
    node.set_op_type(type);
    for (const std::string &input : inputs)
        node.add_input(input);
    node.add_output(name);
    return node;
}

} // namespace

Model withFeatureMap(const Model &model, const std::string &value, const Shape &own, int64_t to,
                     bool averages, uint64_t seed)
{
    const bool flat = averages || own.size() == 2;
    const int64_t from = own[1];
    Shape shape{to, from};
    shape.resize(flat ? 2 : own.size(), 1);
    Chance chance(Chance::mixed(seed, static_cast<uint64_t>(from), static_cast<uint64_t>(to)));
    const double bound = std::sqrt(6.0 / static_cast<double>(from + to)); // as Glorot & Bengio 2010
    std::vector<float> values(static_cast<size_t>(from * to));
    for (float &weight : values)
        weight = static_cast<float>(chance.between(-bound, bound));
    onnx::ModelProto proto = model.content().proto;
    onnx::GraphProto &graph = *proto.mutable_graph();
    *graph.add_initializer() = makeTensorProto(weightName, makeTensor(shape, values));
    std::string mapped = value;
    if (averages && own.size() > 2) {
        const std::string name = featureMapName;
        addNode(graph, "GlobalAveragePool", name + ".mean", {value});
        mapped = addNode(graph, "Flatten", name + ".flat", {name + ".mean"}).output(0);
    }
    onnx::NodeProto &node = addNode(graph, flat ? "Gemm" : "Conv", featureMapName, {mapped, weightName});
    if (flat) {
        onnx::AttributeProto &transposed = *node.add_attribute();
        transposed.set_name("transB");
        transposed.set_type(onnx::AttributeProto::INT);
        transposed.set_i(1);
    }
    return modelFromProto(std::move(proto), model);
}

Model withoutFeatureMap(const Model &model)
{
    onnx::ModelProto proto = model.content().proto;
    auto &nodes = *proto.mutable_graph()->mutable_node();
    const auto gone = std::remove_if(nodes.begin(), nodes.end(), [](const onnx::NodeProto &node) {
        return node.name().starts_with(featureMapName);
    });
    if (gone == nodes.end())
        return model;
    nodes.erase(gone, nodes.end());
    auto &constants = *proto.mutable_graph()->mutable_initializer();
    constants.erase(std::ranges::find(constants, weightName, [](const auto &c) { return c.name(); }));
    return modelFromProto(std::move(proto), model);
}

} // namespace lathe::train
