#pragma once
// The part of a graph that a value is made by. Inside core only.
#include "core/model/model.h"
#include "core/onnx/makers.h"

namespace lathe {

/// A model of what makes the values (makersOf()) and nothing else, which takes no inputs. It has no outputs
/// yet: a session is asked for the values (SessionOptions::extraOutputs).
/// @param values of one graph and those around it
/// @throws Error Unsupported when a value depends on what is fed, naming it
Model constantPart(const Model &file, std::span<const ValuePlace> values);

} // namespace lathe
