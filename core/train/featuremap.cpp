#include "core/train/featuremap.h"

#include "core/model/proto.h"
#include "core/train/augmentation.h"

#include <algorithm>
#include <cmath>

namespace lathe::train {
namespace {

const std::string weightName = std::string(featureMapName) + ".weight";

} // namespace

Model withFeatureMap(const Model &model, const std::string &value, size_t rank, int64_t from, int64_t to,
                     uint64_t seed)
{
    Shape shape{to, from};
    shape.resize(std::max<size_t>(2, rank), 1);
    Chance chance(Chance::mixed(seed, static_cast<uint64_t>(from), static_cast<uint64_t>(to)));
    const double bound = std::sqrt(6.0 / static_cast<double>(from + to)); // as Glorot & Bengio 2010
    std::vector<float> values(static_cast<size_t>(from * to));
    for (float &weight : values)
        weight = static_cast<float>(chance.between(-bound, bound));
    onnx::ModelProto proto = model.content().proto;
    *proto.mutable_graph()->add_initializer() = makeTensorProto(weightName, makeTensor(shape, values));
    onnx::NodeProto &node = *proto.mutable_graph()->add_node();
    node.set_name(featureMapName);
    node.set_op_type(rank > 2 ? "Conv" : "Gemm");
    node.add_input(value);
    node.add_input(weightName);
    node.add_output(featureMapName);
    if (rank == 2) {
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
    const auto node = std::ranges::find(nodes, featureMapName, [](const auto &n) { return n.name(); });
    if (node == nodes.end())
        return model;
    nodes.erase(node);
    auto &constants = *proto.mutable_graph()->mutable_initializer();
    constants.erase(std::ranges::find(constants, weightName, [](const auto &c) { return c.name(); }));
    return modelFromProto(std::move(proto), model);
}

} // namespace lathe::train
