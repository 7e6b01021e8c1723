#include "core/rewrite/fold.h"

#include "core/base/error.h"
#include "core/model/proto.h"
#include "core/onnx/constants.h"
#include "core/onnx/graphview.h"
#include "core/rewrite/editedconstants.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <set>
#include <variant>

namespace lathe {
namespace {

constexpr int64_t inferenceOpset =
    7;                       ///< before it a BatchNormalization says by an attribute whether it trains
constexpr int biasInput = 2; ///< of Conv, ConvTranspose and Gemm
constexpr size_t parameterCount = 4; ///< of a BatchNormalization: scale, bias, mean, variance

std::optional<Vector> constantVector(const Model::Content &content, int graph, const std::string &name)
{
    const auto found = content.index->find(graph, name);
    if (name.empty() || !found || found->kind == Definition::Kind::SparseInitializer ||
        !constantInfo(*content.index, *found))
        return {};
    const Tensor tensor = readConstant(*content.index, *found, content.externalFiles, content.label);
    if (!isFloat(tensor.type))
        return {};
    const std::vector<float> values = toFloats(tensor);
    return Vector(Eigen::Map<const Vector>(values.data(), std::ssize(values)));
}

const onnx::NodeProto &nodeAt(const Model::Content &content, NodeRef ref)
{
    return content.index->node(ref);
}

Message notOnePerChannel(size_t parameter)
{
    switch (parameter) {
    case 0:
        return Message::tr("the scale of the normalization behind it is not one constant for each channel");
    case 1:
        return Message::tr("the bias of the normalization behind it is not one constant for each channel");
    case 2:
        return Message::tr("the mean of the normalization behind it is not one constant for each channel");
    default:
        return Message::tr(
            "the variance of the normalization behind it is not one constant for each channel");
    }
}

float epsilonOf(const onnx::NodeProto &normalization)
{
    const auto *epsilon = findAttribute(normalization, "epsilon");
    return epsilon ? epsilon->f() : 1e-5F;
}

} // namespace

/// A layer's node and the normalization behind it.
struct FoldPair {
    NodeRef layer, normalization;
    Vector scale, shift; ///< [rows]: what the normalization does to each channel
    Vector bias;         ///< [rows] of the layer as it is; zeros where it has none
};

namespace {

/// Looks at one layer; ends at the first thing that stands in the way.
class Matcher {
public:
    Matcher(const Model &model, const GraphView &view, size_t layer)
        : m_content(model.content()), m_view(view), m_layer(model.layers()[layer]),
          m_site(m_content.sites[layer]), m_node(nodeAt(m_content, {m_site.graph, m_site.node})),
          m_opset(model.opset())
    {
    }

    Possible<FoldPair> run()
    {
        FoldPair pair{{m_site.graph, m_site.node}, {}, {}, {}, {}};
        const bool found = check(m_layer.untouchable) && findNormalization(pair) && check(rowsObstacle()) &&
                           check(weightObstacle()) && readNormalization(pair) && readBias(pair);
        if (!found)
            return m_obstacle;
        return pair;
    }

private:
    bool check(Message obstacle)
    {
        m_obstacle = std::move(obstacle);
        return m_obstacle.empty();
    }

    bool findNormalization(FoldPair &pair)
    {
        const auto use =
            m_node.output_size() == 1 ? m_view.onlyReader(m_site.graph, m_node.output(0)) : std::nullopt;
        const onnx::NodeProto *reader =
            use && use->node.graph == m_site.graph ? &nodeAt(m_content, use->node) : nullptr;
        if (!reader || use->input != 0 || reader->op_type() != "BatchNormalization" ||
            !isStandardDomain(reader->domain()))
            return check(Message::tr("no batch normalization alone takes its output"));
        pair.normalization = use->node;
        const auto outputs =
            std::ranges::count_if(reader->output(), [](const auto &name) { return !name.empty(); });
        if (m_opset < inferenceOpset || intAttribute(*reader, "training_mode", 0) != 0 || outputs != 1)
            return check(Message::tr("the normalization behind it trains"));
        return intAttribute(*reader, "spatial", 1) == 1 ||
               check(Message::tr("the normalization behind it is not by channel"));
    }

