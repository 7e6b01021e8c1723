#pragma once
// Element types of the values in a main graph. Inside core only.
#include "core/onnx/graphview.h"
#include "core/onnx/tensor.h"

#include <unordered_map>

namespace lathe {

using ValueTypes = std::unordered_map<std::string_view, ElementType>;

/// As declared, and where nothing is declared by the rules of the standard operators; what neither tells is
/// left out. The names are the model's.
ValueTypes valueTypes(const GraphView &view);

} // namespace lathe
