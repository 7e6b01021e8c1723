#include "core/calibrate/batchstatistics.h"

#include "core/base/error.h"
#include "core/measure/batches.h"
#include "core/model/proto.h"
#include "core/onnx/graphview.h"
#include "core/runtime/session.h"
#include "core/storage/fragment.h"

#include <algorithm>
#include <fmt/format.h>
#include <set>

namespace lathe {
namespace {

constexpr size_t mostSamples = 256;
constexpr size_t fewestAtOnce = 16, mostAtOnce = 64; ///< samples; of few the statistics say little
constexpr size_t bytesAtOnce = size_t(32) << 20;     ///< of inputs
constexpr int64_t axesAsInput = 18;                  ///< opset from which ReduceMean takes its axes so
constexpr int resultsOfEach = 3;                     ///< mean, variance, shape

/// The part of a graph that normalizations need, with those that scale by the batch in their place.
class BatchGraph {
public:
    BatchGraph(const Model &model, std::span<const std::string> outputs)
        : m_model(model), m_source(model.content().proto), m_view(*model.content().view),
          m_graph(*m_proto.mutable_graph())
    {
        m_proto.set_ir_version(m_source.ir_version());
        *m_proto.mutable_opset_import() = m_source.opset_import();
        *m_proto.mutable_functions() = m_source.functions();
        m_graph.set_name(m_source.graph().name());
        std::set<int> needed;
        for (size_t i = 0; i < outputs.size(); ++i) {
            const auto node = m_view.producer(0, outputs[i]);
            if (!node || node->graph != 0)
                throw Error(ErrorCode::Internal,
                            Message::tr("A normalization is looked for in another graph."));
            m_places[node->node] = i;
            collect(node->node, needed);
        }
        addConstants();
        for (const int node : m_view.order(0))
            if (needed.contains(node))
                add(node);
        addInputs(needed);
        addResults(outputs.size());
    }

    Model model() && { return modelFromProto(std::move(m_proto), m_model); }

private:
    void collect(int from, std::set<int> &needed) const
    {
        std::vector<int> open{from};
        while (!open.empty()) {
            const int node = open.back();
            open.pop_back();
            if (!needed.insert(node).second)
                continue;
            for (const GraphView::Read &read : m_view.reads({0, node}))
                if (read.maker && read.maker->kind == Definition::Kind::Node)
                    open.push_back(read.maker->index);
        }
    }

    void addInputs(const std::set<int> &needed)
    {
        std::set<std::string_view> reads;
        for (const int node : needed)
            for (const GraphView::Read &read : m_view.reads({0, node}))
                reads.insert(read.name);
        for (const auto &constant : m_source.graph().initializer())
            if (reads.contains(constant.name()))
                *m_graph.add_initializer() = constant;
        for (const auto &constant : m_source.graph().sparse_initializer())
            if (reads.contains(constant.values().name()))
                *m_graph.add_sparse_initializer() = constant;
        std::set<std::string> fed;
        for (const ValueInfo &input : m_model.inputs())
            fed.insert(input.name);
        for (const auto &input : m_source.graph().input()) {
            const bool isFed = fed.contains(input.name());
            if (!isFed && !reads.contains(input.name())) // of IR 3: constants too
                continue;
            auto &added = *m_graph.add_input();
            added = input;
            auto *shape = added.mutable_type()->mutable_tensor_type()->mutable_shape();
            if (isFed && shape->dim_size() > 0)
                shape->mutable_dim(0)->clear_value();
        }
    }

    void constant(const std::string &name, const Tensor &tensor)
    {
        *m_graph.add_initializer() = makeTensorProto(name, tensor);
        if (m_model.irVersion() >= 4)
            return;
        onnx::ValueInfoProto &listed = *m_graph.add_input(); // every constant is also an input there
        listed.set_name(name);
        listed.mutable_type()->mutable_tensor_type()->set_elem_type(static_cast<int>(tensor.type));
        for (const int64_t dimension : tensor.shape)
            listed.mutable_type()->mutable_tensor_type()->mutable_shape()->add_dim()->set_dim_value(
                dimension);
    }

    void addConstants()
    {
        const auto numbers = [&](const std::string &name, const std::vector<int64_t> &values) {
            Tensor tensor = makeTensor(ElementType::Int64, {std::ssize(values)});
            std::ranges::copy(values, tensor.as<int64_t>().begin());
            constant(name, tensor);
        };
        numbers(m_prefix + "rows", {0, 0, -1}); // [samples, channels, places]
        numbers(m_prefix + "channels", {1, -1, 1});
        if (m_model.opset() >= axesAsInput)
            numbers(m_prefix + "axes", {0, 2});
    }

    onnx::NodeProto &node(const char *op, const std::vector<std::string> &inputs, const std::string &output)
    {
        onnx::NodeProto &made = *m_graph.add_node();
        made = makeNode(op, inputs, output);
        return made;
    }

    void mean(const std::string &of, const std::string &output)
    {
        std::vector<std::string> inputs{of};
        if (m_model.opset() >= axesAsInput)
            inputs.push_back(m_prefix + "axes");
        onnx::NodeProto &reduce = node("ReduceMean", inputs, output);
        if (m_model.opset() >= axesAsInput)
            return;
        onnx::AttributeProto &axes = *reduce.add_attribute();
        axes.set_name("axes");
        axes.set_type(onnx::AttributeProto::INTS);
        axes.add_ints(0);
        axes.add_ints(2);
    }

