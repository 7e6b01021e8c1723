#include "tests/support/exportcases.h"

namespace lathe::test {
namespace {

using Ints = std::vector<int64_t>;

GraphBuilder graph(int opset, const Shape &in)
{
    GraphBuilder builder(opset);
    builder.input("x", in).output("y");
    return builder;
}

Model conv(int opset)
{
    return graph(opset, {1, 11, 9, 9})
        .random("w", {23, 11, 3, 3})
        .random("b", {23})
        .node("Conv", {"x", "w", "b"}, {"y"},
              {{"strides", Ints{2, 1}}, {"pads", Ints{1, 0, 1, 2}}, {"dilations", Ints{1, 2}}}, "c")
        .build();
}

Model convAutoPad(int opset)
{
    return graph(opset, {1, 9, 8, 8})
        .random("w", {30, 9, 3, 3})
        .node(
            "Conv", {"x", "w"}, {"y"},
            {{"auto_pad", std::string("SAME_UPPER")}, {"kernel_shape", Ints{3, 3}}, {"strides", Ints{2, 2}}})
        .build();
}

Model conv1d(int opset)
{
    return graph(opset, {2, 15, 16}).random("w", {29, 15, 5}).node("Conv", {"x", "w"}, {"y"}).build();
}

Model convGrouped(int opset)
{
    return graph(opset, {1, 32, 6, 6})
        .random("w", {28, 8, 3, 3})
        .node("Conv", {"x", "w"}, {"y"}, {{"group", int64_t{4}}})
        .build();
}

Model convDepthwise(int opset)
{
    return graph(opset, {1, 77, 6, 6})
        .random("w", {77, 1, 3, 3})
        .node("Conv", {"x", "w"}, {"y"}, {{"group", int64_t{77}}})
        .build();
}

Model convTranspose(int opset)
{
    return graph(opset, {1, 18, 5, 5})
        .random("w", {18, 13, 3, 3})
        .node("ConvTranspose", {"x", "w"}, {"y"}, {{"strides", Ints{2, 2}}})
        .build();
}

Model convTransposeGrouped(int opset)
{
    return graph(opset, {1, 18, 5, 5})
        .random("w", {18, 12, 3, 3})
        .node("ConvTranspose", {"x", "w"}, {"y"}, {{"group", int64_t{2}}})
        .build();
}

Model gemm(int opset)
{
    return graph(opset, {3, 50})
        .random("w", {45, 50})
        .random("b", {45})
        .node("Gemm", {"x", "w", "b"}, {"y"}, {{"transB", int64_t{1}}, {"alpha", 0.5F}, {"beta", 2.0F}}, "fc")
        .build();
}

Model gemmSwapped(int opset)
{
    return graph(opset, {50, 3})
        .random("w", {50, 45})
        .random("b", {3, 45})
        .node("Gemm", {"x", "w", "b"}, {"y"}, {{"transA", int64_t{1}}})
        .build();
}

Model gemmLeft(int opset)
{
    return graph(opset, {40, 4})
        .random("w", {36, 40})
        .random("b", {36, 1})
        .node("Gemm", {"w", "x", "b"}, {"y"}, {{"alpha", 2.0F}})
        .build();
}

Model gemmLeftSwapped(int opset)
{
    return graph(opset, {4, 50})
        .random("w", {50, 47})
        .random("b", {47, 4})
        .node("Gemm", {"w", "x", "b"}, {"y"}, {{"transA", int64_t{1}}, {"transB", int64_t{1}}})
        .build();
}

Model gemmWithoutBias(int opset)
{
    return graph(opset, {3, 50}).random("w", {50, 45}).node("Gemm", {"x", "w"}, {"y"}).build();
}

Model matMulRight(int opset)
{
    return graph(opset, {2, 3, 48}).random("w", {48, 43}).node("MatMul", {"x", "w"}, {"y"}, {}, "m").build();
}

Model matMulLeft(int opset)
{
    return graph(opset, {2, 48, 3}).random("w", {44, 48}).node("MatMul", {"w", "x"}, {"y"}).build();
}

Model matMulBatched(int opset)
{
    return graph(opset, {3, 4, 30}).random("w", {3, 30, 26}).node("MatMul", {"x", "w"}, {"y"}).build();
}

Model embedding(int opset)
{
    GraphBuilder builder(opset);
    return builder.input("x", {2, 5}, ElementType::Int64)
        .output("y")
        .random("w", {111, 17})
        .node("Gather", {"w", "x"}, {"y"})
        .build();
}

Model lstm(int opset)
{
    return graph(opset, {4, 1, 26})
        .random("w", {1, 84, 26}, 0.3F)
        .random("r", {1, 84, 21}, 0.3F)
        .node("LSTM", {"x", "w", "r"}, {"y"}, {{"hidden_size", int64_t{21}}}, "rnn")
        .build();
}

Model gru(int opset)
{
    return graph(opset, {4, 1, 26})
        .random("w", {1, 63, 26}, 0.3F)
        .random("r", {1, 63, 21}, 0.3F)
        .node("GRU", {"x", "w", "r"}, {"y"}, {{"hidden_size", int64_t{21}}}, "rnn")
        .build();
}

/// Two products with one constant.
Model tied(int opset)
{
    return graph(opset, {3, 42})
        .random("w", {42, 42})
        .node("MatMul", {"x", "w"}, {"h"}, {}, "first")
        .node("MatMul", {"h", "w"}, {"y"}, {}, "second")
        .build();
}

Model behindTranspose(int opset)
{
    return graph(opset, {3, 42})
        .random("w", {40, 42})
        .node("Identity", {"w"}, {"i"})
        .node("Transpose", {"i"}, {"t"}, {{"perm", Ints{1, 0}}})
        .node("MatMul", {"x", "t"}, {"y"})
        .build();
}

Model behindReshape(int opset)
{
    Tensor shape = makeTensor(ElementType::Int64, {4});
    std::copy_n(std::vector<int64_t>{26, 8, 3, 3}.begin(), 4, shape.as<int64_t>().begin());
    return graph(opset, {1, 8, 6, 6})
        .random("w", {26, 72})
        .constant("shape", shape)
        .node("Reshape", {"w", "shape"}, {"k"})
        .node("Conv", {"x", "k"}, {"y"})
        .build();
}

Model constantNode(int opset)
{
    return graph(opset, {3, 42})
        .node("Constant", {}, {"w"}, {{"value", randomTensor({42, 39}, 4)}})
        .node("MatMul", {"x", "w"}, {"y"})
        .build();
}

onnx::GraphProto branch(const char *name, const char *weight, const char *output, unsigned seed)
{
    GraphBuilder inner;
    inner.output(output)
        .constant(weight, randomTensor({42, 39}, seed))
        .node("MatMul", {"x", weight}, {output}, {}, name);
    inner.proto().mutable_graph()->set_name(name);
    return inner.proto().graph();
}

/// Weights of both branches of an If, one of them read from outside.
Model subgraph(int opset)
{
    Tensor yes = makeTensor(ElementType::Bool, {});
    yes.bytes[0] = std::byte{1};
    GraphBuilder builder = graph(opset, {3, 42});
    builder.constant("yes", yes).node("If", {"yes"}, {"y"}, {}, "if");
    onnx::NodeProto &node = *builder.proto().mutable_graph()->mutable_node(0);
    const auto add = [&](const char *name, const onnx::GraphProto &graph) {
        onnx::AttributeProto *attribute = node.add_attribute();
        attribute->set_name(name);
        attribute->set_type(onnx::AttributeProto::GRAPH);
        *attribute->mutable_g() = graph;
    };
    add("then_branch", branch("then", "w1", "a", 8));
    add("else_branch", branch("else", "w2", "b", 9));
    return builder.build();
}

Model float16(int opset)
{
    GraphBuilder builder(opset);
    const Tensor values = randomTensor({34, 9, 3, 3}, 3, 0.2F);
    return builder.input("x", {1, 9, 7, 7}, ElementType::Float16)
        .output("y", {}, ElementType::Float16)
        .constant("w", fromFloats(ElementType::Float16, values.shape, toFloats(values)))
        .node("Conv", {"x", "w"}, {"y"}, {}, "c")
        .build();
}

Model float64(int opset)
{
    GraphBuilder builder(opset);
    const Tensor values = randomTensor({42, 39}, 3);
    return builder.input("x", {3, 42}, ElementType::Float64)
        .output("y", {}, ElementType::Float64)
        .constant("w", fromFloats(ElementType::Float64, values.shape, toFloats(values)))
        .node("MatMul", {"x", "w"}, {"y"})
        .build();
}

/// A product whose constant is of another type than what is fed.
Model cast(int opset)
{
    const Tensor values = randomTensor({42, 39}, 3);
    return graph(opset, {3, 42})
        .constant("w", fromFloats(ElementType::Float16, values.shape, toFloats(values)))
        .node("Cast", {"w"}, {"f"}, {{"to", int64_t{1}}})
        .node("MatMul", {"x", "f"}, {"y"})
        .build();
}

} // namespace

Model network(unsigned seed)
{
    GraphBuilder builder(13);
    return builder.input("x", {1, 3, 16, 16})
        .output("y", {1, 10})
        .constant("w1", randomTensor({32, 3, 3, 3}, seed, 0.3F))
        .constant("b1", randomTensor({32}, seed + 1))
        .node("Conv", {"x", "w1", "b1"}, {"c1"},
              {{"pads", std::vector<int64_t>{1, 1, 1, 1}}, {"kernel_shape", std::vector<int64_t>{3, 3}}},
              "conv1")
        .node("Relu", {"c1"}, {"r1"})
        .constant("w2", randomTensor({48, 32, 3, 3}, seed + 2, 0.1F))
        .node("Conv", {"r1", "w2"}, {"c2"},
              {{"strides", std::vector<int64_t>{2, 2}}, {"kernel_shape", std::vector<int64_t>{3, 3}}},
              "conv2")
        .node("Relu", {"c2"}, {"r2"})
        .node("GlobalAveragePool", {"r2"}, {"p"})
        .node("Flatten", {"p"}, {"f"})
        .constant("w3", randomTensor({10, 48}, seed + 3, 0.3F))
        .constant("b3", randomTensor({10}, seed + 4))
        .node("Gemm", {"f", "w3", "b3"}, {"y"}, {{"transB", int64_t{1}}}, "fc")
        .build();
}

const std::vector<LayerCase> &layerCases()
{
    static const std::vector<LayerCase> cases{
        {"conv", conv},
        {"conv with auto_pad", convAutoPad},
        {"conv 1d", conv1d},
        {"grouped conv", convGrouped},
        {"depthwise conv", convDepthwise},
        {"transposed conv", convTranspose},
        {"grouped transposed conv", convTransposeGrouped},
        {"gemm", gemm},
        {"gemm, both swapped", gemmSwapped},
        {"gemm, constant left", gemmLeft},
        {"gemm, constant left, swapped", gemmLeftSwapped},
        {"gemm without bias", gemmWithoutBias, 11},
        {"matmul, constant right", matMulRight},
        {"matmul, constant left", matMulLeft},
        {"matmul, batched constant", matMulBatched},
        {"embedding", embedding},
        {"lstm", lstm},
        {"gru", gru},
        {"tied weight", tied},
        {"behind identity and transpose", behindTranspose},
        {"behind reshape", behindReshape},
        {"constant node", constantNode},
        {"subgraphs", subgraph},
        {"float16 conv", float16},
        {"float64 matmul", float64},
        {"float16 constant cast to float32", cast},
    };
    return cases;
}

const std::vector<const char *> &methodCases()
{
    static const std::vector<const char *> cases{
        "prune=0.5",
        "prune=0.95",
        "bits=1",
        "bits=2",
        "bits=3",
        "bits=4",
        "bits=5",
        "bits=6",
        "bits=7",
        "bits=8",
        "bits=1,symmetric=false",
        "bits=3,symmetric=false",
        "bits=8,symmetric=false",
        "bits=3,granularity=tensor",
        "bits=8,granularity=tensor,symmetric=false",
        "prune=0.6,bits=1",
        "prune=0.6,bits=3",
        "prune=0.6,bits=4,symmetric=false",
        "prune=0.9,bits=8",
        "prune=0.9,bits=5,granularity=tensor",
        "bits=4,granularity=group,group=3",
        "bits=3,granularity=group,group=3,symmetric=false,prune=0.7",
        "format=nf4",
        "format=ternary",
        "format=binary",
        "format=fp16",
        "format=bf16,prune=0.5",
        "clusters=16",
        "clusters=5,clusters.group=4",
        "clusters=30,clusters.group=1,prune=0.95",
        "rank=3",
        "rank=3,bits=4",
        "rank=3,prune=0.5",
        "rank=3,prune=0.5,bits=6,symmetric=false",
    };
    return cases;
}

} // namespace lathe::test
