#pragma once
// Models in float16, most of which the runtime computes in float32. Inside core/preview only.
#include "core/preview/cutmodel.h"

namespace lathe {

/// Whether any tensor may be float16.
bool holdsFloat16(const onnx::GraphProto &graph);

/// The part of a model that leads to its first output, with what the runtime computes in float32 shown as
/// float32: cut there, nothing is rounded that is not in the whole model. The changing constants are inputs.
/// @throws Error Unsupported (where the runtime would fold these constants into others and round the result
/// to float16)
Model inRunningPrecision(const Model &model, const std::vector<std::pair<std::string, Tensor>> &changing);

} // namespace lathe
