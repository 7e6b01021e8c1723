#include "core/model/products.h"

#include "core/model/macs.h"
#include "core/model/weightpath.h"
#include "core/onnx/einsum.h"
#include "core/onnx/graphindex.h"

#include <algorithm>
#include <set>
#include <unordered_map>
#include <unordered_set>

namespace lathe {
namespace {

constexpr std::string_view microsoft = "com.microsoft";

enum class Work {
    Nothing, ///< or a count that is no product's: additions, comparisons, norms
    Convolution,
    TransposedConvolution,
    Product,     ///< of matrices, by broadcasting
    CodedBlocks, ///< a product whose inner dimension is an attribute
    Recurrence,
    Sum,      ///< Einsum
    Uncounted ///< it multiplies, but how often is not told by the shapes alone
};

/// An operator and the inputs that it multiplies.
struct Operator {
    Work work = Work::Nothing;
    int left = 0;
    int right = 1;
};

const Operator *standardOperator(std::string_view op)
{
    static const std::unordered_map<std::string_view, Operator> table = {
        {"Attention", {Work::Uncounted}},
        {"CausalConvWithState", {Work::Uncounted}},
        {"Conv", {Work::Convolution}},
        {"ConvInteger", {Work::Convolution}},
        {"ConvTranspose", {Work::TransposedConvolution}},
        {"DeformConv", {Work::Convolution}},
        {"Einsum", {Work::Sum}},
        {"GRU", {Work::Recurrence}},
        {"Gemm", {Work::Product}},
        {"LSTM", {Work::Recurrence}},
        {"LinearAttention", {Work::Uncounted}},
        {"MatMul", {Work::Product}},
        {"MatMulInteger", {Work::Product}},
        {"QLinearConv", {Work::Convolution, 0, 3}},
        {"QLinearMatMul", {Work::Product, 0, 3}},
        {"RNN", {Work::Recurrence}},
    };
    const auto found = table.find(op);
    return found == table.end() ? nullptr : &found->second;
}

/// Of ONNX Runtime's own operators those whose work is known: the others are Uncounted.
const Operator *microsoftOperator(std::string_view op)
{
    static const std::unordered_map<std::string_view, Operator> table = [] {
        std::unordered_map<std::string_view, Operator> t = {
            {"ConvTransposeWithDynamicPads", {Work::TransposedConvolution}},
            {"DynamicQuantizeMatMul", {Work::Product}},
            {"FusedConv", {Work::Convolution}},
            {"FusedGemm", {Work::Product}},
            {"FusedMatMul", {Work::Product}},
            {"FusedMatMulActivation", {Work::Product}},
            {"GemmFastGelu", {Work::Product}},
            {"GemmFloat8", {Work::Product}},
            {"MatMulBnb4", {Work::CodedBlocks}},
            {"MatMulInteger16", {Work::Product}},
            {"MatMulIntegerToFloat", {Work::Product}},
            {"MatMulNBits", {Work::CodedBlocks}},
            {"NhwcConv", {Work::Convolution}},
            {"NhwcFusedConv", {Work::Convolution}},
            {"QGemm", {Work::Product, 0, 3}},
            {"QLinearConv", {Work::Convolution, 0, 3}},
            {"TransposeMatMul", {Work::Product}},
        };
        for (const std::string_view quiet : {"BiasAdd",
                                             "BiasDropout",
                                             "BiasGelu",
                                             "BiasSoftmax",
                                             "BiasSplitGelu",
                                             "BitmaskBiasDropout",
                                             "BitmaskDropout",
                                             "CropAndResize",
                                             "DequantizeLinear",
                                             "EmbedLayerNormalization",
                                             "ExpandDims",
                                             "FastGelu",
                                             "GatherBlockQuantized",
                                             "GatherND",
                                             "Gelu",
                                             "GridSample",
                                             "GroupNorm",
                                             "IsAllFinite",
                                             "NGramRepeatBlock",
                                             "NhwcMaxPool",
                                             "Pad",
                                             "QEmbedLayerNormalization",
                                             "QLinearAdd",
                                             "QLinearAveragePool",
                                             "QLinearConcat",
                                             "QLinearGlobalAveragePool",
                                             "QLinearLeakyRelu",
                                             "QLinearMul",
                                             "QLinearReduceMean",
                                             "QLinearSigmoid",
                                             "QLinearSoftmax",
                                             "QLinearWhere",
                                             "QuantizeLinear",
                                             "QuickGelu",
                                             "RelativePositionBias",
                                             "RemovePadding",
                                             "RestorePadding",
                                             "RotaryEmbedding",
                                             "SkipGroupNorm",
                                             "SkipLayerNormalization",
                                             "SkipSimplifiedLayerNormalization",
                                             "Tokenizer",
                                             "TorchEmbedding",
                                             "Trilu",
                                             "Unique"})
            t[quiet] = {};
        return t;
    }();
    const auto found = table.find(op);
    return found == table.end() ? nullptr : &found->second;
}

Operator operatorOf(const onnx::NodeProto &node)
{
    const Operator *known = nullptr;
    const std::string &op = node.op_type();
    if (isStandardDomain(node.domain())) {
        known = standardOperator(op);
        return known ? *known : Operator{};
    }
    if (node.domain() == "ai.onnx.ml") {
        const bool multiplies = op == "LinearClassifier" || op == "LinearRegressor" ||
                                op == "SVMClassifier" || op == "SVMRegressor";
        return {multiplies ? Work::Uncounted : Work::Nothing};
    }
    if (node.domain() == microsoft)
        known = microsoftOperator(op);
    return known ? *known : Operator{Work::Uncounted};
}

std::optional<int64_t> times(std::optional<int64_t> a, int64_t b)
{
    int64_t product = 0;
    if (!a || *a < 0 || b < 0 || __builtin_mul_overflow(*a, b, &product))
        return std::nullopt;
    return product;
}

/// Length of what the rows of the left side and the columns of the right side are summed over.
int64_t innerDimension(const onnx::NodeProto &node, const Shape &left)
{
    if (left.empty())
        return -1;
    if (intAttribute(node, "transBatchA", 0) != 0) // [inner dimension or rows, batch..., columns]
        return intAttribute(node, "transA", 0) != 0 ? left.front() : left.back();
    const bool transposed = intAttribute(node, "transA", 0) != 0 && left.size() > 1;
    return transposed ? left[left.size() - 2] : left.back();
}

/// One step needs one pass over the weights [directions, gates * hidden, in] and [..., hidden].
std::optional<int64_t> recurrentMacs(const std::vector<Shape> &inputs)
{
    if (inputs.size() < 3 || inputs[0].size() != 3 || inputs[1].size() != 3 || inputs[2].size() != 3)
        return std::nullopt;
    return times(elementCount({inputs[0][0], inputs[0][1]}),
                 elementCount(inputs[1]) + elementCount(inputs[2]));
}

std::optional<int64_t> macsOf(const onnx::NodeProto &node, const OtherProduct &product)
{
    const Operator op = operatorOf(node);
    const auto shape = [&](int input) {
        return static_cast<size_t>(input) < product.inputs.size() ? product.inputs[static_cast<size_t>(input)]
                                                                  : Shape();
    };
    const Shape left = shape(op.left), right = shape(op.right);
    const int64_t outputs = product.output.empty() ? -1 : elementCount(product.output);
    switch (op.work) {
    case Work::Convolution:
        if (right.empty() || right[0] < 1)
            return std::nullopt;
        return times(outputs, elementCount(right) / right[0]);
    case Work::TransposedConvolution:
        if (left.size() < 2 || left[1] < 1 || right.empty())
            return std::nullopt;
        return times(elementCount(left) / left[1], elementCount(right));
    case Work::Product:
        return times(outputs, innerDimension(node, left));
    case Work::CodedBlocks:
        return times(outputs, intAttribute(node, "K", -1));
    case Work::Recurrence:
        return recurrentMacs(product.inputs);
    case Work::Sum:
        return einsumProducts(findAttribute(node, "equation") ? findAttribute(node, "equation")->s() : "",
                              product.inputs);
    case Work::Nothing:
    case Work::Uncounted:
        break;
    }
    return std::nullopt;
}

/// A body that runs once for each step, of which nobody knows how many.
bool isRepeated(const GraphIndex &index, int graph)
{
    for (NodeRef owner = index.owner(graph); owner.graph >= 0; owner = index.owner(owner.graph))
        if (const std::string &op = index.node(owner).op_type(); op == "Loop" || op == "Scan")
            return true;
    return false;
}

/// What is computed from constants alone is computed once, on loading.
bool dependsOnInputs(const WeightTracer &tracer, const GraphIndex &index, NodeRef ref)
{
    const onnx::NodeProto &node = index.node(ref);
    return node.input_size() == 0 ||
           std::any_of(node.input().begin(), node.input().end(), [&](const std::string &input) {
               return !input.empty() && tracer.trace(ref.graph, input).origin == WeightPath::Origin::Dynamic;
           });
}

} // namespace

std::optional<int64_t> macsByShapes(const onnx::NodeProto &node, const OtherProduct &product,
                                    const std::vector<ValueInfo> &inputs)
{
    return ofOneSample(macsOf(node, product), product.output, inputs);
}

void findProducts(Model::Content &content)
{
    const GraphIndex &index = *content.index;
    const WeightTracer tracer(index, content.externalFiles, content.label);
    std::set<std::pair<int, int>> layers;
    for (size_t i = 0; i < content.layers.size(); ++i) {
        const LayerSite &site = content.sites[i];
        layers.emplace(site.graph, site.node);
        content.hasOtherWork = content.hasOtherWork || (content.layers[i].kind != LayerKind::Embedding &&
                                                        isRepeated(index, site.graph));
    }
    for (const NodeRef ref : index.nodes()) {
        const Work work = operatorOf(index.node(ref)).work;
        if (work == Work::Nothing || layers.contains({ref.graph, ref.node}) ||
            !dependsOnInputs(tracer, index, ref))
            continue;
        if (work == Work::Uncounted)
            content.hasOtherWork = true;
        else
            content.products.push_back({{ref.graph, ref.node, -1},
                                        std::vector<Shape>(static_cast<size_t>(index.node(ref).input_size())),
                                        {},
                                        {},
                                        isRepeated(index, ref.graph)});
    }
}

void completeProducts(Model::Content &content, const ValueShapes &shapes)
{
    const auto fill = [&](Shape &shape, const std::string &name) {
        const auto known = shapes.find(name);
        if (shape.empty() && known != shapes.end())
            shape = known->second;
    };
    for (OtherProduct &product : content.products) {
        const onnx::NodeProto &node = content.index->node(NodeRef{product.site.graph, product.site.node});
        for (size_t i = 0; i < product.inputs.size(); ++i)
            fill(product.inputs[i], node.input(static_cast<int>(i)));
        if (node.output_size() > 0)
            fill(product.output, node.output(0));
        if (!product.macs)
            product.macs = macsByShapes(node, product, content.inputs);
    }
}

CodedWeight codedWeight(const onnx::NodeProto &node)
{
    const std::string &op = node.op_type();
    if (isStandardDomain(node.domain()) || node.domain() == microsoft) {
        if (op == "DequantizeLinear")
            return {0, {}};
        if (op == "ConvInteger" || op == "MatMulInteger" || op == "DynamicQuantizeMatMul" ||
            op == "MatMulIntegerToFloat" || op == "MatMulInteger16" || op == "QAttention")
            return {1, {}};
        if (op == "QLinearConv" || op == "QLinearMatMul" || op == "QGemm")
            return {3, {}};
        if (op == "MatMulNBits" || op == "MatMulBnb4")
            return {1, times(intAttribute(node, "K", -1), intAttribute(node, "N", -1))};
    }
    return {};
}

bool isUnknownOperator(const onnx::NodeProto &node)
{
    if (isStandardDomain(node.domain()) || node.domain() == "ai.onnx.ml")
        return false;
    return node.domain() != microsoft || (!microsoftOperator(node.op_type()) && codedWeight(node).input < 0);
}

} // namespace lathe
