#include "core/train/parts.h"

#include "core/base/error.h"
#include "core/model/proto.h"
#include "core/onnx/constants.h"
#include "core/onnx/graphview.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <set>

namespace lathe::train {
namespace {

/// A constant of the main graph that holds floating numbers.
class Constants {
public:
    explicit Constants(const Model &model) : m_content(model.content()), m_index(*m_content.index) {}

    std::optional<ConstantInfo> floats(const std::string &name) const
    {
        const auto found = name.empty() ? std::nullopt : m_index.find(0, name);
        if (!found || found->graph != 0)
            return {};
        const auto info = constantInfo(m_index, *found);
        return info && isFloat(info->type) ? info : std::nullopt;
    }

    /// Whether it hides what it is added to, as attention is kept from what comes later.
    bool isMask(const std::string &name) const
    {
        const Tensor values =
            readConstant(m_index, *m_index.find(0, name), m_content.externalFiles, m_content.label);
        return std::ranges::any_of(toFloats(values), [](float value) {
            return !std::isfinite(value) || std::abs(value) >= leastOfMasks;
        });
    }

private:
    static constexpr float leastOfMasks = 1e4F;

    const Model::Content &m_content;
    const GraphIndex &m_index;
};

class PartFinder {
public:
    explicit PartFinder(const Model &model) : m_model(model), m_constants(model) {}

    Parts find()
    {
        addWeights();
        for (const onnx::NodeProto &node : m_model.content().proto.graph().node())
            addOf(node);
        return std::move(m_parts);
    }

private:
    void addWeights()
    {
        const Model::Content &content = m_model.content();
        for (size_t i = 0; i < m_model.layers().size(); ++i) {
            const Layer &layer = m_model.layers()[i];
            if (layer.compressible() && content.sites[i].graph == 0 && m_constants.floats(layer.weightName) &&
                m_taken.insert(layer.weightName).second)
                m_parts.weights.push_back({layer.weightName, i});
        }
    }

    void add(std::vector<std::string> &to, const onnx::NodeProto &node, int input)
    {
        if (input < node.input_size() && m_constants.floats(node.input(input)) &&
            m_taken.insert(node.input(input)).second)
            to.push_back(node.input(input));
    }

    void addBias(const onnx::NodeProto &node, int input)
    {
        if (input < node.input_size() && m_constants.floats(node.input(input)) &&
            !m_constants.isMask(node.input(input)))
            add(m_parts.biases, node, input);
    }

    void addOf(const onnx::NodeProto &node)
    {
        const std::string &type = node.op_type();
        if (!isStandardDomain(node.domain()))
            return;
        if (type == "Conv" || type == "ConvTranspose" || type == "Gemm") {
            addBias(node, 2);
        } else if (type == "LSTM" || type == "GRU" || type == "RNN") {
            addBias(node, 3);
        } else if (type == "BatchNormalization") {
            for (const int input : {1, 2})
                add(m_parts.normalizations, node, input);
            for (const int input : {3, 4})
                add(m_parts.statistics, node, input);
        } else if (type == "LayerNormalization" || type == "GroupNormalization" ||
                   type == "InstanceNormalization" || type == "SimplifiedLayerNormalization") {
            for (const int input : {1, 2})
                add(m_parts.normalizations, node, input);
        } else if (type == "PRelu") {
            add(m_parts.normalizations, node, 1);
        } else if (type == "Add" || type == "Mul") {
            addOperand(node);
        }
    }

    /// One constant of several values beside what is computed: a bias of its own, or a normalization written
    /// out. What meets an input of the model prepares that, and is none.
    void addOperand(const onnx::NodeProto &node)
    {
        for (const int input : {0, 1}) {
            const auto info = m_constants.floats(node.input(input));
            if (!info || elementCount(info->shape) < 2 || !isComputed(node.input(1 - input)) ||
                m_constants.isMask(node.input(input)))
                continue;
            add(node.op_type() == "Add" ? m_parts.biases : m_parts.normalizations, node, input);
        }
    }

    bool isComputed(const std::string &name) const
    {
        const auto found = m_model.content().index->find(0, name);
        return found && found->kind == Definition::Kind::Node &&
               m_model.content().index->node(*found).op_type() != "Constant";
    }

