#include "core/preview/cutmodel.h"

#include "core/model/proto.h"

#include <unordered_set>

namespace lathe {
namespace {

void setType(onnx::ValueInfoProto &value, ElementType type, const Shape &shape, bool hasShape)
{
    auto *tensor = value.mutable_type()->mutable_tensor_type();
    tensor->clear_shape();
    tensor->set_elem_type(static_cast<int>(type));
    if (!hasShape)
        return;
    auto *dims = tensor->mutable_shape();
    for (const int64_t dimension : shape) {
        auto *dim = dims->add_dim();
        if (dimension >= 0)
            dim->set_dim_value(dimension);
    }
}

/// Some nodes of the main graph with the constants and inputs that they read, without outputs.
onnx::ModelProto part(const Model &model, const std::vector<int> &nodes, const std::set<std::string> &without)
{
    const onnx::ModelProto &whole = model.content().proto;
    onnx::ModelProto proto;
    proto.set_ir_version(whole.ir_version());
    *proto.mutable_opset_import() = whole.opset_import();
    *proto.mutable_functions() = whole.functions();
    onnx::GraphProto &graph = *proto.mutable_graph();
    graph.set_name(whole.graph().name());
    std::unordered_set<std::string_view> reads;
    for (const int n : nodes) {
        for (const GraphView::Read &read : model.content().view->reads({0, n}))
            reads.insert(read.name);
        *graph.add_node() = whole.graph().node(n);
    }
    const auto wanted = [&](const std::string &name) {
        return reads.contains(name) && !without.contains(name);
    };
    for (const auto &constant : whole.graph().initializer())
        if (wanted(constant.name()))
            *graph.add_initializer() = constant;
    for (const auto &constant : whole.graph().sparse_initializer())
        if (wanted(constant.values().name()))
            *graph.add_sparse_initializer() = constant;
    for (const auto &input : whole.graph().input()) // of IR 3: constants too
        if (wanted(input.name()))
            *graph.add_input() = input;
    return proto;
}

} // namespace

Model modelBefore(const Model &model, const GraphCut &cut)
{
    onnx::ModelProto proto = part(model, cut.before, {});
    for (const std::string &value : cut.values)
        proto.mutable_graph()->add_output()->set_name(value);
    return modelFromProto(std::move(proto), model);
}

Model modelBehind(const Model &model, const GraphCut &cut, const std::vector<ValueInfo> &values,
                  const std::vector<std::pair<std::string, Tensor>> &changing)
{
    std::set<std::string> fed;
    for (const auto &[name, tensor] : changing)
        fed.insert(name);
    const onnx::ModelProto &whole = model.content().proto;
    std::vector<int> nodes; // a changing constant may be what a node gives
    for (const int n : cut.behind)
        if (whole.graph().node(n).output_size() == 0 || !fed.contains(whole.graph().node(n).output(0)))
            nodes.push_back(n);
    onnx::ModelProto proto = part(model, nodes, fed);
    onnx::GraphProto &graph = *proto.mutable_graph();
    for (const ValueInfo &value : values) {
        onnx::ValueInfoProto &input = *graph.add_input();
        input.set_name(value.name);
        setType(input, value.type, value.shape, value.hasShape);
    }
    for (const auto &[name, tensor] : changing) {
        onnx::ValueInfoProto &input = *graph.add_input();
        input.set_name(name);
        setType(input, tensor.type, Shape(tensor.shape.size(), -1), true);
    }
    *graph.add_output() = whole.graph().output(0);
    return modelFromProto(std::move(proto), model);
}

Model withConstants(const Model &behind, const std::vector<std::pair<std::string, Tensor>> &constants)
{
    onnx::ModelProto proto = behind.content().proto;
    onnx::GraphProto &graph = *proto.mutable_graph();
    const bool listed = proto.ir_version() < 4; // every constant is also an input there
    for (const auto &[name, tensor] : constants) {
        *graph.add_initializer() = makeTensorProto(name, tensor);
        for (int i = 0; i < graph.input_size(); ++i) {
            if (graph.input(i).name() != name)
                continue;
            if (listed)
                setType(*graph.mutable_input(i), tensor.type, tensor.shape, true);
            else
                graph.mutable_input()->DeleteSubrange(i, 1);
            break;
        }
    }
    return modelFromProto(std::move(proto), behind);
}

} // namespace lathe
