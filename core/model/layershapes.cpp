#include "core/model/layerfinder.h"
#include "core/model/macs.h"
#include "core/model/products.h"
#include "core/onnx/graphindex.h"

#include <algorithm>

namespace lathe {
namespace {

/// The batch size that the inputs are fixed at; 1 when it is free or the inputs do not agree.
int64_t fixedBatch(const std::vector<ValueInfo> &inputs)
{
    int64_t batch = 0;
    for (const ValueInfo &input : inputs) {
        if (input.shape.size() < 2)
            continue;
        if (batch != 0 && input.shape[0] != batch)
            return 1;
        batch = input.shape[0];
    }
    return std::max<int64_t>(batch, 1);
}

/// Each place of the output needs one pass over the matrix (or a row of it).
std::optional<int64_t> multiplications(const Layer &layer)
{
    if (layer.kind == LayerKind::Embedding)
        return 0;
    const int64_t in = layer.inputShape.empty() ? -1 : elementCount(layer.inputShape);
    const int64_t out = layer.outputShape.empty() ? -1 : elementCount(layer.outputShape);
    int64_t elements = out, each = layer.cols;
    if (layer.kind == LayerKind::ConvTranspose) {
        if (layer.inputShape.size() < 2 || layer.inputShape[1] < 1)
            return std::nullopt;
        elements = in < 0 ? in : in / layer.inputShape[1];
        each = layer.parameters;
    } else if (layer.kind == LayerKind::Lstm || layer.kind == LayerKind::Gru) {
        if (layer.inputShape.size() != 3 || layer.inputShape[2] < 1)
            return std::nullopt;
        elements = in < 0 ? in : in / layer.inputShape[2];
        each = layer.parameters;
    }
    int64_t product = 0;
    if (elements < 0 || layer.rows == 0 || __builtin_mul_overflow(elements, each, &product))
        return std::nullopt;
    return product;
}

} // namespace

std::optional<int64_t> ofOneSample(std::optional<int64_t> macs, const Shape &output,
                                   const std::vector<ValueInfo> &inputs)
{
    const int64_t batch = fixedBatch(inputs);
    const bool batched = !output.empty() && output[0] == batch;
    return macs && batched && *macs % batch == 0 ? *macs / batch : macs;
}

int dataInput(const Layer &layer, int weightInput)
{
    if (layer.kind == LayerKind::Embedding)
        return 1;
    if (layer.kind == LayerKind::Lstm || layer.kind == LayerKind::Gru || weightInput != 0)
        return 0;
    return layer.op == "QLinearMatMul" ? 3 : 1; // the constant stands on the left of a product
}

std::optional<int64_t> macsByShapes(const Layer &layer, const std::vector<ValueInfo> &inputs)
{
    const bool recurrent = layer.kind == LayerKind::Lstm || layer.kind == LayerKind::Gru;
    return ofOneSample(multiplications(layer), recurrent ? Shape() : layer.outputShape, inputs);
}

void completeLayers(Model::Content &content, const ValueShapes &shapes)
{
    const auto fill = [&](Shape &shape, const std::string &name) {
        const auto known = shapes.find(name);
        if (shape.empty() && known != shapes.end())
            shape = known->second;
    };
    for (size_t i = 0; i < content.layers.size(); ++i) {
        Layer &layer = content.layers[i];
        const LayerSite &site = content.sites[i];
        const onnx::NodeProto &node = content.index->node(NodeRef{site.graph, site.node});
        const int data = dataInput(layer, site.input);
        if (data < node.input_size())
            fill(layer.inputShape, node.input(data));
        if (node.output_size() > 0)
            fill(layer.outputShape, node.output(0));
        if (!layer.macs)
            layer.macs = macsByShapes(layer, content.inputs);
    }
    completeProducts(content, shapes);
}

} // namespace lathe
