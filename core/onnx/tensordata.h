#pragma once
// What a TensorProto declares against what it holds. Inside core only.
#include "core/onnx/externaldata.h"
#include "core/onnx/tensor.h"

#include <optional>

namespace lathe {

ElementType typeOf(const onnx::TensorProto &tensor);
Shape shapeOf(const onnx::TensorProto &tensor);
Shape shapeOf(const onnx::SparseTensorProto &tensor);

/// Bytes of the dense tensor; empty for strings and types of unknown width.
std::optional<int64_t> denseBytes(const onnx::TensorProto &tensor);

/// Compares the declared shape with the data that is there, without allocating by it.
/// @param source start of the sentence: the file. External files must be opened.
/// @throws Error MalformedModel naming the tensor
void checkTensor(const onnx::TensorProto &tensor, const ExternalFiles &files, const std::string &source);
void checkSparseTensor(const onnx::SparseTensorProto &tensor, const ExternalFiles &files,
                       const std::string &source);

/// The tensor as dense bytes, whichever field holds them.
/// @throws Error MalformedModel
Tensor readTensor(const onnx::TensorProto &tensor, const ExternalFiles &files, const std::string &source);

} // namespace lathe
