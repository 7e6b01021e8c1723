#include "tests/support/livemodels.h"

#include "core/model/proto.h"
#include "tests/support/exportcases.h"

#include <cstring>

namespace lathe::test {
namespace {

using Ints = std::vector<int64_t>;
using Attributes = std::vector<std::pair<std::string, Attribute>>;

Tensor integers(const Ints &values)
{
    Tensor tensor = makeTensor(ElementType::Int64, {static_cast<int64_t>(values.size())});
    std::ranges::copy(values, tensor.as<int64_t>().begin());
    return tensor;
}

/// x [N, 8, 7, 7] -> "f" [N, 12, 7, 7] of a front layer.
GraphBuilder imageFront(int64_t batch = -1)
{
    GraphBuilder graph;
    graph.input("x", {batch, 8, 7, 7})
        .output("y", {batch, 10})
        .random("w0", {12, 8, 3, 3}, 0.2F)
        .random("b0", {12})
        .node("Conv", {"x", "w0", "b0"}, {"f0"}, {{"pads", Ints{1, 1, 1, 1}}}, "front")
        .node("Relu", {"f0"}, {"f"});
    return graph;
}

/// From "m" [N, channels, h, w] to the classes.
Model imageHead(GraphBuilder graph, int64_t channels)
{
    return graph.node("Relu", {"m"}, {"r"})
        .node("GlobalAveragePool", {"r"}, {"p"})
        .node("Flatten", {"p"}, {"v"})
        .random("w9", {10, channels})
        .random("b9", {10})
        .node("Gemm", {"v", "w9", "b9"}, {"y"}, {{"transB", int64_t(1)}}, "head")
        .build();
}

Model convolution(const Shape &weight, const Attributes &attributes, const char *op = "Conv")
{
    GraphBuilder graph = imageFront();
    graph.random("w1", weight, 0.2F).node(op, {"f", "w1"}, {"m"}, attributes, "middle");
    return imageHead(graph, op == std::string("Conv") ? weight[0] : weight[1]);
}

Model plainConv()
{
    return convolution({14, 12, 3, 3}, {{"strides", Ints{2, 1}}, {"pads", Ints{1, 0, 1, 2}}});
}
Model groupedConv()
{
    return convolution({12, 4, 3, 3}, {{"group", int64_t(3)}});
}
Model depthwiseConv()
{
    return convolution({12, 1, 3, 3}, {{"group", int64_t(12)}, {"pads", Ints{1, 1, 1, 1}}});
}
Model pointwiseConv()
{
    return convolution({20, 12, 1, 1}, {});
}
Model transposedConv()
{
    return convolution({12, 9, 3, 3}, {{"strides", Ints{2, 2}}}, "ConvTranspose");
}
Model residualConv()
{
    return liveConvolution();
}

Model normalizedConv()
{
    GraphBuilder graph = imageFront();
    Tensor variance = randomTensor({14}, 4);
    for (float &value : variance.as<float>())
        value = value * value + 0.3F;
    graph.random("w1", {14, 12, 3, 3}, 0.2F)
        .random("gain", {14})
        .random("shift", {14})
        .random("mean", {14})
        .constant("variance", variance)
        .node("Conv", {"f", "w1"}, {"c"}, {}, "middle")
        .node("BatchNormalization", {"c", "gain", "shift", "mean", "variance"}, {"m"});
    return imageHead(graph, 14);
}

/// x [N, 30] -> "f" [N, 24]
GraphBuilder vectorFront()
{
    GraphBuilder graph;
    graph.input("x", {-1, 30})
        .output("y", {-1, 10})
        .random("w0", {30, 24}, 0.3F)
        .node("MatMul", {"x", "w0"}, {"f0"}, {}, "front")
        .node("Tanh", {"f0"}, {"f"});
    return graph;
}

Model vectorHead(GraphBuilder graph, int64_t width)
{
    return graph.node("Tanh", {"m"}, {"t"})
        .random("w9", {width, 10})
        .node("MatMul", {"t", "w9"}, {"y"}, {}, "head")
        .build();
}

Model gemm()
{
    GraphBuilder graph = vectorFront();
    graph.random("w1", {28, 24}, 0.3F)
        .random("b1", {28})
        .node("Gemm", {"f", "w1", "b1"}, {"m"}, {{"transB", int64_t(1)}, {"alpha", 0.5F}, {"beta", 2.0F}},
              "middle");
    return vectorHead(graph, 28);
}

Model matMul()
{
    GraphBuilder graph = vectorFront();
    graph.random("w1", {24, 28}, 0.3F).node("MatMul", {"f", "w1"}, {"m"}, {}, "middle");
    return vectorHead(graph, 28);
}

Model tied()
{
    GraphBuilder graph = vectorFront();
    graph.random("w1", {24, 24}, 0.3F)
        .node("MatMul", {"f", "w1"}, {"h"}, {}, "first")
        .node("Sigmoid", {"h"}, {"s"})
        .node("MatMul", {"s", "w1"}, {"m"}, {}, "second");
    return vectorHead(graph, 24);
}

Model behindTranspose()
{
    GraphBuilder graph = vectorFront();
    graph.random("w1", {28, 24}, 0.3F)
        .node("Identity", {"w1"}, {"i"})
        .node("Transpose", {"i"}, {"t1"}, {{"perm", Ints{1, 0}}})
        .node("MatMul", {"f", "t1"}, {"m"}, {}, "middle");
    return vectorHead(graph, 28);
}

Model constantNode()
{
    GraphBuilder graph = vectorFront();
    graph.node("Constant", {}, {"w1"}, {{"value", randomTensor({24, 28}, 4, 0.3F)}})
        .node("MatMul", {"f", "w1"}, {"m"}, {}, "middle");
    return vectorHead(graph, 28);
}

/// A product whose constant is float16.
Model halfConstant()
{
    GraphBuilder graph = vectorFront();
    const Tensor values = randomTensor({24, 28}, 3, 0.3F);
    graph.constant("w1", fromFloats(ElementType::Float16, values.shape, toFloats(values)))
        .node("Cast", {"w1"}, {"k"}, {{"to", int64_t(1)}})
        .node("MatMul", {"f", "k"}, {"m"}, {}, "middle");
    return vectorHead(graph, 28);
}

Model recurrent(const char *op, int64_t gates)
{
    GraphBuilder graph;
    return graph.input("x", {-1, 5, 14})
        .output("y", {-1, 10})
        .random("w0", {14, 16}, 0.3F)
        .random("w", {1, gates * 11, 16}, 0.3F)
        .random("r", {1, gates * 11, 11}, 0.3F)
        .random("b", {1, 2 * gates * 11}, 0.3F)
        .constant("axis", integers({0}))
        .node("MatMul", {"x", "w0"}, {"f"}, {}, "front")
        .node("Transpose", {"f"}, {"steps"}, {{"perm", Ints{1, 0, 2}}})
        .node(op, {"steps", "w", "r", "b"}, {"all", "last"}, {{"hidden_size", int64_t(11)}}, "middle")
        .node("Squeeze", {"last", "axis"}, {"h"})
        .random("w9", {11, 10})
        .node("MatMul", {"h", "w9"}, {"y"}, {}, "head")
        .build();
}
Model lstm()
{
    return recurrent("LSTM", 4);
}
Model gru()
{
    return recurrent("GRU", 3);
}

/// A second input that goes through layers of its own.
Model embedding()
{
    GraphBuilder graph;
    return graph.input("words", {-1, 5}, ElementType::Int64)
        .input("x", {-1, 30})
        .output("y", {-1, 10})
        .random("w0", {30, 24}, 0.3F)
        .random("w1", {16, 24})
        .node("MatMul", {"x", "w0"}, {"f"}, {}, "front")
        .node("Gather", {"w1", "words"}, {"e"}, {}, "middle")
        .node("ReduceMean", {"e"}, {"s"}, {{"axes", Ints{1}}, {"keepdims", int64_t(0)}})
        .node("Add", {"f", "s"}, {"a"})
        .random("w9", {24, 10})
        .node("MatMul", {"a", "w9"}, {"y"}, {}, "head")
        .build();
}

/// The weights are inside the branches of an If.
Model inBranches()
{
    Tensor yes = makeTensor(ElementType::Bool, {});
    yes.bytes[0] = std::byte{1};
    const auto branch = [](const char *name, const char *weight, const char *output, unsigned seed) {
        GraphBuilder inner;
        inner.output(output)
            .constant(weight, randomTensor({24, 28}, seed, 0.3F))
            .node("MatMul", {"f", weight}, {output}, {}, name);
        return inner;
    };
    GraphBuilder graph = vectorFront();
    graph.constant("yes", yes)
        .node("If", {"yes"}, {"m"}, {}, "if")
        .subgraph("then_branch", branch("then", "w1", "m1", 8))
        .subgraph("else_branch", branch("else", "w2", "m2", 9));
    return vectorHead(graph, 28);
}

void toFloat16(onnx::TensorProto &tensor)
{
    if (tensor.data_type() != onnx::TensorProto::FLOAT)
        return;
    Tensor values = makeTensor(ElementType::Float32, {tensor.dims().begin(), tensor.dims().end()});
    std::memcpy(values.bytes.data(), tensor.raw_data().data(), values.bytes.size());
    const Tensor half = fromFloats(ElementType::Float16, values.shape, values.as<float>());
    tensor.set_data_type(onnx::TensorProto::FLOAT16);
    tensor.set_raw_data(half.bytes.data(), half.bytes.size());
}

void toFloat16(google::protobuf::RepeatedPtrField<onnx::ValueInfoProto> &values)
{
    for (onnx::ValueInfoProto &value : values)
        if (auto *type = value.mutable_type()->mutable_tensor_type();
            type->elem_type() == onnx::TensorProto::FLOAT)
            type->set_elem_type(onnx::TensorProto::FLOAT16);
}

void toFloat16(onnx::GraphProto &graph)
{
    for (onnx::TensorProto &tensor : *graph.mutable_initializer())
        toFloat16(tensor);
    toFloat16(*graph.mutable_input());
    toFloat16(*graph.mutable_output());
    for (onnx::NodeProto &node : *graph.mutable_node())
        for (onnx::AttributeProto &attribute : *node.mutable_attribute()) {
            if (attribute.has_t())
                toFloat16(*attribute.mutable_t());
            if (attribute.has_g())
                toFloat16(*attribute.mutable_g());
            if (node.op_type() == "Cast" && attribute.i() == onnx::TensorProto::FLOAT)
                attribute.set_i(onnx::TensorProto::FLOAT16);
        }
}

} // namespace

Model inFloat16(const Model &model)
{
    onnx::ModelProto proto = model.content().proto;
    toFloat16(*proto.mutable_graph());
    return modelFromProto(std::move(proto), model);
}

Model liveConvolution(int64_t batch)
{
    GraphBuilder graph = imageFront(batch);
    graph.random("w1", {12, 12, 3, 3}, 0.2F)
        .random("b1", {12})
        .node("Conv", {"f", "w1", "b1"}, {"c"}, {{"pads", Ints{1, 1, 1, 1}}}, "middle")
        .node("Add", {"c", "f"}, {"m"});
    return imageHead(graph, 12);
}

Model onlyBatchOne()
{
    GraphBuilder graph = vectorFront();
    graph.constant("shape", integers({1, 24}))
        .node("Reshape", {"f", "shape"}, {"g"})
        .random("w1", {24, 28}, 0.3F)
        .node("MatMul", {"g", "w1"}, {"m"}, {}, "middle");
    return vectorHead(graph, 28);
}

const std::vector<LiveModelCase> &liveModels()
{
    static const std::vector<LiveModelCase> cases{
        {"conv", plainConv, {1}},
        {"grouped conv", groupedConv, {1}},
        {"depthwise conv", depthwiseConv, {1}},
        {"pointwise conv", pointwiseConv, {1}},
        {"transposed conv", transposedConv, {1}},
        {"residual conv", residualConv, {1}},
        {"normalized conv", normalizedConv, {1}, true, false},
        {"gemm", gemm, {1}},
        {"matmul", matMul, {1}},
        {"tied", tied, {1}},
        {"behind transpose", behindTranspose, {1}},
        {"constant node", constantNode, {1}},
        {"float16 constant", halfConstant, {1}},
        {"lstm", lstm, {1, 2}},
        {"gru", gru, {1, 2}},
        {"embedding", embedding, {1}},
        {"in branches", inBranches, {1, 2}, false},
        {"first layer", residualConv, {0}, false},
    };
    return cases;
}

std::vector<std::string> plainSettings()
{
    std::vector<std::string> settings(methodCases().begin(), methodCases().end());
    for (const char *more : {"rank=50%",
                             "rank.energy=0.9",
                             "rank=3,rank.form=spatial",
                             "rank=4,rank.form=spatial,rank.bits=4",
                             "rank=3,rank.form=tucker2",
                             "rank=4,rank.form=tucker2,rank.bits=5,residual.bits=3",
                             "rank=2,residual.bits=3",
                             "rank=2,rank.bits=4,residual.bits=2",
                             "separable=weights",
                             "separable=weights,bits=4",
                             "separable=weights,prune=0.3",
                             "prune.pattern=2:4",
                             "prune.pattern=1:4,bits=4",
                             "prune=0.5,prune.pattern=4x1",
                             "prune=0.5,prune.pattern=2x2",
                             "prune=0.5,prune.scope=global",
                             "bits=4,range=percentile,percentile=0.98",
                             "bits=3,range=mse",
                             "clusters=8,clusters.init=linear",
                             "clusters=8,clusters.init=density",
                             "clusters=8,clusters.init=kmeans++",
                             "rank=3,clusters=8"})
        settings.emplace_back(more);
    return settings;
}

std::vector<std::string> calibratedSettings()
{
    return {"prune=0.5,prune.method=wanda",
            "prune=0.5,prune.method=wanda,bits=4",
            "prune=0.5,prune.method=obs",
            "prune.pattern=2:4,prune.method=obs",
            "prune=0.5,prune.method=obs,prune.scope=global",
            "prune=0.5,prune.method=obs,bits=3,rounding=gptq",
            "bits=3,rounding=gptq",
            "bits=4,rounding=gptq,granularity=group,group=3",
            "bits=2,bias_correction=true",
            "format=ternary,bias_correction=true",
            "format=binary,bias_correction=true",
            "rank=3,rank.method=asvd",
            "rank=3,rank.method=asvd,rank.form=spatial",
            "rank=3,rank.method=asvd,rank.bits=4,residual.bits=3",
            "rank=3,bits=3,bias_correction=true",
            "clusters=8,clusters.weighting=activation",
            "clusters=8,clusters.weighting=hessian",
            "separable=activations"};
}

} // namespace lathe::test
