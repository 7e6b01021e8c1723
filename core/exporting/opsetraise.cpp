#include "core/exporting/opsetraise.h"

#include "core/onnx/graphindex.h"

#include <algorithm>
#include <unordered_map>
#include <unordered_set>

namespace lathe {
namespace {

constexpr int64_t newOpset = 21;
constexpr int64_t newIrVersion = 10; ///< published together with opset 21
constexpr int64_t never = 99;        ///< no longer in the standard

/// The oldest opset in which an operator means what it means in opset 21. Later versions of it only take more
/// types, negative axes, or attributes whose defaults are what was done before.
const std::unordered_map<std::string_view, int64_t> &oldestSameMeaning()
{
    static const std::unordered_map<std::string_view, int64_t> table{
        {"Abs", 6},
        {"Acos", 7},
        {"Acosh", 9},
        {"Add", 7},
        {"And", 7},
        {"ArgMax", 1},
        {"ArgMin", 1},
        {"Asin", 7},
        {"Asinh", 9},
        {"Atan", 7},
        {"Atanh", 9},
        {"AveragePool", 7},
        {"BatchNormalization", 9},
        {"BitShift", 11},
        {"Cast", 6},
        {"CastLike", 15},
        {"Ceil", 6},
        {"Celu", 12},
        {"Clip", 11},
        {"Concat", 4},
        {"Constant", 1},
        {"ConstantOfShape", 9},
        {"Conv", 1},
        {"ConvInteger", 10},
        {"ConvTranspose", 1},
        {"Cos", 7},
        {"Cosh", 9},
        {"CumSum", 11},
        {"DepthToSpace", 1},
        {"DequantizeLinear", 10},
        {"Div", 7},
        {"Dropout", 12},
        {"DynamicQuantizeLinear", 11},
        {"Einsum", 12},
        {"Elu", 6},
        {"Equal", 7},
        {"Erf", 9},
        {"Exp", 6},
        {"Expand", 8},
        {"EyeLike", 9},
        {"Flatten", 1},
        {"Floor", 6},
        {"GRU", 7},
        {"Gather", 1},
        {"GatherElements", 11},
        {"GatherND", 11},
        {"Gelu", 20},
        {"Gemm", 7},
        {"GlobalAveragePool", 1},
        {"GlobalMaxPool", 1},
        {"Greater", 7},
        {"GreaterOrEqual", 12},
        {"GridSample", 20},
        {"GroupNormalization", 21},
        {"HardSigmoid", 6},
        {"HardSwish", 14},
        {"Hardmax", 13},
        {"Identity", 1},
        {"If", 1},
        {"InstanceNormalization", 6},
        {"IsInf", 10},
        {"IsNaN", 9},
        {"LRN", 1},
        {"LSTM", 7},
        {"LayerNormalization", 17},
        {"LeakyRelu", 6},
        {"Less", 7},
        {"LessOrEqual", 12},
        {"Log", 6},
        {"LogSoftmax", 13},
        {"Loop", 11},
        {"LpNormalization", 1},
        {"MatMul", 1},
        {"MatMulInteger", 10},
        {"Max", 8},
        {"MaxPool", 1},
        {"Mean", 8},
        {"Min", 8},
        {"Mish", 18},
        {"Mod", 10},
        {"Mul", 7},
        {"Neg", 6},
        {"NonMaxSuppression", 10},
        {"NonZero", 9},
        {"Not", 1},
        {"OneHot", 9},
        {"Or", 7},
        {"PRelu", 7},
        {"Pad", 11},
        {"Pow", 7},
        {"QLinearConv", 10},
        {"QLinearMatMul", 10},
        {"QuantizeLinear", 10},
        {"RNN", 7},
        {"Range", 11},
        {"Reciprocal", 6},
        {"ReduceL1", 18},
        {"ReduceL2", 18},
        {"ReduceLogSum", 18},
        {"ReduceLogSumExp", 18},
        {"ReduceMax", 18},
        {"ReduceMean", 18},
        {"ReduceMin", 18},
        {"ReduceProd", 18},
        {"ReduceSum", 13},
        {"ReduceSumSquare", 18},
        {"Relu", 6},
        {"Reshape", 5},
        {"Resize", 13},
        {"Round", 11},
        {"ScatterElements", 11},
        {"ScatterND", 11},
        {"Selu", 6},
        {"Shape", 1},
        {"Sigmoid", 6},
        {"Sign", 9},
        {"Sin", 7},
        {"Sinh", 9},
        {"Size", 1},
        {"Slice", 10},
        {"Softmax", 13},
        {"Softplus", 1},
        {"Softsign", 1},
        {"SpaceToDepth", 1},
        {"Split", 18},
        {"Sqrt", 6},
        {"Squeeze", 13},
        {"Sub", 7},
        {"Sum", 8},
        {"Tan", 7},
        {"Tanh", 6},
        {"ThresholdedRelu", 10},
        {"Tile", 6},
        {"TopK", 10},
        {"Transpose", 1},
        {"Trilu", 14},
        {"Unsqueeze", 13},
        {"Upsample", never},
        {"Where", 9},
        {"Xor", 7},
    };
    return table;
}

/// Older forms of an operator that are valid and mean the same when they are used in a certain way.
bool isUsedAlike(const onnx::NodeProto &node, int64_t opset)
{
    const std::string &op = node.op_type();
    const auto has = [&](const char *attribute) { return findAttribute(node, attribute) != nullptr; };
    if (op == "Split")
        return opset >= 13 && node.input_size() > 1 && !node.input(1).empty();
    if (op.starts_with("Reduce"))
        return !has("axes");
    if (op == "Clip")
        return opset >= 6 && !has("min") && !has("max");
    if (op == "Dropout")
        return opset >= 7 && !has("ratio") && node.output_size() == 1;
    return false;
}

Message obstacleOf(const onnx::NodeProto &node, int64_t opset)
{
    const std::string &op = node.op_type();
    if (op == "BatchNormalization" && node.output_size() > 1)
        return Message::tr("its operator BatchNormalization ({}) is in training mode", nodeLabel(node));
    const auto known = oldestSameMeaning().find(op);
    if (known == oldestSameMeaning().end())
        return Message::tr("it is not known whether its operator {} ({}) means the same there", op,
                           nodeLabel(node));
    if (known->second == never)
        return Message::tr("its operator {} ({}) is no longer part of the standard", op, nodeLabel(node));
    if (opset >= known->second || isUsedAlike(node, opset))
        return {};
    return Message::tr("its operator {} ({}) changed its meaning or form in opset {}", op, nodeLabel(node),
                       known->second);
}

} // namespace

Message obstacleToOpset21(const Model &model)
{
    const Model::Content &content = model.content();
    if (content.proto.functions_size() > 0)
        return Message::tr("it has functions of its own");
    for (const NodeRef ref : content.index->nodes()) {
        const onnx::NodeProto &node = content.index->node(ref);
        if (isStandardDomain(node.domain()))
            if (Message obstacle = obstacleOf(node, model.opset()); !obstacle.empty())
                return obstacle;
    }
    return {};
}

void raiseToOpset21(onnx::ModelProto &proto)
{
    for (auto &import : *proto.mutable_opset_import())
        if (isStandardDomain(import.domain()))
            import.set_version(std::max(import.version(), newOpset));
    if (proto.ir_version() < 4) {
        std::unordered_set<std::string_view> constants;
        for (const onnx::TensorProto &tensor : proto.graph().initializer())
            constants.insert(tensor.name());
        auto &inputs = *proto.mutable_graph()->mutable_input();
        inputs.erase(std::remove_if(inputs.begin(), inputs.end(),
                                    [&](const auto &input) { return constants.contains(input.name()); }),
                     inputs.end());
    }
    proto.set_ir_version(std::max(proto.ir_version(), newIrVersion));
}

} // namespace lathe
