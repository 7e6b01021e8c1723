#include "core/analysis/normalizations.h"

#include "core/model/proto.h"
#include "core/onnx/constants.h"
#include "core/onnx/graphindex.h"

#include <Eigen/Cholesky>
#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <set>
#include <utility>

namespace lathe {
namespace {

constexpr Index mostRows = 2048; ///< of a group; above, solving takes too long

using Known = std::map<std::string, ChannelMoments, std::less<>>;
using Function = std::function<double(double)>;

double sigmoid(double x)
{
    return 1.0 / (1.0 + std::exp(-x));
}

/// Mean and deviation of f of normally distributed values.
ChannelMoments through(const ChannelMoments &before, const Function &f)
{
    constexpr int steps = 50; // to each side, up to five deviations
    std::array<double, 2 * steps + 1> at{}, share{};
    double all = 0.0;
    for (int i = 0; i <= 2 * steps; ++i) {
        const auto place = static_cast<size_t>(i);
        at[place] = 0.1 * (i - steps);
        all += share[place] = std::exp(-0.5 * at[place] * at[place]);
    }
    ChannelMoments after{Vector(before.mean.size()), Vector(before.mean.size())};
    for (Index c = 0; c < before.mean.size(); ++c) {
        double sum = 0.0, squares = 0.0;
        for (size_t i = 0; i < at.size(); ++i) {
            const double value = f(double(before.mean[c]) + double(before.deviation[c]) * at[i]);
            sum += share[i] / all * value;
            squares += share[i] / all * value * value;
        }
        after.mean[c] = static_cast<float>(sum);
        after.deviation[c] = static_cast<float>(std::sqrt(std::max(0.0, squares - sum * sum)));
    }
    return after;
}

class Reader {
public:
    explicit Reader(const Model &model) : m_content(model.content()), m_graph(m_content.proto.graph()) {}

    Known run()
    {
        for (const onnx::NodeProto &node : m_graph.node()) {
            if (!isStandardDomain(node.domain()) || node.output_size() == 0)
                continue;
            if (auto made = outputOf(node))
                m_known.insert_or_assign(node.output(0), std::move(*made));
            if (isOfFolded(node))
                m_ofFolded.insert(node.output(0));
        }
        return std::move(m_known);
    }
    /// Of the values that a normalization reads: what it takes away.
    const Known &normalized() const { return m_normalized; }
    /// Whether a convolution with a bias made the value, or what was made of it keeps its mean in some way.
    bool isOfFolded(const std::string &value) const { return m_ofFolded.contains(value); }

    std::optional<Vector> constant(const std::string &name) const
    {
        const auto found = m_content.index->find(0, name);
        if (name.empty() || !found || found->kind == Definition::Kind::SparseInitializer ||
            !constantInfo(*m_content.index, *found))
            return {};
        const Tensor tensor =
            readConstant(*m_content.index, *found, m_content.externalFiles, m_content.label);
        if (!isFloat(tensor.type))
            return {};
        const std::vector<float> values = toFloats(tensor);
        return Vector(Eigen::Map<const Vector>(values.data(), std::ssize(values)));
    }

private:
    const ChannelMoments *input(const onnx::NodeProto &node, int i) const
    {
        const auto found = i < node.input_size() ? m_known.find(node.input(i)) : m_known.end();
        return found != m_known.end() ? &found->second : nullptr;
    }

    bool isOfFolded(const onnx::NodeProto &node) const
    {
        constexpr std::array passing{"Identity", "Dropout",   "Flatten",     "Reshape",
                                     "Squeeze",  "Add",       "Concat",      "GlobalAveragePool",
                                     "Relu",     "Clip",      "AveragePool", "MaxPool",
                                     "Elu",      "LeakyRelu", "HardSwish",   "Sigmoid"};
        if (node.op_type() == "Conv")
            return node.input_size() > 2 && constant(node.input(2));
        return std::ranges::find(passing, node.op_type()) != passing.end() &&
               std::ranges::any_of(node.input(), [this](const auto &name) { return isOfFolded(name); });
    }

