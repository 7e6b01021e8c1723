#pragma once
// Shapes of the values inside a graph, without running it. Inside core only.
#include "core/onnx/externaldata.h"
#include "core/onnx/graphview.h"
#include "core/onnx/tensor.h"
#include "core/shapes/shapearithmetic.h"

#include <functional>
#include <onnx/onnx_pb.h>
#include <string>
#include <unordered_map>

namespace lathe {

using ValueShapes = std::unordered_map<std::string, Shape>; ///< of named values; no -1 in them
/// The length that a free dimension counts as, by its symbol; "" where it has none.
using FreeLengths = std::function<int64_t(const std::string &symbol)>;

/// Shapes by the rules of the operators when every free dimension of the inputs is 1. Values it cannot tell
/// are left out: a bad model only makes it know less. Nodes are visited in running order, however they are
/// stored.
ValueShapes inferShapes(const onnx::ModelProto &model, const GraphView &view, const ExternalFiles &files);
/// The same for other lengths of the free dimensions.
ValueShapes inferShapes(const onnx::ModelProto &model, const GraphView &view, const ExternalFiles &files,
                        FreeLengths lengths);

/// The same with the whole numbers that the main graph computes or holds, as far as they are known.
struct InferredValues {
    ValueShapes shapes;
    std::unordered_map<std::string, WholeNumbers> numbers;
};
InferredValues inferValues(const onnx::ModelProto &model, const GraphView &view, const ExternalFiles &files);

} // namespace lathe