    const Model &m_model;
    Constants m_constants;
    Parts m_parts;
    std::set<std::string> m_taken;
};

/// What makes a value, or nothing.
const onnx::NodeProto *makerOf(const Model &model, const std::string &value)
{
    const auto found = model.content().index->find(0, value);
    return found && found->kind == Definition::Kind::Node ? &model.content().index->node(*found) : nullptr;
}

onnx::TensorProto &stored(onnx::ModelProto &proto, const ConstantSite &site)
{
    if (site.initializer >= 0)
        return *site.graph->mutable_initializer(site.initializer);
    for (onnx::AttributeProto &attribute : *site.graph->mutable_node(site.constantNode)->mutable_attribute())
        if (attribute.has_t())
            return *attribute.mutable_t();
    return *proto.mutable_graph()->add_initializer(); // constants of other kinds are none of the parts
}

} // namespace

Parts partsOf(const Model &model)
{
    return PartFinder(model).find();
}

Trainable trainableOf(const Model &model, const Parts &parts)
{
    Trainable trainable;
    for (const Parts::Weight &weight : parts.weights) {
        const Layer &layer = model.layers()[weight.layer];
        trainable.weights.push_back(
            {weight.constant, layer.layout,
             MatrixEncoding{layer.rows, layer.cols, {}, DenseValues{model.weight(weight.layer)}}});
    }
    for (const auto *names : {&parts.biases, &parts.normalizations})
        trainable.constants.insert(trainable.constants.end(), names->begin(), names->end());
    trainable.batchStatistics = !parts.statistics.empty();
    trainable.drops = true;
    return trainable;
}

Scores scoresOf(const Model &model)
{
    if (model.outputs().empty() || !isFloat(model.outputs().front().type))
        throw Error(
            ErrorCode::Unsupported,
            Message::tr("{} has no output of numbers that training could go by.", model.content().label));
    const ValueInfo &output = model.outputs().front();
    Scores scores{output.name, 0};
    if (output.shape.size() >= 2 && std::ranges::all_of(output.shape.begin() + 1, output.shape.end(),
                                                        [](int64_t dimension) { return dimension > 0; }))
        scores.classes = elementCount(Shape(output.shape.begin() + 1, output.shape.end()));
    if (const onnx::NodeProto *maker = makerOf(model, output.name);
        maker != nullptr && (maker->op_type() == "Softmax" || maker->op_type() == "LogSoftmax"))
        scores.value = maker->input(0);
    return scores;
}

std::string featureValue(const Model &model)
{
    constexpr std::array pools = {"GlobalAveragePool", "GlobalMaxPool", "AveragePool", "MaxPool",
                                  "ReduceMean"};
    const auto &nodes = model.content().proto.graph().node();
    const auto pool = std::find_if(nodes.rbegin(), nodes.rend(), [&](const onnx::NodeProto &node) {
        return std::ranges::find(pools, node.op_type()) != pools.end();
    });
    if (pool != nodes.rend())
        return pool->input(0);
    const Model::Content &content = model.content();
    for (size_t i = content.sites.size(); i-- > 0;)
        if (const LayerSite &site = content.sites[i]; site.graph == 0)
            return nodes[site.node].input(site.input == 0 ? 1 : 0);
    throw Error(ErrorCode::Unsupported,
                Message::tr("{} has no layers whose inputs could be learned.", content.label));
}

Model withConstants(const Model &model, const std::map<std::string, Tensor> &values)
{
    onnx::ModelProto proto = model.content().proto;
    for (const auto &[name, tensor] : values) {
        const auto found = model.content().index->find(0, name);
        const auto info = found ? constantInfo(*model.content().index, *found) : std::nullopt;
        if (!info || info->shape != tensor.shape)
            throw Error(ErrorCode::InvalidArgument,
                        Message::tr("{} has no constant \"{}\" of the shape {}.", model.content().label, name,
                                    shapeText(tensor.shape)));
        const Tensor typed =
            info->type == tensor.type ? tensor : fromFloats(info->type, tensor.shape, toFloats(tensor));
        onnx::TensorProto &place = stored(proto, findConstant(proto, name));
        place = makeTensorProto(place.name(), typed);
    }
    return modelFromProto(std::move(proto), model);
}

std::map<std::string, Tensor> learned(const Network &network, const Trainable &trainable)
{
    std::map<std::string, Tensor> values = network.constants();
    const std::vector<Encoding> weights = network.weights();
    for (size_t i = 0; i < weights.size(); ++i) {
        const WeightForm &form = trainable.weights[i];
        const Matrix matrix = decode(weights[i]);
        const Shape shape =
            form.layout.steps.empty() ? Shape{matrix.rows(), matrix.cols()} : form.layout.steps.front().from;
        values[form.constant] = makeTensor(shape, matrixToConstant(form.layout, matrix));
    }
    return values;
}

} // namespace lathe::train
