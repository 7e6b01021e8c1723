#include "core/runtime/sessionmodel.h"

#include "core/base/error.h"
#include "core/model/proto.h"

#include <fmt/format.h>
#include <unordered_set>

namespace lathe {
namespace {

constexpr size_t inlineLimit = size_t(1) << 30; ///< above, large weights go outside
constexpr size_t largeTensor = size_t(1) << 20;
constexpr size_t protobufLimit = (size_t(1) << 31) - 1;

bool isExternal(const onnx::TensorProto &tensor)
{
    return tensor.data_location() == onnx::TensorProto::EXTERNAL;
}

Shape shapeOf(const onnx::TensorProto &tensor)
{
    return {tensor.dims().begin(), tensor.dims().end()};
}

std::span<const std::byte> mappedBytes(const onnx::TensorProto &tensor, const Model::Content &content)
{
    std::string location;
    size_t offset = 0;
    const int64_t bits =
        elementCount(shapeOf(tensor)) * elementBits(static_cast<ElementType>(tensor.data_type()));
    const auto size = static_cast<size_t>((std::max<int64_t>(bits, 0) + 7) / 8);
    for (const auto &entry : tensor.external_data()) {
        if (entry.key() == "location")
            location = entry.value();
        else if (entry.key() == "offset")
            offset = std::stoull(entry.value());
    }
    const auto file = content.mappedFiles.find(location);
    if (bits < 0 || file == content.mappedFiles.end() || offset > file->second->bytes().size() ||
        size > file->second->bytes().size() - offset)
        throw Error(
            ErrorCode::MalformedModel,
            fmt::format("The external data of \"{}\" does not lie inside \"{}\".", tensor.name(), location));
    return file->second->bytes().subspan(offset, size);
}

void fetchInside(onnx::TensorProto *tensor, const Model::Content &content)
{
    if (isExternal(*tensor))
        *tensor = makeTensorProto(tensor->name(), readTensor(*tensor, content));
}

void fetchInside(onnx::GraphProto *graph, const Model::Content &content);

/// Everything below the main graph's own initializers.
void fetchInside(google::protobuf::RepeatedPtrField<onnx::NodeProto> *nodes, const Model::Content &content)
{
    for (auto &node : *nodes) {
        for (auto &attribute : *node.mutable_attribute()) {
            if (attribute.has_t())
                fetchInside(attribute.mutable_t(), content);
            for (auto &tensor : *attribute.mutable_tensors())
                fetchInside(&tensor, content);
            if (attribute.has_g())
                fetchInside(attribute.mutable_g(), content);
            for (auto &graph : *attribute.mutable_graphs())
                fetchInside(&graph, content);
        }
    }
}

void fetchInside(onnx::GraphProto *graph, const Model::Content &content)
{
    for (auto &tensor : *graph->mutable_initializer())
        fetchInside(&tensor, content);
    fetchInside(graph->mutable_node(), content);
}

/// A copy without the initializers, which may be too large to copy.
onnx::ModelProto copyWithoutInitializers(const onnx::ModelProto &from)
{
    onnx::ModelProto to;
    to.set_ir_version(from.ir_version());
    to.set_domain(from.domain());
    to.set_model_version(from.model_version());
    to.set_producer_name(from.producer_name());
    to.set_producer_version(from.producer_version());
    *to.mutable_opset_import() = from.opset_import();
    *to.mutable_metadata_props() = from.metadata_props();
    *to.mutable_functions() = from.functions();
    to.mutable_unknown_fields()->MergeFrom(from.unknown_fields());
    const onnx::GraphProto &graph = from.graph();
    onnx::GraphProto *copy = to.mutable_graph();
    copy->set_name(graph.name());
    *copy->mutable_node() = graph.node();
    *copy->mutable_input() = graph.input();
    *copy->mutable_output() = graph.output();
    *copy->mutable_value_info() = graph.value_info();
    *copy->mutable_sparse_initializer() = graph.sparse_initializer();
    *copy->mutable_quantization_annotation() = graph.quantization_annotation();
    copy->mutable_unknown_fields()->MergeFrom(graph.unknown_fields());
    return to;
}

void addOutsideInitializer(const onnx::TensorProto &from, std::span<const std::byte> bytes,
                           onnx::GraphProto *graph, SessionModel *result)
{
    onnx::TensorProto *stub = graph->add_initializer();
    stub->set_name(from.name());
    stub->set_data_type(from.data_type());
    *stub->mutable_dims() = from.dims();
    stub->set_data_location(onnx::TensorProto::EXTERNAL);
    auto *entry = stub->add_external_data();
    entry->set_key("location");
    entry->set_value("given by the caller");
    result->outside.push_back(
        {from.name(), static_cast<ElementType>(from.data_type()), shapeOf(from), bytes});
}

void addInitializers(const Model::Content &content, onnx::GraphProto *graph, SessionModel *result)
{
    const bool tooLarge = content.proto.ByteSizeLong() > inlineLimit;
    for (const auto &tensor : content.proto.graph().initializer()) {
        if (isExternal(tensor) && elementCount(shapeOf(tensor)) != 0)
            addOutsideInitializer(tensor, mappedBytes(tensor, content), graph, result);
        else if (isExternal(tensor)) // empty: nothing to map
            *graph->add_initializer() = makeTensorProto(tensor.name(), readTensor(tensor, content));
        else if (tooLarge && tensor.raw_data().size() >= largeTensor)
            addOutsideInitializer(tensor, std::as_bytes(std::span(tensor.raw_data())), graph, result);
        else
            *graph->add_initializer() = tensor;
    }
}

void addOutputs(const std::vector<std::string> &extraOutputs, onnx::GraphProto *graph)
{
    std::unordered_set<std::string> values;
    std::unordered_set<std::string> outputs;
    for (const auto &node : graph->node())
        values.insert(node.output().begin(), node.output().end());
    for (const auto &output : graph->output())
        outputs.insert(output.name());
    for (const std::string &name : extraOutputs) {
        if (name.empty() || !values.contains(name))
            throw Error(ErrorCode::InvalidArgument,
                        fmt::format("No node of the model gives a value \"{}\".", name));
        if (outputs.insert(name).second)
            graph->add_output()->set_name(name);
    }
}

} // namespace

SessionModel makeSessionModel(const Model &model, const std::vector<std::string> &extraOutputs)
{
    const Model::Content &content = model.content();
    SessionModel result;
    onnx::ModelProto proto = copyWithoutInitializers(content.proto);
    addInitializers(content, proto.mutable_graph(), &result);
    fetchInside(proto.mutable_graph()->mutable_node(), content);
    addOutputs(extraOutputs, proto.mutable_graph());
    if (proto.ByteSizeLong() > protobufLimit)
        throw Error(ErrorCode::Unsupported,
                    "The model holds more than 2 GB outside its weights; ONNX Runtime cannot load it.");
    if (!proto.SerializeToString(&result.bytes))
        throw Error(ErrorCode::MalformedModel, "The model cannot be written as ONNX.");
    return result;
}

} // namespace lathe