    Message rowsObstacle() const
    {
        const bool dense = m_site.input == 1 && m_layer.weightShape.size() == 2;
        const bool byChannel =
            m_layer.kind == LayerKind::Conv ||
            (m_layer.kind == LayerKind::ConvTranspose && m_layer.groups == 1) ||
            (m_layer.kind == LayerKind::Gemm && dense) ||
            (m_layer.kind == LayerKind::MatMul && dense && m_layer.outputShape.size() == 2);
        return byChannel ? Message()
                         : Message::tr("its rows are not what the normalization works on one by one");
    }

    /// From the stored constant to the node nothing else may read it.
    Message weightObstacle() const
    {
        if (m_layer.weightType == ElementType::Float64)
            return Message::tr("its weight has more digits than are computed with");
        int graph = m_site.graph;
        std::string_view name = m_node.input(m_site.input);
        while (m_view.onlyReader(graph, name)) {
            const std::optional<NodeRef> producer = m_view.producer(graph, name);
            if (!producer || nodeAt(m_content, *producer).input_size() == 0)
                return {};
            graph = producer->graph;
            name = nodeAt(m_content, *producer).input(0);
        }
        return Message::tr("something else reads its weight too");
    }

    bool readNormalization(FoldPair &pair)
    {
        const onnx::NodeProto &node = nodeAt(m_content, pair.normalization);
        std::array<Eigen::ArrayXd, parameterCount> parameters;
        for (size_t i = 0; i < parameters.size(); ++i) {
            const int input = static_cast<int>(i) + 1;
            const auto values = input < node.input_size()
                                    ? constantVector(m_content, m_site.graph, node.input(input))
                                    : std::nullopt;
            if (!values || values->size() != m_layer.rows)
                return check(notOnePerChannel(i));
            parameters[i] = values->cast<double>();
        }
        const auto &[gamma, beta, mean, variance] = parameters;
        const Eigen::ArrayXd factor = gamma / (variance + epsilonOf(node)).sqrt();
        pair.scale = factor.cast<float>();
        pair.shift = (beta - mean * factor).cast<float>();
        return (pair.scale.allFinite() && pair.shift.allFinite()) ||
               check(Message::tr("the constants of the normalization behind it give no finite numbers"));
    }

    /// As it is added: of a Gemm times its beta.
    bool readBias(FoldPair &pair)
    {
        pair.bias = Vector::Zero(m_layer.rows);
        if (m_layer.kind == LayerKind::MatMul || m_node.input_size() <= biasInput ||
            m_node.input(biasInput).empty())
            return true;
        const std::optional<Vector> stored = constantVector(m_content, m_site.graph, m_node.input(biasInput));
        if (!stored || (stored->size() != m_layer.rows && stored->size() != 1))
            return check(Message::tr("its bias is not one constant for each channel"));
        const auto *beta = findAttribute(m_node, "beta");
        const float factor = m_layer.kind == LayerKind::Gemm && beta ? beta->f() : 1.0F;
        pair.bias =
            factor * (stored->size() == 1 ? Vector::Constant(m_layer.rows, (*stored)(0)).eval() : *stored);
        return true;
    }

    const Model::Content &m_content;
    const GraphView &m_view;
    const Layer &m_layer;
    LayerSite m_site;
    const onnx::NodeProto &m_node;
    int64_t m_opset;
    Message m_obstacle;
};

/// Puts a constant in the place of another.
} // namespace

Folding::~Folding() = default;

Folding::Folding(const Model &model) : m_model(model)
{
    for (size_t i = 0; i < model.layers().size(); ++i) {
        auto found = Matcher(model, *model.content().view, i).run();
        const auto *obstacle = std::get_if<Message>(&found);
        m_obstacles.push_back(obstacle ? *obstacle : Message());
        m_pairs.push_back(obstacle ? nullptr
                                   : std::make_unique<FoldPair>(std::get<FoldPair>(std::move(found))));
    }
}

namespace {

/// One copy of a model, into which pairs are folded one after the other.
class Folder {
public:
    explicit Folder(const Model &model)
        : m_model(model), m_proto(model.content().proto), m_constants(m_model, m_proto)
    {
    }

