#pragma once
// Shapes of the values inside a graph, without running it. Inside core/model only.
#include "core/model/externaldata.h"
#include "core/model/graphindex.h"
#include "core/model/tensor.h"

#include <onnx/onnx_pb.h>
#include <string>
#include <unordered_map>

namespace lathe {

struct ValueShape {
    ElementType type = ElementType::Undefined;
    Shape shape; ///< without -1
};
using ValueShapes = std::unordered_map<std::string, ValueShape>;

/// What ONNX's own shape inference finds when every free dimension of the inputs is 1. Values it cannot tell
/// are left out. Never throws for a bad model: it knows less then.
ValueShapes inferShapes(const onnx::ModelProto &model, const GraphIndex &index, const MappedFiles &files);

} // namespace lathe
