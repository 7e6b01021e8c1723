#include "tests/support/cutgraphs.h"

#include "core/model/proto.h"

#include <cstring>
#include <stdexcept>

namespace lathe::test {
namespace {

Tensor integers(const std::vector<int64_t> &values)
{
    Tensor tensor = makeTensor(ElementType::Int64, {static_cast<int64_t>(values.size())});
    std::ranges::copy(values, tensor.as<int64_t>().begin());
    return tensor;
}

Model concatGraph()
{
    return GraphBuilder()
        .input("x", {-1, 8})
        .output("y", {-1, 3})
        .random("w1", {8, 4})
        .random("w2", {8, 5})
        .random("w3", {9, 3})
        .node("MatMul", {"x", "w1"}, {"a"})
        .node("MatMul", {"x", "w2"}, {"b"})
        .node("Concat", {"a", "b"}, {"c"}, {{"axis", int64_t(1)}})
        .node("Tanh", {"c"}, {"t"})
        .node("MatMul", {"t", "w3"}, {"y"})
        .build();
}

/// Three branches of different length out of one value, two of them meeting early.
Model branches()
{
    return GraphBuilder()
        .input("x", {-1, 6})
        .output("y", {-1, 6})
        .random("w0", {6, 6})
        .random("w1", {6, 6})
        .random("w2", {6, 6})
        .random("w3", {6, 6})
        .node("MatMul", {"x", "w0"}, {"stem"})
        .node("MatMul", {"stem", "w1"}, {"a"})
        .node("MatMul", {"stem", "w2"}, {"b1"})
        .node("Relu", {"b1"}, {"b2"})
        .node("MatMul", {"b2", "w3"}, {"b"})
        .node("Sigmoid", {"stem"}, {"c"})
        .node("Mul", {"a", "b"}, {"ab"})
        .node("Add", {"ab", "c"}, {"y"})
        .build();
}

Model twoInputs()
{
    return GraphBuilder()
        .input("x", {-1, 8})
        .input("z", {-1, 4})
        .output("y", {-1, 4})
        .random("w1", {8, 4})
        .random("w2", {4, 4})
        .node("MatMul", {"x", "w1"}, {"a"})
        .node("MatMul", {"z", "w2"}, {"b"})
        .node("Add", {"a", "b"}, {"s"})
        .node("Mul", {"s", "z"}, {"y"})
        .build();
}

/// A split whose parts meet again behind the layer: two outputs of one node cross.
Model splitOutputs()
{
    return GraphBuilder()
        .input("x", {-1, 8})
        .output("y", {-1, 4})
        .random("w1", {8, 8})
        .random("w2", {4, 4})
        .node("MatMul", {"x", "w1"}, {"h"})
        .node("Split", {"h"}, {"p", "q"}, {{"axis", int64_t(1)}})
        .node("MatMul", {"p", "w2"}, {"r"})
        .node("Add", {"r", "q"}, {"y"})
        .build();
}

/// The shape that a value is brought to is computed from the data before and from that behind the layer.
Model computedShapes()
{
    return GraphBuilder()
        .input("x", {-1, 4, 6})
        .output("y")
        .random("w1", {6, 6})
        .random("w2", {24, 5})
        .constant("first", integers({0}))
        .constant("rest", integers({-1}))
        .node("MatMul", {"x", "w1"}, {"h"})
        .node("Shape", {"h"}, {"shape"})
        .node("Gather", {"shape", "first"}, {"batch"}, {{"axis", int64_t(0)}})
        .node("Concat", {"batch", "rest"}, {"flat"}, {{"axis", int64_t(0)}})
        .node("Relu", {"h"}, {"r"})
        .node("Reshape", {"r", "flat"}, {"f"})
        .node("MatMul", {"f", "w2"}, {"y"})
        .build();
}

/// A weight that reaches its layer through nodes that depend on constants alone.
Model foldedWeight()
{
    return GraphBuilder()
        .input("x", {-1, 6})
        .output("y", {-1, 4})
        .random("w1", {6, 6})
        .random("w2", {4, 6})
        .random("s", {1})
        .node("MatMul", {"x", "w1"}, {"h"})
        .node("Transpose", {"w2"}, {"t"}, {{"perm", std::vector<int64_t>{1, 0}}})
        .node("Mul", {"t", "s"}, {"k"})
        .node("MatMul", {"h", "k"}, {"y"})
        .build();
}

GraphBuilder branchOf(const std::string &left, const std::string &right, const std::string &op)
{
    GraphBuilder inner;
    inner.output("o_" + op).node(op, {left, right}, {"o_" + op});
    return inner;
}

/// Both branches of an If take values of the main graph without naming them as inputs.
Model captured()
{
    GraphBuilder graph;
    graph.input("x", {-1, 6})
        .output("y", {-1, 6})
        .random("w1", {6, 6})
        .random("w2", {6, 6})
        .random("w3", {6, 6})
        .constant("axes", integers({0, 1}))
        .random("limit", {})
        .node("MatMul", {"x", "w1"}, {"a"})
        .node("MatMul", {"a", "w2"}, {"b"})
        .node("ReduceSum", {"a", "axes"}, {"sum"}, {{"keepdims", int64_t(0)}})
        .node("Greater", {"sum", "limit"}, {"large"})
        .node("If", {"large"}, {"c"})
        .subgraph("then_branch", branchOf("a", "b", "Add"))
        .subgraph("else_branch", branchOf("a", "b", "Sub"))
        .node("MatMul", {"c", "w3"}, {"y"});
    return graph.build();
}

/// The body of a Loop takes a value and a weight of the main graph.
Model looped()
{
    GraphBuilder body;
    body.input("i", {1}, ElementType::Int64).input("on", {1}, ElementType::Bool).input("v", {-1, 6});
    body.output("on_out", {1}, ElementType::Bool).output("v_out", {-1, 6});
    body.node("Identity", {"on"}, {"on_out"})
        .node("MatMul", {"v", "w2"}, {"m"})
        .node("Add", {"m", "a"}, {"n"})
        .node("Tanh", {"n"}, {"v_out"});
    onnx::GraphProto &counted = *body.proto().mutable_graph();
    for (auto *scalar : {counted.mutable_input(0), counted.mutable_input(1), counted.mutable_output(0)})
        scalar->mutable_type()->mutable_tensor_type()->mutable_shape()->clear_dim();
    Tensor trips = makeTensor(ElementType::Int64, {});
    trips.as<int64_t>()[0] = 3;
    Tensor go = makeTensor(ElementType::Bool, {});
    go.bytes[0] = std::byte{1};
    GraphBuilder graph;
    graph.input("x", {-1, 6})
        .output("y", {-1, 6})
        .random("w1", {6, 6})
        .random("w2", {6, 6})
        .random("w3", {6, 6})
        .constant("trips", trips)
        .constant("go", go)
        .node("MatMul", {"x", "w1"}, {"a"})
        .node("Sigmoid", {"x"}, {"s"})
        .node("Loop", {"trips", "go", "s"}, {"l"})
        .subgraph("body", body)
        .node("MatMul", {"l", "w3"}, {"y"});
    return graph.build();
}

int64_t sizeOf(const std::string &dimension)
{
    return dimension == "sequence" ? 512 : 2;
}

} // namespace

Model residualGraph()
{
    return GraphBuilder()
        .input("x", {-1, 8})
        .output("y", {-1, 8})
        .random("w1", {8, 8})
        .random("w2", {8, 8})
        .random("w3", {8, 8})
        .node("MatMul", {"x", "w1"}, {"a"})
        .node("Relu", {"a"}, {"r"})
        .node("MatMul", {"r", "w2"}, {"b"})
        .node("Add", {"b", "a"}, {"s"})
        .node("MatMul", {"s", "w3"}, {"c"})
        .node("Add", {"c", "x"}, {"y"})
        .build();
}

Model twoOutputs()
{
    return GraphBuilder()
        .input("x", {-1, 8})
        .output("y", {-1, 5})
        .output("z", {-1, 3})
        .random("w1", {8, 8})
        .random("w2", {8, 5})
        .random("w3", {8, 3})
        .node("MatMul", {"x", "w1"}, {"h"})
        .node("MatMul", {"h", "w3"}, {"z"})
        .node("MatMul", {"h", "w2"}, {"y"})
        .build();
}

const std::vector<CutGraphCase> &cutGraphs()
{
    static const std::vector<CutGraphCase> cases{
        {"residual",
         residualGraph,
         {{{"w1"}, {}}, {{"w2"}, {"a", "r"}}, {{"w3"}, {"s"}}, {{"w2", "w3"}, {"a", "r"}}}},
        {"concat", concatGraph, {{{"w1"}, {"b"}}, {{"w2"}, {"a"}}, {{"w1", "w2"}, {}}, {{"w3"}, {"t"}}}},
        {"branches",
         branches,
         {{{"w0"}, {}},
          {{"w1"}, {"stem", "b", "c"}},
          {{"w3"}, {"a", "b2", "c"}},
          {{"w1", "w3"}, {"stem", "b2", "c"}}}},
        {"two inputs", twoInputs, {{{"w1"}, {"b"}}, {{"w2"}, {"a"}}}},
        {"two outputs", twoOutputs, {{{"w1"}, {}}, {{"w2"}, {"h"}}, {{"w2", "w3"}, {"h"}}}},
        {"split", splitOutputs, {{{"w2"}, {"p", "q"}}}},
        {"computed shapes", computedShapes, {{{"w1"}, {}}, {{"w2"}, {"f"}}}},
        {"folded weight", foldedWeight, {{{"w2"}, {"h"}}, {{"s"}, {"h"}}, {{"w1"}, {}}}},
        {"captured by if", captured, {{{"w1"}, {}}, {{"w2"}, {"a", "large"}}, {{"w3"}, {"c"}}}},
        {"captured by loop", looped, {{{"w2"}, {"a", "s"}}, {{"w1"}, {"s"}}, {{"w3"}, {"l"}}}},
    };
    return cases;
}

Model randomGraph(unsigned seed)
{
    std::mt19937 random(seed);
    const auto below = [&](size_t count) { return random() % count; };
    GraphBuilder graph;
    std::vector<std::string> values;
    for (size_t i = 0; i < 1 + below(3); ++i)
        graph.input(values.emplace_back("x" + std::to_string(i)), {-1, 4});
    for (size_t n = 0; n < 5 + below(15); ++n) {
        const std::string name = "v" + std::to_string(n), weight = "w" + std::to_string(n);
        const auto any = [&] { return values[below(values.size())]; };
        switch (below(5)) {
        case 0:
        case 1:
            graph.random(weight, {4, 4}, 0.5F).node("MatMul", {any(), weight}, {name});
            break;
        case 2:
            graph.node("Add", {any(), any()}, {name});
            break;
        case 3:
            graph.random(weight, {8, 4}, 0.5F)
                .node("Concat", {any(), any()}, {name + "c"}, {{"axis", int64_t(1)}})
                .node("MatMul", {name + "c", weight}, {name});
            break;
        default:
            graph.node("Tanh", {any()}, {name});
        }
        values.push_back(name);
    }
    return graph.output(values.back(), {-1, 4}).build();
}

std::map<std::string, Tensor> namedFeeds(const Model &model)
{
    std::map<std::string, Tensor> feeds;
    for (const ValueInfo &input : model.inputs()) {
        Shape shape = input.shape;
        for (size_t d = 0; d < shape.size(); ++d)
            if (shape[d] < 0)
                shape[d] = sizeOf(d < input.dimensionNames.size() ? input.dimensionNames[d] : "");
        feeds[input.name] = isFloat(input.type)
                                ? fromFloats(input.type, shape, toFloats(randomTensor(shape, 11)))
                                : makeTensor(input.type, shape);
    }
    return feeds;
}

Tensor constantOf(const Model &model, const std::string &name)
{
    for (const auto &constant : model.content().proto.graph().initializer())
        if (constant.name() == name) {
            Tensor tensor = makeTensor(static_cast<ElementType>(constant.data_type()),
                                       Shape(constant.dims().begin(), constant.dims().end()));
            std::memcpy(tensor.bytes.data(), constant.raw_data().data(), tensor.bytes.size());
            return tensor;
        }
    throw std::out_of_range(name);
}

} // namespace lathe::test
