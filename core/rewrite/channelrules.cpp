// Which rule an operator follows, and the rules of those that work on each element for itself.
#include "core/rewrite/rulesite.h"
#include "core/shapes/shapeops.h"

#include <algorithm>
#include <unordered_map>

namespace lathe {
namespace {

bool sameChannels(RuleSite &s)
{
    if (!s.has(0) || !s.gives(0) || s.rank(0) != s.outRank())
        return false;
    for (size_t output = 0; output < s.out.size(); ++output) // Dropout gives a mask too
        if (s.gives(output) && s.outRank(output) == s.rank(0))
            s.joinSame(0, output);
    return true;
}

/// Aligns an input's axes with the output's, its first at `shift`: equal lengths are the same channels.
void broadcast(RuleSite &s, size_t input, size_t shift)
{
    for (size_t d = 0; d < s.rank(input); ++d)
        if (const AxisId from = s.axis(input, d), to = s.outAxis(d + shift);
            s.length(from) != 1 || s.length(to) == 1)
            s.join(from, to);
}

bool broadcastChannels(RuleSite &s)
{
    if (!s.gives(0))
        return false;
    for (size_t input = 0; input < s.in.size(); ++input) {
        if (!s.has(input))
            continue;
        if (s.rank(input) > s.outRank())
            return false;
        size_t shift = s.outRank() - s.rank(input);
        if (input == 1 && s.integer("broadcast", 0) != 0 && findAttribute(s.node, "axis")) { // up to opset 6
            const int64_t axis = axisFromFront(s.integer("axis", 0), s.outRank());
            if (axis < 0 || static_cast<size_t>(axis) > shift)
                return false;
            shift = static_cast<size_t>(axis);
        }
        broadcast(s, input, shift);
    }
    return true;
}

bool sloped(RuleSite &s)
{
    if (s.opset < 7 && s.rank(1) == 1 && s.rank(0) >= 2) { // a slope for each channel was a list then
        s.joinSame(0);
        if (s.length(s.axis(1, 0)) != 1)
            s.join(s.axis(1, 0), s.axis(0, 1));
        return true;
    }
    return broadcastChannels(s);
}

/// One axis has an order in which its places mean something.
bool orderedAlong(RuleSite &s, int64_t axis, const Message &reason)
{
    const int64_t at = s.has(0) ? axisFromFront(axis, s.rank(0)) : -1;
    if (at < 0)
        return false;
    s.lock(s.axis(0, static_cast<size_t>(at)), reason);
    for (size_t output = 0; output < s.out.size(); ++output)
        for (size_t d = 0; d < s.rank(0) && s.outRank(output) == s.rank(0); ++d) {
            if (d != static_cast<size_t>(at))
                s.join(s.axis(0, d), s.outAxis(d, output));
            else
                s.lock(s.outAxis(d, output), reason);
        }
    return true;
}

bool summedUpChannels(RuleSite &s)
{
    const WholeNumbers *axis = s.numbers(1);
    return axis && axis->values.size() == 1 && s.rank(0) == s.outRank() &&
           orderedAlong(s, axis->values[0], Message::tr("{} adds them up one after the other", s.label));
}

bool topChannels(RuleSite &s)
{
    return s.rank(0) == s.outRank() &&
           orderedAlong(s, s.integer("axis", -1),
                        Message::tr("{} sorts them and tells their places", s.label));
}

bool extremeChannels(RuleSite &s)
{
    const Message reason = Message::tr("{} tells by their places which is the extreme", s.label);
    const int64_t axis = s.has(0) && s.gives(0) ? axisFromFront(s.integer("axis", 0), s.rank(0)) : -1;
    if (axis < 0)
        return false;
    s.lock(s.axis(0, static_cast<size_t>(axis)), reason);
    for (size_t d = 0, to = 0; d < s.rank(0); ++d) {
        if (d != static_cast<size_t>(axis) && to < s.outRank())
            s.join(s.axis(0, d), s.outAxis(to));
        to += d != static_cast<size_t>(axis) || s.integer("keepdims", 1) != 0 ? 1 : 0;
    }
    return true;
}

bool nothingJoined(RuleSite &)
{
    return true;
}

using Table = std::unordered_map<std::string_view, ChannelRule>;

void add(Table &table, ChannelRule rule, std::initializer_list<std::string_view> operators)
{
    for (const std::string_view op : operators)
        table[op] = rule;
}

void addElementwise(Table &t)
{
    add(t, sameChannels,
        {"Abs",
         "Acos",
         "Acosh",
         "Asin",
         "Asinh",
         "Atan",
         "Atanh",
         "BitwiseNot",
         "Cast",
         "CastLike",
         "Ceil",
         "Celu",
         "Clip",
         "Cos",
         "Cosh",
         "Dropout",
         "Elu",
         "Erf",
         "Exp",
         "Floor",
         "Gelu",
         "HardSigmoid",
         "HardSwish",
         "Identity",
         "IsInf",
         "IsNaN",
         "LeakyRelu",
         "Log",
         "Mish",
         "Neg",
         "Not",
         "Reciprocal",
         "Relu",
         "Round",
         "Selu",
         "Shrink",
         "Sigmoid",
         "Sign",
         "Sin",
         "Sinh",
         "Softplus",
         "Softsign",
         "Sqrt",
         "Swish",
         "Tan",
         "Tanh",
         "ThresholdedRelu"});
    add(t, broadcastChannels,
        {"Add",         "And",   "BitShift", "BitwiseAnd", "BitwiseOr", "BitwiseXor",
         "Div",         "Equal", "Greater",  "Less",       "Max",       "GreaterOrEqual",
         "LessOrEqual", "Mean",  "Min",      "Mod",        "Mul",       "Or",
         "Pow",         "Sub",   "Sum",      "Where",      "Xor"});
    add(t, sloped, {"PRelu"});
    add(t, summedUpChannels, {"CumSum"});
    add(t, topChannels, {"TopK"});
    add(t, extremeChannels, {"ArgMax", "ArgMin"});
    add(t, nothingJoined, {"Shape", "Range", "Constant", "ConstantOfShape"}); // of lengths: shapeorigins.h
}

const Table &standardRules()
{
    static const Table table = [] {
        Table t;
        addElementwise(t);
        add(t, convolutionChannels, {"Conv", "ConvInteger", "QLinearConv"});
        add(t, transposedConvolutionChannels, {"ConvTranspose"});
        add(t, gemmChannels, {"Gemm"});
        add(t, productChannels, {"MatMul", "MatMulInteger", "QLinearMatMul"});
        add(t, einsumChannels, {"Einsum"});
        add(t, recurrentChannels, {"LSTM", "GRU", "RNN"});
        add(t, gatherChannels, {"Gather"});
        add(t, batchNormalizedChannels, {"BatchNormalization"});
        add(t, instanceNormalizedChannels, {"InstanceNormalization"});
        add(t, layerNormalizedChannels,
            {"LayerNormalization", "RMSNormalization", "SimplifiedLayerNormalization"});
        add(t, groupNormalizedChannels, {"GroupNormalization"});
        add(t, acrossChannels, {"LRN", "LpNormalization", "MeanVarianceNormalization"});
        add(t, softmaxChannels, {"Softmax", "LogSoftmax", "Hardmax"});
        add(t, reducedChannels,
            {"ReduceL1", "ReduceL2", "ReduceLogSum", "ReduceLogSumExp", "ReduceMax", "ReduceMean",
             "ReduceMin", "ReduceProd", "ReduceSum", "ReduceSumSquare"});
        add(t, quantizedChannels, {"QuantizeLinear", "DequantizeLinear", "DynamicQuantizeLinear"});
        add(t, reshapedChannels, {"Reshape", "Flatten", "Squeeze", "Unsqueeze"});
        add(t, transposedChannels, {"Transpose"});
        add(t, joinedChannels, {"Concat"});
        add(t, splitChannels, {"Split"});
        add(t, slicedChannels, {"Slice"});
        add(t, paddedChannels, {"Pad"});
        add(t, expandedChannels, {"Expand"});
        add(t, tiledChannels, {"Tile"});
        add(t, depthToSpaceChannels, {"DepthToSpace", "SpaceToDepth"});
        add(t, resizedChannels, {"Resize", "Upsample"});
        add(t, pooledChannels,
            {"MaxPool", "AveragePool", "LpPool", "GlobalAveragePool", "GlobalMaxPool", "GlobalLpPool"});
        add(t, attentionChannels, {"Attention"});
        return t;
    }();
    return table;
}

const Table &microsoftRules()
{
    static const Table table = [] {
        Table t;
        add(t, sameChannels, {"Gelu", "QuickGelu", "QuantizeLinear", "DequantizeLinear"});
        add(t, broadcastChannels, {"BiasGelu", "FastGelu"});
        add(t, convolutionChannels, {"FusedConv"});
        add(t, gemmChannels, {"FusedGemm"});
        add(t, skipNormalizedChannels, {"SkipLayerNormalization", "SkipSimplifiedLayerNormalization"});
        add(t, quantizedChannels, {"QuantizeLinear", "DequantizeLinear"});
        add(t, packedAttentionChannels, {"Attention"});
        add(t, multiHeadAttentionChannels, {"MultiHeadAttention", "GroupQueryAttention"});
        return t;
    }();
    return table;
}

} // namespace

ChannelRule channelRule(const onnx::NodeProto &node)
{
    const Table &table = isStandardDomain(node.domain()) ? standardRules() : microsoftRules();
    if (!isStandardDomain(node.domain()) && node.domain() != "com.microsoft")
        return nullptr;
    const auto found = table.find(node.op_type());
    return found == table.end() ? nullptr : found->second;
}

} // namespace lathe
