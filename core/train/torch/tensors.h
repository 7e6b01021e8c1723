#pragma once
// Between tensors as they are stored and as they are computed with. Inside core/train/torch only.
#include "core/onnx/tensor.h"

#include <ATen/ATen.h>
#include <onnx/onnx_pb.h>

namespace lathe::train {

/// @throws Error OutOfMemory, if that is what the library says
void refuseIfNoMemory(const c10::Error &error);

/// The values in the type they are computed in (halves become float32). @throws Error Unsupported
at::Tensor tensorFrom(const Tensor &tensor);
/// The same without a copy where none is needed; the tensor must outlive it unchanged.
at::Tensor borrowed(const Tensor &tensor);
at::Tensor tensorFrom(const onnx::TensorProto &tensor); ///< data inside of it
/// float32, int64, bool and the like; contiguous.
Tensor tensorOf(const at::Tensor &tensor);

} // namespace lathe::train
