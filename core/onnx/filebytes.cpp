#include "core/onnx/filebytes.h"

#include "core/onnx/tensordata.h"

#include <google/protobuf/io/coded_stream.h>
#include <onnx/onnx_pb.h>

namespace lathe {
namespace {

int64_t inlineBytes(const onnx::TensorProto &tensor)
{
    if (tensor.data_location() != onnx::TensorProto::EXTERNAL)
        return withLength(tensor.ByteSizeLong());
    onnx::TensorProto head;
    head.set_name(tensor.name());
    head.set_data_type(tensor.data_type());
    *head.mutable_dims() = tensor.dims();
    const auto data = static_cast<size_t>(denseBytes(tensor).value_or(0));
    return withLength(head.ByteSizeLong() + static_cast<size_t>(withLength(data)));
}

} // namespace

int64_t withLength(size_t messageBytes)
{
    constexpr int64_t tag = 1; // of a field number below 16
    using Stream = google::protobuf::io::CodedOutputStream;
    return tag + static_cast<int64_t>(Stream::VarintSize64(messageBytes) + messageBytes);
}

int64_t bytesInFile(const GraphIndex &index, const Definition &definition)
{
    const onnx::GraphProto &home = *index.graphs()[static_cast<size_t>(definition.graph)].graph;
    switch (definition.kind) {
    case Definition::Kind::Initializer:
        return inlineBytes(home.initializer(definition.index));
    case Definition::Kind::Node:
        return withLength(home.node(definition.index).ByteSizeLong());
    case Definition::Kind::SparseInitializer:
        return withLength(home.sparse_initializer(definition.index).ByteSizeLong());
    case Definition::Kind::Input:
        break;
    }
    return 0;
}

} // namespace lathe
