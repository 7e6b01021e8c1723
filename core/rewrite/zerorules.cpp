#include "core/rewrite/zerorules.h"

#include "core/onnx/graphindex.h"

#include <algorithm>
#include <array>

namespace lathe {
namespace {

template <size_t N>
bool isOneOf(std::string_view op, const std::array<std::string_view, N> &ops)
{
    return std::ranges::find(ops, op) != ops.end();
}

constexpr std::array<std::string_view, 59> keepingZero{"Abs",
                                                       "Asin",
                                                       "Asinh",
                                                       "Atan",
                                                       "Atanh",
                                                       "Cast",
                                                       "CastLike",
                                                       "Ceil",
                                                       "Celu",
                                                       "Dropout",
                                                       "Elu",
                                                       "Erf",
                                                       "Floor",
                                                       "Gelu",
                                                       "HardSwish",
                                                       "Identity",
                                                       "LeakyRelu",
                                                       "Mish",
                                                       "Neg",
                                                       "Relu",
                                                       "Round",
                                                       "Selu",
                                                       "Sign",
                                                       "Sin",
                                                       "Sinh",
                                                       "Softsign",
                                                       "Sqrt",
                                                       "Swish",
                                                       "Tan",
                                                       "Tanh",
                                                       "QuickGelu",
                                                       "ThresholdedRelu",
                                                       "Reshape",
                                                       "Flatten",
                                                       "Squeeze",
                                                       "Unsqueeze",
                                                       "Transpose",
                                                       "Split",
                                                       "Slice",
                                                       "Gather",
                                                       "Expand",
                                                       "Tile",
                                                       "DepthToSpace",
                                                       "SpaceToDepth",
                                                       "Resize",
                                                       "Upsample",
                                                       "MaxPool",
                                                       "AveragePool",
                                                       "LpPool",
                                                       "GlobalAveragePool",
                                                       "GlobalMaxPool",
                                                       "GlobalLpPool",
                                                       "ReduceSum",
                                                       "ReduceMean",
                                                       "ReduceMax",
                                                       "ReduceMin",
                                                       "ReduceL1",
                                                       "ReduceL2",
                                                       "ReduceSumSquare"};
constexpr std::array<std::string_view, 10> adding{"Add",  "Sub",   "Sum",      "Max",      "Min",
                                                  "Mean", "Where", "BiasGelu", "FastGelu", "Mod"};
constexpr std::array<std::string_view, 11> multiplying{"Mul",  "MatMul", "Conv",        "ConvTranspose",
                                                       "Gemm", "Einsum", "ConvInteger", "MatMulInteger",
                                                       "LSTM", "GRU",    "RNN"};
constexpr std::array<std::string_view, 8> scaling{"BatchNormalization",
                                                  "InstanceNormalization",
                                                  "LayerNormalization",
                                                  "RMSNormalization",
                                                  "GroupNormalization",
                                                  "SkipLayerNormalization",
                                                  "SkipSimplifiedLayerNormalization",
                                                  "SimplifiedLayerNormalization"};

} // namespace

OfZeros ofZeros(std::string_view op)
{
    if (isOneOf(op, keepingZero))
        return OfZeros::Kept;
    if (isOneOf(op, adding))
        return OfZeros::Added;
    if (isOneOf(op, multiplying))
        return OfZeros::Multiplied;
    return isOneOf(op, scaling) ? OfZeros::Scaled : OfZeros::Other;
}

bool hasInput(const onnx::NodeProto &node, size_t input)
{
    return static_cast<int>(input) < node.input_size() && !node.input(static_cast<int>(input)).empty();
}

bool fillsWithZero(const onnx::NodeProto &node)
{
    const auto *value = findAttribute(node, "value");
    if (!value)
        return true;
    const std::string &raw = value->t().raw_data();
    const auto isZero = [](auto number) { return number == 0; };
    return std::ranges::all_of(raw, isZero) && std::ranges::all_of(value->t().float_data(), isZero) &&
           std::ranges::all_of(value->t().int32_data(), isZero);
}

bool letsZeroThrough(const onnx::NodeProto &node, const RealOf &realOf)
{
    const auto real = [&](const char *name, int input, float fallback) -> std::optional<float> {
        if (const auto *attribute = findAttribute(node, name))
            return attribute->f();
        if (!hasInput(node, static_cast<size_t>(input)))
            return fallback;
        return realOf(node.input(input));
    };
    if (node.op_type() == "Clip") {
        const auto low = real("min", 1, 0.0F), high = real("max", 2, 0.0F);
        return low && high && *low <= 0.0F && *high >= 0.0F;
    }
    return node.op_type() != "Pad" || real("value", 2, 0.0F) == 0.0F;
}

} // namespace lathe
