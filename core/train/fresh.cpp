// Weights before any training.
#include "core/model/proto.h"
#include "core/onnx/constants.h"
#include "core/onnx/graphview.h"
#include "core/train/augmentation.h"
#include "core/train/parts.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <set>

namespace lathe::train {
namespace {

constexpr std::array rectifiers = {"Relu",      "LeakyRelu", "PRelu", "Clip", "Elu",
                                   "HardSwish", "Selu",      "Gelu",  "Mish", "ThresholdedRelu"};
constexpr std::array between = {"BatchNormalization", "Add", "MaxPool", "AveragePool", "Reshape", "Flatten"};

bool isOneOf(const auto &names, const std::string &type)
{
    return std::ranges::find(names, type) != names.end();
}

/// Whether what the layer gives is rectified, maybe after a bias, a normalization or pooling.
bool isRectified(const Model &model, size_t layer)
{
    const Model::Content &content = model.content();
    const LayerSite &site = content.sites[layer];
    const onnx::NodeProto *node = &content.index->node(NodeRef{site.graph, site.node});
    std::set<const onnx::NodeProto *> seen;
    while (node->output_size() > 0 && seen.insert(node).second) {
        const auto &readers = content.view->readers(site.graph, node->output(0));
        if (readers.empty())
            return false;
        node = &content.index->node(readers.front().node);
        if (isOneOf(rectifiers, node->op_type()))
            return true;
        if (!isOneOf(between, node->op_type()))
            return false;
    }
    return false;
}

std::vector<float> freshValues(const Layer &layer, bool rectified, Chance chance)
{
    const bool transposed = layer.kind == LayerKind::ConvTranspose;
    const double in = static_cast<double>(transposed ? layer.rows : layer.cols);
    const double out = static_cast<double>(transposed ? layer.cols : layer.rows);
    const double deviation = std::sqrt(2.0 / in), bound = std::sqrt(6.0 / (in + out));
    std::vector<float> values(static_cast<size_t>(layer.rows * layer.cols));
    for (float &value : values)
        value = static_cast<float>(rectified ? deviation * chance.normal() : chance.between(-bound, bound));
    return values;
}

Shape shapeOf(const Model &model, const std::string &constant)
{
    return constantInfo(*model.content().index, *model.content().index->find(0, constant))->shape;
}

Tensor filled(Shape shape, float value)
{
    const std::vector<float> values(static_cast<size_t>(elementCount(shape)), value);
    return makeTensor(std::move(shape), values);
}

} // namespace

Model withFreshWeights(const Model &model, uint64_t seed)
{
    const Parts parts = partsOf(model);
    std::map<std::string, Tensor> values;
    for (size_t i = 0; i < parts.weights.size(); ++i) {
        const Parts::Weight &weight = parts.weights[i];
        const Layer &layer = model.layers()[weight.layer];
        const std::vector<float> fresh =
            freshValues(layer, isRectified(model, weight.layer), Chance(Chance::mixed(seed, i)));
        const Eigen::Map<const Matrix> matrix(fresh.data(), layer.rows, layer.cols);
        values[weight.constant] =
            makeTensor(shapeOf(model, weight.constant), matrixToConstant(layer.layout, matrix));
    }
    for (const std::string &name : parts.biases)
        values[name] = filled(shapeOf(model, name), 0);
    const auto fill = [&](const std::string &name, float value) {
        if (!name.empty() && values.contains(name))
            values[name] = filled(shapeOf(model, name), value);
    };
    for (const auto *names : {&parts.normalizations, &parts.statistics})
        for (const std::string &name : *names)
            values[name] = filled(shapeOf(model, name), 1);
    for (const onnx::NodeProto &node : model.content().proto.graph().node()) {
        if (node.op_type().ends_with("Normalization") && node.input_size() > 2)
            fill(node.input(2), 0); // shift
        if (node.op_type() == "BatchNormalization")
            fill(node.input(3), 0); // mean
        if (node.op_type() == "PRelu")
            fill(node.input(1), 0.25F);
    }
    return withConstants(model, values);
}

std::string uniformLayer(const Model &model)
{
    for (const Parts::Weight &weight : partsOf(model).weights) {
        const Matrix matrix = model.weight(weight.layer);
        if (matrix.size() > 1 && matrix.minCoeff() == matrix.maxCoeff())
            return model.layers()[weight.layer].name;
    }
    return {};
}

} // namespace lathe::train