    std::optional<ChannelMoments> outputOf(const onnx::NodeProto &node)
    {
        const std::string &op = node.op_type();
        if (op == "BatchNormalization" || op == "InstanceNormalization")
            return normalization(node);
        if (op == "Add")
            return sum(node);
        if (op == "Concat")
            return concatenation(node);
        if (op == "Mul")
            return gated(node);
        const ChannelMoments *x = input(node, 0);
        if (!x)
            return {};
        if (op == "Identity" || op == "Dropout" || op == "Flatten" || op == "Reshape" || op == "Squeeze" ||
            op == "GlobalAveragePool" || op == "AveragePool")
            return *x;
        const Function f = functionOf(node);
        return f ? std::optional(through(*x, f)) : std::nullopt;
    }

    std::optional<ChannelMoments> normalization(const onnx::NodeProto &node)
    {
        const bool batch = node.op_type() == "BatchNormalization";
        if (node.input_size() < (batch ? 5 : 3) || intAttribute(node, "training_mode", 0) != 0)
            return {};
        const auto scale = constant(node.input(1)), shift = constant(node.input(2));
        if (!scale || !shift || scale->size() != shift->size())
            return {};
        if (batch) {
            const auto mean = constant(node.input(3)), variance = constant(node.input(4));
            const auto *given = findAttribute(node, "epsilon");
            const float epsilon = given ? given->f() : 1e-5F;
            if (mean && variance && mean->size() == variance->size())
                m_normalized.insert_or_assign(
                    node.input(0),
                    ChannelMoments{*mean, (variance->array() + epsilon).max(0.0F).sqrt().matrix()});
        }
        return ChannelMoments{*shift, scale->cwiseAbs()};
    }

    std::optional<ChannelMoments> sum(const onnx::NodeProto &node) const
    {
        const ChannelMoments *a = input(node, 0), *b = input(node, 1);
        if (!a || !b || a->mean.size() != b->mean.size())
            return {};
        return ChannelMoments{a->mean + b->mean,
                              (a->deviation.cwiseAbs2() + b->deviation.cwiseAbs2()).cwiseSqrt()};
    }

    std::optional<ChannelMoments> concatenation(const onnx::NodeProto &node) const
    {
        if (intAttribute(node, "axis", 1) != 1)
            return {};
        ChannelMoments all;
        for (int i = 0; i < node.input_size(); ++i) {
            const ChannelMoments *part = input(node, i);
            if (!part)
                return {};
            const Index before = all.mean.size();
            all.mean.conservativeResize(before + part->mean.size());
            all.deviation.conservativeResize(before + part->mean.size());
            all.mean.tail(part->mean.size()) = part->mean;
            all.deviation.tail(part->mean.size()) = part->deviation;
        }
        return all;
    }

    /// x * sigmoid(x), and the same with its hard sister: how SiLU and HardSwish are written.
    std::optional<ChannelMoments> gated(const onnx::NodeProto &node) const
    {
        for (int i = 0; i < std::min(2, node.input_size()); ++i) {
            const auto gate = m_content.index->find(0, node.input(1 - i));
            const ChannelMoments *x = input(node, i);
            if (!x || !gate || gate->kind != Definition::Kind::Node)
                continue;
            const onnx::NodeProto &maker = m_content.index->node(*gate);
            const bool isGate = maker.op_type() == "Sigmoid" || maker.op_type() == "HardSigmoid";
            if (isGate && maker.input(0) == node.input(i))
                return through(*x, [f = functionOf(maker)](double v) { return v * f(v); });
        }
        return {};
    }

    Function functionOf(const onnx::NodeProto &node) const
    {
        const std::string &op = node.op_type();
        const auto real = [&](const char *name, float fallback) {
            const auto *given = findAttribute(node, name);
            return double(given ? given->f() : fallback);
        };
        if (op == "Relu")
            return [](double v) { return std::max(0.0, v); };
        if (op == "Clip")
            return clip(node);
        if (op == "LeakyRelu")
            return [slope = real("alpha", 0.01F)](double v) { return v > 0.0 ? v : slope * v; };
        if (op == "Elu")
            return [a = real("alpha", 1.0F)](double v) { return v > 0.0 ? v : a * std::expm1(v); };
        if (op == "Sigmoid")
            return sigmoid;
        if (op == "HardSigmoid")
            return [a = real("alpha", 0.2F), b = real("beta", 0.5F)](double v) {
                return std::clamp(a * v + b, 0.0, 1.0);
            };
        if (op == "HardSwish")
            return [](double v) { return v * std::clamp(v / 6.0 + 0.5, 0.0, 1.0); };
        if (op == "Tanh")
            return [](double v) { return std::tanh(v); };
        return {};
    }

