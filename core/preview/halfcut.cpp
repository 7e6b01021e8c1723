#include "core/preview/halfcut.h"

#include "core/base/error.h"
#include "core/model/proto.h"
#include "core/runtime/simplified.h"

#include <algorithm>
#include <array>

namespace lathe {
namespace {

bool isFloat16(int32_t type)
{
    return type == onnx::TensorProto::FLOAT16;
}

bool givesFloat16(const onnx::AttributeProto &attribute)
{
    const bool isType = attribute.name() == "to" || attribute.name() == "dtype";
    return (isType && isFloat16(static_cast<int32_t>(attribute.i()))) ||
           (attribute.has_t() && isFloat16(attribute.t().data_type())) ||
           (attribute.has_g() && holdsFloat16(attribute.g())) ||
           std::ranges::any_of(attribute.graphs(), holdsFloat16);
}

/// Nodes by operator, without those that only move numbers: a constant may pass them before or behind.
std::map<std::string, int> computingNodes(const Model &model)
{
    std::map<std::string, int> counts = model.operatorCounts();
    for (const char *moving : {"Transpose", "Identity", "Reshape", "Squeeze", "Unsqueeze", "Flatten", "Cast"})
        counts.erase(moving);
    return counts;
}

/// Inputs say their dimensions, without which the runtime fuses less.
Model withShapes(const Model &model, const std::vector<std::pair<std::string, Tensor>> &inputs)
{
    onnx::ModelProto proto = model.content().proto;
    for (auto &input : *proto.mutable_graph()->mutable_input())
        for (const auto &[name, tensor] : inputs)
            if (input.name() == name)
                for (size_t d = 0; d < tensor.shape.size(); ++d)
                    input.mutable_type()
                        ->mutable_tensor_type()
                        ->mutable_shape()
                        ->mutable_dim(static_cast<int>(d))
                        ->set_dim_value(tensor.shape[d]);
    return modelFromProto(std::move(proto), model);
}

} // namespace

bool holdsFloat16(const onnx::GraphProto &graph)
{
    using std::ranges::any_of;
    return any_of(graph.initializer(),
                  [](const onnx::TensorProto &tensor) { return isFloat16(tensor.data_type()); }) ||
           any_of(graph.input(),
                  [](const onnx::ValueInfoProto &input) {
                      return isFloat16(input.type().tensor_type().elem_type());
                  }) ||
           any_of(graph.node(),
                  [](const onnx::NodeProto &node) { return any_of(node.attribute(), givesFloat16); });
}

Model inRunningPrecision(const Model &model, const std::vector<std::pair<std::string, Tensor>> &changing)
{
    std::set<std::string> names;
    for (const auto &[name, tensor] : changing)
        names.insert(name);
    const GraphCut everything = cutGraph(*model.content().view, names, true);
    const Model open = modelBehind(model, everything, {}, changing);
    Model running = simplifiedByRuntime(withShapes(open, changing));
    if (computingNodes(running) != computingNodes(simplifiedByRuntime(withConstants(open, changing))))
        throw Error(
            ErrorCode::Unsupported,
            Message::tr("the runtime folds its weight into other float16 constants and rounds them anew"));
    return running;
}

} // namespace lathe
