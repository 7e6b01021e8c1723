#pragma once
// Copies of a model in which tensors are replaced on the way. Inside core only.
#include <functional>
#include <onnx/onnx_pb.h>

namespace lathe {

using TensorCopier = std::function<void(const onnx::TensorProto &from, onnx::TensorProto &to)>;

/// Like CopyFrom, fields unknown to this program included, but every TensorProto goes through `copyTensor`,
/// so that the data of large ones need never exist twice.
void copyModel(const onnx::ModelProto &from, onnx::ModelProto &to, const TensorCopier &copyTensor);

/// Whether messages of this type have fields in which a TensorProto may lie.
bool mayHoldTensors(const google::protobuf::Descriptor *type);
/// Copies one field that is no message: names, versions, attribute values, dimensions.
void copyPlainField(const google::protobuf::Message &from, google::protobuf::Message &to,
                    const google::protobuf::FieldDescriptor *field);

/// Everything but the data.
void copyTensorHead(const onnx::TensorProto &from, onnx::TensorProto &to);

} // namespace lathe
