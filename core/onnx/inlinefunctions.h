#pragma once
#include "core/base/issue.h"

#include <onnx/onnx_pb.h>
#include <vector>

namespace lathe {

/// Puts the nodes of the model's own functions in place of their calls, functions called by functions and
/// calls in subgraphs included, so that weights inside them are weights like others. New names start with the
/// name of the call; a constant of a function becomes one initializer that all its calls share. Functions
/// that nothing calls any more are gone. Calls that cannot be replaced stay, and an issue names the function
/// and the reason.
std::vector<Issue> inlineFunctions(onnx::ModelProto &model);

} // namespace lathe
