#pragma once
// Inside core/runtime only.
#include "core/model/proto.h"

namespace lathe {

/// A name for each node of the graph, each another one, by which the profiler tells them apart: the node's
/// own; where it has none, or one that another node has too, that of its first output.
std::vector<std::string> profiledNames(const onnx::GraphProto &graph);

} // namespace lathe
