#include "core/calibrate/layerinput.h"

#include "core/model/proto.h"
#include "core/onnx/graphindex.h"

#include <algorithm>

namespace lathe {
namespace {

Shape intsAttribute(const onnx::NodeProto &node, std::string_view name, Shape fallback)
{
    const onnx::AttributeProto *attribute = findAttribute(node, name);
    return attribute && attribute->ints_size() > 0 ? Shape(attribute->ints().begin(), attribute->ints().end())
                                                   : std::move(fallback);
}

Window::AutoPad autoPadOf(const onnx::NodeProto &node)
{
    const onnx::AttributeProto *attribute = findAttribute(node, "auto_pad");
    const std::string text = attribute ? attribute->s() : "";
    if (text == "VALID")
        return Window::AutoPad::Valid;
    if (text == "SAME_UPPER")
        return Window::AutoPad::SameUpper;
    return text == "SAME_LOWER" ? Window::AutoPad::SameLower : Window::AutoPad::No;
}

Window windowOf(const onnx::NodeProto &node, const Layer &layer)
{
    const size_t rank = layer.kernel.size();
    Window window;
    window.kernel = layer.kernel;
    window.strides = intsAttribute(node, "strides", Shape(rank, 1));
    window.dilations = intsAttribute(node, "dilations", Shape(rank, 1));
    window.autoPad = autoPadOf(node);
    Shape pads = intsAttribute(node, "pads", Shape(2 * rank, 0));
    pads.resize(2 * rank, 0);
    window.padsBegin.assign(pads.begin(), pads.begin() + static_cast<long>(rank));
    window.padsEnd.assign(pads.begin() + static_cast<long>(rank), pads.end());
    window.transposed = layer.kind == LayerKind::ConvTranspose;
    window.outputPadding = intsAttribute(node, "output_padding", Shape(rank, 0));
    window.outputShape = intsAttribute(node, "output_shape", {});
    if (window.outputShape.size() > rank) // some files give batch and channels as well
        window.outputShape.erase(window.outputShape.begin(),
                                 window.outputShape.end() - static_cast<long>(rank));
    return window;
}

float alphaOf(const onnx::NodeProto &node)
{
    const onnx::AttributeProto *attribute = findAttribute(node, "alpha");
    return attribute ? attribute->f() : 1.0F;
}

Message recurrentObstacle(const onnx::NodeProto &node, int weightInput)
{
    if (weightInput != 1)
        return Message::tr("its input is made inside the layer");
    if (node.input_size() > 4 && !node.input(4).empty())
        return Message::tr("its sequences differ in length, so part of the input is never read");
    return {};
}

bool isStack(const Shape &weight)
{
    return weight.size() > 2 &&
           std::any_of(weight.begin(), weight.end() - 2, [](int64_t d) { return d != 1; });
}

Message obstacleOf(const Model &model, size_t index, const onnx::NodeProto &node, const LayerSite &site)
{
    switch (model.layers()[index].kind) {
    case LayerKind::Embedding:
        return Message::tr("it looks rows up and multiplies nothing");
    case LayerKind::Lstm:
    case LayerKind::Gru:
        return recurrentObstacle(node, site.input);
    case LayerKind::MatMul:
        return isStack(weightShapeAtNode(model, index))
                   ? Message::tr("its weight is a stack of matrices with inputs of their own")
                   : Message();
    case LayerKind::Conv:
    case LayerKind::ConvTranspose:
    case LayerKind::Gemm:
        break;
    }
    return {};
}

LayerInput::Form formOf(const Layer &layer, const onnx::NodeProto &node, bool weightOnTheLeft)
{
    using enum LayerInput::Form;
    if (layer.kind == LayerKind::Conv || layer.kind == LayerKind::ConvTranspose)
        return Patches;
    if (layer.kind == LayerKind::MatMul)
        return weightOnTheLeft ? SecondLastAxis : LastAxis;
    if (layer.kind != LayerKind::Gemm)
        return LastAxis;
    const bool swapped = intAttribute(node, weightOnTheLeft ? "transB" : "transA", 0) != 0;
    return swapped == weightOnTheLeft ? LastAxis : SecondLastAxis;
}

} // namespace

std::variant<LayerInput, Message> layerInput(const Model &model, size_t index)
{
    const Layer &layer = model.layers().at(index);
    const LayerSite &site = model.content().sites.at(index);
    if (!layer.untouchable.empty())
        return layer.untouchable;
    if (site.graph != 0)
        return Message::tr("it stands inside a subgraph (a loop or a branch)");
    const onnx::NodeProto &node = model.content().proto.graph().node(site.node);
    if (Message obstacle = obstacleOf(model, index, node, site); !obstacle.empty())
        return obstacle;
    const bool product = layer.kind == LayerKind::Gemm || layer.kind == LayerKind::MatMul;
    const bool weightOnTheLeft = product && site.input == 0;
    LayerInput input;
    input.value = node.input(weightOnTheLeft ? 1 : 0);
    input.form = formOf(layer, node, weightOnTheLeft);
    input.height = layer.cols;
    if (layer.kind == LayerKind::Gemm)
        input.factor = alphaOf(node);
    if (input.form == LayerInput::Form::Patches) {
        input.window = windowOf(node, layer);
        input.height *= layer.groups;
    }
    return input;
}

} // namespace lathe