    void add(int index)
    {
        const onnx::NodeProto &original = m_source.graph().node(index);
        const auto place = m_places.find(index);
        if (place == m_places.end()) {
            *m_graph.add_node() = original;
            return;
        }
        const std::string p = fmt::format("{}{}.", m_prefix, place->second);
        const std::string &x = original.input(0);
        const auto *given = findAttribute(original, "epsilon");
        const float epsilon = given ? given->f() : 1e-5F;
        constant(p + "epsilon", makeTensor(Shape{1}, std::span(&epsilon, 1)));
        node("Shape", {x}, p + "shape");
        node("Reshape", {x, m_prefix + "rows"}, p + "x");
        mean(p + "x", p + "mean");
        node("Sub", {p + "x", p + "mean"}, p + "centred");
        node("Mul", {p + "centred", p + "centred"}, p + "squares");
        mean(p + "squares", p + "variance");
        node("Add", {p + "variance", p + "epsilon"}, p + "sum");
        node("Sqrt", {p + "sum"}, p + "deviation");
        node("Div", {p + "centred", p + "deviation"}, p + "normal");
        node("Reshape", {original.input(1), m_prefix + "channels"}, p + "scale");
        node("Reshape", {original.input(2), m_prefix + "channels"}, p + "bias");
        node("Mul", {p + "normal", p + "scale"}, p + "scaled");
        node("Add", {p + "scaled", p + "bias"}, p + "shifted");
        node("Reshape", {p + "shifted", p + "shape"}, original.output(0));
    }

    void addResults(size_t count)
    {
        for (size_t i = 0; i < count; ++i)
            for (const char *what : {"mean", "variance", "shape"})
                m_graph.add_output()->set_name(fmt::format("{}{}.{}", m_prefix, i, what));
    }

    const Model &m_model;
    const onnx::ModelProto &m_source;
    const GraphView &m_view;
    const std::string m_prefix = "lathe.renormalize.";
    std::map<int, size_t> m_places; ///< of the normalizations, by node
    onnx::ModelProto m_proto;
    onnx::GraphProto &m_graph;
};

/// Sums over batches, each weighing as many samples as it has.
struct Pooled {
    Eigen::VectorXd mean, square; ///< sums of means, and of variances and squares of means

    void add(const Tensor &batchMean, const Tensor &batchVariance, double samples)
    {
        const auto vector = [](const Tensor &tensor) -> Eigen::VectorXd {
            const auto values = tensor.as<float>();
            return Eigen::Map<const Vector>(values.data(), std::ssize(values)).cast<double>();
        };
        const Eigen::VectorXd m = vector(batchMean), v = vector(batchVariance);
        if (mean.size() == 0)
            mean = square = Eigen::VectorXd::Zero(m.size());
        mean += samples * m;
        square += samples * (v + m.cwiseAbs2());
    }
    ChannelStatistics over(double samples) const
    {
        const Eigen::VectorXd m = mean / samples;
        return {m.cast<float>(), (square / samples - m.cwiseAbs2()).cwiseMax(0.0).cast<float>()};
    }
};

/// @throws Error Unsupported when the batch is not along the first axis of what is normalized
void checkBatch(const Tensor &shape, size_t samples)
{
    const int64_t first = shape.as<int64_t>()[0];
    if (first == 0 || first % static_cast<int64_t>(samples) != 0)
        throw Error(ErrorCode::Unsupported,
                    Message::tr("the model does not run on several samples side by side"));
}

} // namespace

std::vector<ChannelStatistics> batchStatistics(const Model &model, const SampleSet &samples,
                                               std::span<const std::string> outputs, const JobContext &ctx)
{
    SessionOptions options;
    options.threads = ctx.threadCount();
    const Session session(BatchGraph(model, outputs).model(), options);
    size_t sampleBytes = 1;
    for (const Tensor &tensor : samples.tensors())
        sampleBytes += tensor.bytes.size() / samples.size();
    const size_t count = std::min(samples.size(), mostSamples);
    const size_t atOnce = std::clamp(bytesAtOnce / sampleBytes, fewestAtOnce, mostAtOnce);
    const size_t batches = (count + atOnce - 1) / atOnce;
    std::vector<Pooled> sums(outputs.size());
    for (size_t batch = 0; batch < batches; ++batch) {
        ctx.checkpoint(static_cast<double>(batch) / static_cast<double>(batches),
                       Message::tr("measuring normalizations"));
        std::vector<size_t> places; // of all batches about equally many
        for (size_t i = batch * count / batches; i < (batch + 1) * count / batches; ++i)
            places.push_back(i * samples.size() / count);
        const SampleFeeds feeds(samples, places, places.size());
        const std::vector<Tensor> results = session.run(feeds.views(), ctx);
        for (size_t i = 0; i < sums.size(); ++i) {
            const Tensor *of = &results[i * resultsOfEach];
            checkBatch(of[2], places.size());
            sums[i].add(of[0], of[1], static_cast<double>(places.size()));
        }
    }
    std::vector<ChannelStatistics> all;
    for (const Pooled &sum : sums) {
        all.push_back(sum.over(static_cast<double>(count)));
        if (!all.back().mean.allFinite() || !all.back().variance.allFinite())
            throw Error(ErrorCode::NumericFailure, Message::tr("what is normalized holds NaN or infinity"));
    }
    return all;
}

} // namespace lathe