    void fold(size_t layer, const FoldPair &pair)
    {
        const Layer &described = m_model.layers()[layer];
        const Matrix weight = pair.scale.asDiagonal() * m_model.weight(layer);
        const Tensor stored = fromFloats(described.weightType, described.weightShape,
                                         matrixToConstant(described.layout, weight));
        const Vector bias = pair.scale.cwiseProduct(pair.bias) + pair.shift;
        const Tensor added =
            fromFloats(biasType(pair), {described.rows}, {bias.data(), static_cast<size_t>(bias.size())});
        requireFinite(described, stored);
        requireFinite(described, added);
        m_constants.replace(described.weightName, stored);
        onnx::GraphProto &graph = graphAt(m_proto, pair.layer.graph);
        onnx::NodeProto &node = *graph.mutable_node(pair.layer.node);
        onnx::NodeProto &normalization = *graph.mutable_node(pair.normalization.node);
        for (int i = 1; i < normalization.input_size(); ++i)
            m_constants.mayBeUnread(normalization.input(i));
        if (node.name().empty()) // is called by what it gives, which is renamed
            node.set_name(described.name);
        const std::string name = m_constants.add(graph, described.name + ".folded_bias", added);
        if (described.kind == LayerKind::MatMul)
            asAddition(normalization, name);
        else
            intoBias(graph, node, normalization, name);
    }

    Model finish()
    {
        forEachGraph(*m_proto.mutable_graph(), [&](onnx::GraphProto &graph) {
            auto &nodes = *graph.mutable_node();
            nodes.erase(std::remove_if(nodes.begin(), nodes.end(),
                                       [](const auto &node) { return node.op_type() == gone; }),
                        nodes.end());
        });
        m_constants.dropUnread();
        Model model = modelFromProto(std::move(m_proto), m_model);
        const auto same = [](const Layer &a, const Layer &b) { return a.name == b.name; };
        if (!std::ranges::equal(model.layers(), m_model.layers(), same))
            throw Error(ErrorCode::Internal,
                        Message::tr("Folding normalizations changed the list of layers."));
        return model;
    }

private:
    static constexpr const char *gone = "lathe.gone"; ///< operator of nodes that finish() takes out

    ElementType biasType(const FoldPair &pair) const
    {
        const Model::Content &content = m_model.content();
        const auto &beta = nodeAt(content, pair.normalization).input(2);
        return constantInfo(*content.index, *content.index->find(pair.layer.graph, beta))->type;
    }

    static void requireFinite(const Layer &layer, const Tensor &tensor)
    {
        if (!std::ranges::all_of(toFloats(tensor), [](float value) { return std::isfinite(value); }))
            throw Error(
                ErrorCode::NumericFailure,
                Message::tr("{}: folding the normalization behind it gives values that its type cannot hold.",
                            layer.name));
    }

    static void asAddition(onnx::NodeProto &normalization, const std::string &bias)
    {
        const std::string value = normalization.input(0);
        normalization.set_op_type("Add");
        normalization.clear_attribute();
        normalization.clear_input();
        normalization.add_input(value);
        normalization.add_input(bias);
    }

    void intoBias(onnx::GraphProto &graph, onnx::NodeProto &node, onnx::NodeProto &normalization,
                  const std::string &bias)
    {
        if (node.input_size() > biasInput) {
            m_constants.mayBeUnread(node.input(biasInput));
            node.set_input(biasInput, bias);
        } else {
            node.add_input(bias);
        }
        auto &attributes = *node.mutable_attribute();
        attributes.erase(std::remove_if(attributes.begin(), attributes.end(),
                                        [](const auto &attribute) { return attribute.name() == "beta"; }),
                         attributes.end());
        auto &infos = *graph.mutable_value_info();
        infos.erase(std::remove_if(infos.begin(), infos.end(),
                                   [&](const auto &info) { return info.name() == node.output(0); }),
                    infos.end());
        node.set_output(0, normalization.output(0));
        normalization.Clear();
        normalization.set_op_type(gone);
    }

    Model m_model;
    onnx::ModelProto m_proto;
    EditedConstants m_constants;
};

} // namespace

Model Folding::folded(const std::vector<size_t> &layers) const
{
    Folder folder(m_model);
    for (const size_t layer : layers) {
        if (!m_pairs.at(layer))
            throw Error(ErrorCode::InvalidArgument,
                        Message::tr("Nothing can be folded into {}: {}.", m_model.layers()[layer].name,
                                    m_obstacles[layer]));
        folder.fold(layer, *m_pairs[layer]);
    }
    return folder.finish();
}

} // namespace lathe
