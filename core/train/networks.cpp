#include "core/train/networks.h"

#include "core/base/error.h"
#include "core/model/proto.h"
#include "core/train/parts.h"

#include <charconv>
#include <fmt/format.h>

namespace lathe::train {
namespace {

constexpr int64_t mostValues = int64_t(1) << 28; ///< of one layer's weights: a file's worth

[[noreturn]] void refuse(std::string_view text)
{
    throw Error(ErrorCode::InvalidArgument,
                Message::tr("There is no network \"{}\"; take mlp:784-300-100-10 (any sizes), lenet5, "
                            "lenet5:20-50-500 or resnet20.",
                            text));
}

/// "784-300-100-10"
std::vector<int64_t> sizesOf(std::string_view sizes, std::string_view all)
{
    std::vector<int64_t> values;
    while (true) {
        int64_t value = 0;
        const auto [end, error] = std::from_chars(sizes.data(), sizes.data() + sizes.size(), value);
        if (error != std::errc() || value < 1 || value > mostValues)
            refuse(all);
        values.push_back(value);
        sizes.remove_prefix(static_cast<size_t>(end - sizes.data()));
        if (sizes.empty())
            break;
        if (!sizes.starts_with('-'))
            refuse(all);
        sizes.remove_prefix(1);
    }
    for (size_t i = 1; i < values.size(); ++i)
        if (values[i - 1] > mostValues / values[i])
            refuse(all);
    return values;
}

/// Adds nodes one after the other; each takes what the one before gives.
class Builder {
public:
    Builder(const std::string &name, const Shape &sample)
    {
        m_proto.set_ir_version(8);
        m_proto.set_producer_name("lathe");
        m_proto.add_opset_import()->set_version(17);
        m_graph.set_name(name);
        addValue(*m_graph.add_input(), m_last, sample);
    }

    const std::string &last() const { return m_last; }
    void goOnFrom(const std::string &value) { m_last = value; }

    onnx::NodeProto &node(const std::string &type, const std::string &name,
                          const std::vector<std::string> &more = {})
    {
        onnx::NodeProto &node = *m_graph.add_node();
        node.set_op_type(type);
        node.set_name(name);
        node.add_input(m_last);
        for (const std::string &input : more)
            node.add_input(input);
        m_last = name + ".out";
        node.add_output(m_last);
        return node;
    }
    std::string constant(const std::string &name, const Shape &shape, float value = 0)
    {
        const std::vector<float> values(static_cast<size_t>(elementCount(shape)), value);
        *m_graph.add_initializer() = makeTensorProto(name, makeTensor(shape, values));
        return name;
    }
    std::string integers(const std::string &name, const std::vector<int64_t> &values)
    {
        Tensor tensor = makeTensor(ElementType::Int64, {static_cast<int64_t>(values.size())});
        std::ranges::copy(values, tensor.as<int64_t>().begin());
        *m_graph.add_initializer() = makeTensorProto(name, tensor);
        return name;
    }
    void dense(const std::string &name, int64_t in, int64_t out)
    {
        const std::string weight = constant(name + ".weight", {out, in}),
                          bias = constant(name + ".bias", {out});
        set(node("Gemm", name, {weight, bias}), "transB", 1);
    }
    void convolution(const std::string &name, int64_t in, int64_t out, int64_t side, int64_t stride,
                     int64_t pad, bool biased)
    {
        std::vector<std::string> inputs{constant(name + ".weight", {out, in, side, side})};
        if (biased)
            inputs.push_back(constant(name + ".bias", {out}));
        onnx::NodeProto &added = node("Conv", name, inputs);
        set(added, "kernel_shape", {side, side});
        set(added, "strides", {stride, stride});
        set(added, "pads", {pad, pad, pad, pad});
    }
    void normalization(const std::string &name, int64_t channels)
    {
        node("BatchNormalization", name,
             {constant(name + ".scale", {channels}, 1), constant(name + ".shift", {channels}),
              constant(name + ".mean", {channels}), constant(name + ".variance", {channels}, 1)});
    }
    void pool(const std::string &name)
    {
        onnx::NodeProto &added = node("MaxPool", name);
        set(added, "kernel_shape", {2, 2});
        set(added, "strides", {2, 2});
    }
    void dropout(const std::string &name, double ratio)
    {
        if (ratio > 0)
            node("Dropout", name, {constant(name + ".ratio", {}, static_cast<float>(ratio))});
    }

    static void set(onnx::NodeProto &node, const char *name, int64_t value)
    {
        onnx::AttributeProto &attribute = *node.add_attribute();
        attribute.set_name(name);
        attribute.set_type(onnx::AttributeProto::INT);
        attribute.set_i(value);
    }
    static void set(onnx::NodeProto &node, const char *name, std::initializer_list<int64_t> values)
    {
        onnx::AttributeProto &attribute = *node.add_attribute();
        attribute.set_name(name);
        attribute.set_type(onnx::AttributeProto::INTS);
        for (const int64_t value : values)
            attribute.add_ints(value);
    }

