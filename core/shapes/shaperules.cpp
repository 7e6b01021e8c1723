#include "core/shapes/shaperules.h"

#include "core/shapes/rulecontext.h"

#include <algorithm>
#include <unordered_map>

namespace lathe {
namespace {

using Rule = Shapes (*)(const RuleContext &);

/// The first output has the first input's shape; so has a mask as second.
Shapes sameRule(const RuleContext &c)
{
    if (!c.shape(0))
        return {};
    return c.node.op_type() == "Dropout" ? Shapes{*c.shape(0), *c.shape(0)} : Shapes{*c.shape(0)};
}

Shapes broadcastRule(const RuleContext &c)
{
    if (c.inputs.empty() || !c.shape(0))
        return {};
    if (c.integer("broadcast", 0) != 0) // up to opset 6 the second gives way
        return {*c.shape(0)};
    std::optional<Shape> joint = *c.shape(0);
    for (size_t i = 1; i < c.inputs.size() && joint; ++i)
        joint = c.shape(i) ? broadcastShape(*joint, *c.shape(i)) : std::nullopt;
    return {joint};
}

Shapes dynamicQuantizeRule(const RuleContext &c)
{
    return c.shape(0) ? Shapes{*c.shape(0), Shape{}, Shape{}} : Shapes{};
}

Shapes secondRule(const RuleContext &c)
{
    return c.shape(1) ? Shapes{*c.shape(1)} : Shapes{};
}

Shapes rankRule(const RuleContext &c)
{
    return c.shape(0) ? Shapes{Shape{static_cast<int64_t>(c.shape(0)->size())}} : Shapes{};
}

Shapes scalarRule(const RuleContext &)
{
    return {Shape{}};
}

Shapes statedRule(const RuleContext &c)
{
    return c.numbers(0) ? Shapes{c.numbers(0)->values} : Shapes{};
}

Shapes rangeRule(const RuleContext &c)
{
    int64_t bounds[3];
    for (size_t i = 0; i < 3; ++i) {
        if (!c.numbers(i) || c.numbers(i)->values.size() != 1)
            return {};
        bounds[i] = c.numbers(i)->values[0];
        if (bounds[i] <= -largestDimension || bounds[i] >= largestDimension)
            return {};
    }
    const auto [start, limit, step] = bounds;
    if (step == 0)
        return {};
    const int64_t room = step > 0 ? limit - start : start - limit;
    const int64_t stride = step > 0 ? step : -step;
    return {Shape{room <= 0 ? 0 : (room + stride - 1) / stride}};
}

const std::unordered_map<std::string_view, Rule> &rules()
{
    static const std::unordered_map<std::string_view, Rule> table = [] {
        std::unordered_map<std::string_view, Rule> t;
        const auto add = [&](Rule rule, std::initializer_list<std::string_view> ops) {
            for (const std::string_view op : ops)
                t[op] = rule;
        };
        add(sameRule, {"Abs",
                       "Acos",
                       "Acosh",
                       "Asin",
                       "Asinh",
                       "Atan",
                       "Atanh",
                       "BatchNormalization",
                       "Bernoulli",
                       "BitwiseNot",
                       "Cast",
                       "CastLike",
                       "Ceil",
                       "Celu",
                       "Clip",
                       "Cos",
                       "Cosh",
                       "CumSum",
                       "DequantizeLinear",
                       "Dropout",
                       "Elu",
                       "Erf",
                       "Exp",
                       "EyeLike",
                       "Floor",
                       "Gelu",
                       "GroupNormalization",
                       "HardSigmoid",
                       "HardSwish",
                       "Hardmax",
                       "Identity",
                       "InstanceNormalization",
                       "IsInf",
                       "IsNaN",
                       "LRN",
                       "LayerNormalization",
                       "LeakyRelu",
                       "Log",
                       "LogSoftmax",
                       "LpNormalization",
                       "MeanVarianceNormalization",
                       "Mish",
                       "Neg",
                       "Not",
                       "PRelu",
                       "QuantizeLinear",
                       "Reciprocal",
                       "Relu",
                       "ReverseSequence",
                       "RMSNormalization",
                       "Round",
                       "ScatterElements",
                       "ScatterND",
                       "Selu",
                       "Shrink",
                       "Sigmoid",
                       "Sign",
                       "Sin",
                       "Sinh",
                       "Softmax",
                       "Softplus",
                       "Softsign",
                       "Sqrt",
                       "Swish",
                       "Tan",
                       "Tanh",
                       "ThresholdedRelu",
                       "Trilu"});
        add(broadcastRule, {"Add",        "And",         "BitShift", "BitwiseAnd", "BitwiseOr",
                            "BitwiseXor", "Div",         "Equal",    "Greater",    "GreaterOrEqual",
                            "Less",       "LessOrEqual", "Max",      "Mean",       "Min",
                            "Mod",        "Mul",         "Or",       "Pow",        "Sub",
                            "Sum",        "Where",       "Xor"});
        add(convolutionRule, {"Conv", "ConvInteger", "QLinearConv"});
        add(transposedConvolutionRule, {"ConvTranspose"});
        add(poolRule, {"AveragePool", "LpPool", "MaxPool"});
        add(globalPoolRule, {"GlobalAveragePool", "GlobalLpPool", "GlobalMaxPool"});
        add(productRule, {"MatMul", "MatMulInteger", "QLinearMatMul"});
        add(gemmRule, {"Gemm"});
        add(recurrentRule, {"GRU", "LSTM", "RNN"});
        add(reshapeRule, {"Reshape"});
        add(transposeRule, {"Transpose"});
        add(flattenRule, {"Flatten"});
        add(squeezeRule, {"Squeeze"});
        add(unsqueezeRule, {"Unsqueeze"});
        add(concatRule, {"Concat"});
        add(splitRule, {"Split"});
        add(sliceRule, {"Slice"});
        add(padRule, {"Pad"});
        add(expandRule, {"Expand"});
        add(tileRule, {"Tile"});
        add(resizeRule, {"Resize", "Upsample"});
        add(blocksRule, {"DepthToSpace", "SpaceToDepth"});
        add(gatherRule, {"Gather"});
        add(secondRule, {"GatherElements"});
        add(gatherNdRule, {"GatherND"});
        add(reduceRule, {"ReduceL1", "ReduceL2", "ReduceLogSum", "ReduceLogSumExp", "ReduceMax", "ReduceMean",
                         "ReduceMin", "ReduceProd", "ReduceSum", "ReduceSumSquare"});
        add(extremeIndexRule, {"ArgMax", "ArgMin"});
        add(topKRule, {"TopK"});
        add(oneHotRule, {"OneHot"});
        add(dynamicQuantizeRule, {"DynamicQuantizeLinear"});
        add(rankRule, {"Shape"});
        add(scalarRule, {"Size"});
        add(statedRule, {"ConstantOfShape"});
        add(rangeRule, {"Range"});
        return t;
    }();
    return table;
}

bool isPlausible(const Shape &shape)
{
    return elementCount(shape) > 0 &&
           std::all_of(shape.begin(), shape.end(), [](int64_t d) { return d < largestDimension; });
}

} // namespace

std::vector<std::optional<Shape>> outputShapes(const onnx::NodeProto &node, std::span<const RuleInput> inputs)
{
    Shapes result;
    if (isStandardDomain(node.domain()))
        if (const auto rule = rules().find(node.op_type()); rule != rules().end())
            result = rule->second({node, inputs});
    result.resize(static_cast<size_t>(node.output_size()));
    for (std::optional<Shape> &shape : result)
        if (shape && !isPlausible(*shape))
            shape.reset();
    return result;
}

} // namespace lathe