    /// Its bounds are attributes before opset 11, then inputs.
    Function clip(const onnx::NodeProto &node) const
    {
        const auto bound = [&](const char *name, int place, double fallback) -> std::optional<double> {
            if (const auto *given = findAttribute(node, name))
                return double(given->f());
            if (place >= node.input_size() || node.input(place).empty())
                return fallback;
            const auto value = constant(node.input(place));
            return value && value->size() == 1 ? std::optional(double((*value)[0])) : std::nullopt;
        };
        const auto low = bound("min", 1, -std::numeric_limits<double>::infinity());
        const auto high = bound("max", 2, std::numeric_limits<double>::infinity());
        if (!low || !high || *low > *high)
            return {};
        return [l = *low, h = *high](double v) { return std::clamp(v, l, h); };
    }

    const Model::Content &m_content;
    const onnx::GraphProto &m_graph;
    Known m_known, m_normalized;
    std::set<std::string, std::less<>> m_ofFolded;
};

/// Places of a kernel over an image.
Index areaOf(const Layer &layer)
{
    return layer.kernel.size() == 2 ? elementCount(layer.kernel) : 1;
}

/// Each channel's number for each place of the kernel, or for each place that was flattened.
std::optional<Vector> spread(const Vector &channels, const Layer &layer)
{
    const Index all = layer.groups * layer.cols;
    if (channels.size() == 0 || all % channels.size() != 0)
        return {};
    const Index each = all / channels.size();
    if (layer.kind == LayerKind::Conv && each != areaOf(layer))
        return {};
    Vector columns(all);
    for (Index c = 0; c < channels.size(); ++c)
        columns.segment(c * each, each).setConstant(channels[c]);
    return columns;
}

/// Which share of a convolution's windows sees a value at each place of the kernel, and no zero of the
/// padding: [area], or empty where that is not known.
Vector shareInside(const Layer &layer, const onnx::NodeProto &node)
{
    const size_t rank = layer.kernel.size();
    const auto *autoPad = findAttribute(node, "auto_pad");
    if (layer.kind != LayerKind::Conv || rank != 2 || layer.inputShape.size() != 4 ||
        layer.outputShape.size() != 4 || (autoPad && autoPad->s() != "NOTSET"))
        return {};
    const auto numbers = [&](const char *name, size_t count, int64_t fallback) {
        const auto *given = findAttribute(node, name);
        return given && std::cmp_equal(given->ints_size(), count)
                   ? std::vector<int64_t>(given->ints().begin(), given->ints().end())
                   : std::vector<int64_t>(count, fallback);
    };
    const auto pads = numbers("pads", 2 * rank, 0), strides = numbers("strides", rank, 1),
               dilations = numbers("dilations", rank, 1);
    std::array<Vector, 2> axes;
    for (size_t d = 0; d < rank; ++d) {
        const int64_t in = layer.inputShape[d + 2], out = layer.outputShape[d + 2];
        if (in <= 0 || out <= 0)
            return {};
        axes[d] = Vector::Zero(layer.kernel[d]);
        for (int64_t k = 0; k < layer.kernel[d]; ++k)
            for (int64_t o = 0; o < out; ++o) {
                const int64_t at = o * strides[d] - pads[d] + k * dilations[d];
                axes[d][k] += at >= 0 && at < in ? 1.0F / static_cast<float>(out) : 0.0F;
            }
    }
    Vector share(axes[0].size() * axes[1].size());
    for (Index y = 0; y < axes[0].size(); ++y)
        share.segment(y * axes[1].size(), axes[1].size()) = axes[0][y] * axes[1];
    return share;
}

/// Weights times the share of the windows that see them.
Matrix seen(const Matrix &weight, const Vector &share)
{
    if (share.size() == 0 || weight.cols() % share.size() != 0)
        return weight;
    return weight * share.replicate(weight.cols() / share.size(), 1).asDiagonal();
}

/// Sums over the places of the kernel: [rows, input channels of a group].
Matrix channelSums(const Matrix &weight, const Layer &layer)
{
    const Index area = layer.kind == LayerKind::Conv ? areaOf(layer) : 1;
    Matrix sums(weight.rows(), weight.cols() / area);
    for (Index c = 0; c < sums.cols(); ++c)
        sums.col(c) = weight.middleCols(c * area, area).rowwise().sum();
    return sums;
}

/// The means e of a layer's input channels for which its weight gives `wanted`, where these are uncertain and
/// too few: a normal prior around one mean for all, of that same deviation, and outputs that deviate as
/// independent inputs of that deviation would make them, times `doubt`.
std::optional<Vector> solvedMeans(const Matrix &weight, const Layer &layer, const Vector &wanted, float doubt)
{
    const Index rows = layer.rows / layer.groups;
    if (rows > mostRows)
        return {};
    const Matrix sums = channelSums(weight, layer);
    const Vector noise = weight.rowwise().squaredNorm().array().max(1e-30F);
    const Vector ones = sums.rowwise().sum();
    const float known = ones.cwiseAbs2().cwiseQuotient(noise).sum();
    const float common = known > 0.0F ? ones.cwiseProduct(wanted).cwiseQuotient(noise).sum() / known : 0.0F;
    Vector means(layer.groups * sums.cols());
    for (Index g = 0; g < layer.groups; ++g) {
        const Matrix part = sums.middleRows(g * rows, rows);
        Matrix square = part * part.transpose();
        square.diagonal() += doubt * noise.segment(g * rows, rows);
        const Vector rest = (wanted - common * ones).segment(g * rows, rows);
        const Vector solved = square.ldlt().solve(rest);
        means.segment(g * sums.cols(), sums.cols()) = (part.transpose() * solved).array() + common;
    }
    return means.allFinite() ? std::optional(means) : std::nullopt;
}

} // namespace

Normalizations::Normalizations(const Model &model) : m_model(model), m_layers(model.layers().size())
{
    const Model::Content &content = model.content();
    Reader reader(model);
    const Known known = reader.run();
    for (size_t i = 0; i < m_layers.size(); ++i) {
        const Layer &layer = model.layers()[i];
        const LayerSite &site = content.sites[i];
        const bool isProduct = layer.kind == LayerKind::Gemm ||
                               (layer.kind == LayerKind::MatMul && layer.outputShape.size() == 2);
        if (site.graph != 0 || (layer.kind != LayerKind::Conv && !isProduct))
            continue;
        const onnx::NodeProto &node = content.proto.graph().node(site.node);
        if (node.output_size() == 0)
            continue;
        m_layers[i].inside = shareInside(layer, node);
        if (const auto before = known.find(node.input(site.input == 0 ? 1 : 0)); before != known.end())
            m_layers[i].inputMean = before->second.mean;
        const auto behind = reader.normalized().find(node.output(0));
        const bool normalized =
            behind != reader.normalized().end() && behind->second.mean.size() == layer.rows;
        m_layers[i].followsFolded = reader.isOfFolded(node.input(site.input == 0 ? 1 : 0));
        if (layer.kind != LayerKind::Conv)
            continue;
        const auto bias = node.input_size() > 2 ? reader.constant(node.input(2)) : std::nullopt;
        const bool biased = bias && bias->size() == layer.rows;
        if (node.input_size() > 2 && !node.input(2).empty() && !biased)
            continue;
        if (normalized)
            m_layers[i].weightedMean = biased ? Vector(behind->second.mean - *bias) : behind->second.mean;
        else if (biased)
            m_layers[i].weightedMean = -*bias;
        m_layers[i].folded = !normalized;
    }
}

std::optional<Vector> Normalizations::inputMean(size_t layer, const Matrix &weight) const
{
    const OfLayer &known = m_layers.at(layer);
    const Layer &described = m_model.layers()[layer];
    std::optional<Vector> columns;
    if (known.inputMean)
        columns = spread(*known.inputMean, described);
    if (!columns && known.weightedMean.size() == weight.rows()) {
        const auto means = solvedMeans(seen(weight, known.inside), described, known.weightedMean,
                                       known.folded ? 1.0F : 0.05F);
        if (means)
            columns = spread(*means, described);
    }
    if (columns && known.inside.size() > 0)
        columns->array() *= known.inside.replicate(columns->size() / known.inside.size(), 1).array();
    return columns;
}

} // namespace lathe
