#pragma once
// Models whose run ends or never does, as their inputs and weights have it: what must be stopped shows
// whether it can be.
#include "tests/support/graphbuilder.h"

namespace lathe::test {

/// Adds a loop that takes `value` [-1, width] around as often as the scalar float32 `steps` says.
inline GraphBuilder &addLoop(GraphBuilder &graph, const std::string &steps, const std::string &value,
                             const std::string &result, int64_t width)
{
    GraphBuilder body;
    body.input("i", {1}, ElementType::Int64).input("on", {1}, ElementType::Bool).input("v", {-1, width});
    body.output("on_out", {1}, ElementType::Bool).output("v_out", {-1, width});
    body.node("Identity", {"on"}, {"on_out"}).node("Softmax", {"v"}, {"v_out"}, {{"axis", int64_t(1)}});
    onnx::GraphProto &inner = *body.proto().mutable_graph();
    for (auto *scalar : {inner.mutable_input(0), inner.mutable_input(1), inner.mutable_output(0)})
        scalar->mutable_type()->mutable_tensor_type()->mutable_shape()->clear_dim();
    Tensor go = makeTensor(ElementType::Bool, {});
    go.bytes[0] = std::byte{1};
    return graph.constant("go", go)
        .node("Cast", {steps}, {"trips"}, {{"to", int64_t(7)}})
        .node("Loop", {"trips", "go", value}, {result})
        .subgraph("body", body);
}

constexpr size_t steppingSamples = 40;

/// Ends at once as it is, and never where the weight of `steps` changes much: the last of its samples then
/// asks for hundreds of millions of steps.
inline Model steppingModel()
{
    const auto number = [](float value) { return makeTensor({}, std::vector<float>{value}); };
    Tensor weight = makeTensor(ElementType::Float32, {2, 1});
    weight.as<float>()[0] = 0.1F;
    GraphBuilder graph;
    graph.input("x", {-1, 2}).output("y", {-1, 10}).random("w0", {2, 10}).constant("w1", weight);
    graph.constant("least", number(10.0F)).constant("many", number(1e7F));
    graph.node("MatMul", {"x", "w0"}, {"a"}, {}, "front")
        .node("MatMul", {"x", "w1"}, {"p"}, {}, "steps")
        .node("ReduceMax", {"p"}, {"m"}, {{"keepdims", int64_t(0)}})
        .node("Sub", {"m", "least"}, {"d"})
        .node("Relu", {"d"}, {"r"})
        .node("Mul", {"r", "many"}, {"t"});
    return addLoop(graph, "t", "a", "y", 10).build();
}

/// What the last sample holds, the weight as it is leaves out.
inline Tensor steppingInputs()
{
    Tensor x = randomTensor({int64_t(steppingSamples), 2}, 5, 0.1F);
    x.as<float>()[2 * steppingSamples - 1] = 1000.0F;
    return x;
}

} // namespace lathe::test