    Model finish(int64_t classes, uint64_t seed)
    {
        m_graph.mutable_node(m_graph.node_size() - 1)->set_output(0, "logits");
        addValue(*m_graph.add_output(), "logits", {classes});
        *m_proto.mutable_graph() = std::move(m_graph);
        return withFreshWeights(Model::parse(m_proto.SerializeAsString()), seed);
    }

private:
    static void addValue(onnx::ValueInfoProto &value, const std::string &name, const Shape &sample)
    {
        value.set_name(name);
        onnx::TypeProto::Tensor &type = *value.mutable_type()->mutable_tensor_type();
        type.set_elem_type(onnx::TensorProto::FLOAT);
        type.mutable_shape()->add_dim()->set_dim_param("N");
        for (const int64_t dimension : sample)
            type.mutable_shape()->add_dim()->set_dim_value(dimension);
    }

    onnx::ModelProto m_proto;
    onnx::GraphProto m_graph;
    std::string m_last = "input";
};

Model perceptron(const std::vector<int64_t> &sizes, const NetworkOptions &options)
{
    Builder builder("mlp", {sizes.front()});
    for (size_t i = 1; i < sizes.size(); ++i) {
        builder.dense(fmt::format("fc{}", i), sizes[i - 1], sizes[i]);
        if (i + 1 == sizes.size())
            break;
        builder.node("Relu", fmt::format("relu{}", i));
        builder.dropout(fmt::format("dropout{}", i), options.dropout);
    }
    return builder.finish(sizes.back(), options.seed);
}

Model lenet(int64_t first, int64_t second, int64_t hidden, const NetworkOptions &options)
{
    Builder builder("lenet5", {1, 28, 28});
    builder.convolution("conv1", 1, first, 5, 1, 0, true);
    builder.pool("pool1"); // before rectifying: the same values, a quarter of the work
    builder.node("Relu", "relu1");
    builder.convolution("conv2", first, second, 5, 1, 0, true);
    builder.pool("pool2");
    builder.node("Relu", "relu2");
    builder.node("Flatten", "flatten");
    builder.dense("fc1", second * 4 * 4, hidden);
    builder.node("Relu", "relu3");
    builder.dropout("dropout1", options.dropout);
    builder.dense("fc2", hidden, 10);
    return builder.finish(10, options.seed);
}

/// Two convolutions beside a way that skips them; where channels grow, the skipped values are every second
/// pixel with channels of zeros (option A of the paper).
void addBlock(Builder &builder, const std::string &name, int64_t in, int64_t out)
{
    const std::string before = builder.last();
    builder.convolution(name + ".conv1", in, out, 3, in == out ? 1 : 2, 1, false);
    builder.normalization(name + ".norm1", out);
    builder.node("Relu", name + ".relu1");
    builder.convolution(name + ".conv2", out, out, 3, 1, 1, false);
    builder.normalization(name + ".norm2", out);
    const std::string computed = builder.last();
    builder.goOnFrom(before);
    if (in != out) {
        const std::string skip = name + ".skip";
        builder.node("Slice", skip,
                     {builder.integers(skip + ".starts", {0, 0}), builder.integers(skip + ".ends", {32, 32}),
                      builder.integers(skip + ".axes", {2, 3}), builder.integers(skip + ".steps", {2, 2})});
        const int64_t each = (out - in) / 2;
        builder.node("Pad", skip + ".channels",
                     {builder.integers(skip + ".pads", {0, each, 0, 0, 0, out - in - each, 0, 0})});
    }
    builder.node("Add", name + ".add", {computed});
    builder.node("Relu", name + ".relu2");
}

Model resnet(const NetworkOptions &options)
{
    constexpr int64_t blocks = 3; // of each of the three sizes: 6 * 3 + 2 layers
    Builder builder("resnet20", {3, 32, 32});
    builder.convolution("conv1", 3, 16, 3, 1, 1, false);
    builder.normalization("norm1", 16);
    builder.node("Relu", "relu1");
    int64_t channels = 16;
    for (int64_t stage = 1; stage <= 3; ++stage)
        for (int64_t block = 1; block <= blocks; ++block) {
            const int64_t out = 16 << (stage - 1);
            addBlock(builder, fmt::format("stage{}.block{}", stage, block), channels, out);
            channels = out;
        }
    builder.node("GlobalAveragePool", "pool");
    builder.node("Flatten", "flatten");
    builder.dropout("dropout1", options.dropout);
    builder.dense("fc", channels, 10);
    return builder.finish(10, options.seed);
}

} // namespace

Model networkOf(std::string_view text, const NetworkOptions &options)
{
    const size_t colon = text.find(':');
    const std::string_view name = text.substr(0, colon);
    const bool sized = colon != std::string_view::npos;
    if (name == "mlp" && sized) {
        const std::vector<int64_t> sizes = sizesOf(text.substr(colon + 1), text);
        if (sizes.size() >= 2)
            return perceptron(sizes, options);
    } else if (name == "lenet5") {
        const std::vector<int64_t> sizes =
            sized ? sizesOf(text.substr(colon + 1), text) : std::vector<int64_t>{20, 50, 500};
        if (sizes.size() == 3)
            return lenet(sizes[0], sizes[1], sizes[2], options);
    } else if (name == "resnet20" && !sized) {
        return resnet(options);
    }
    refuse(text);
}

} // namespace lathe::train
