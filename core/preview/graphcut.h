#pragma once
// Where a graph can be cut so that what a few constants change is all behind the cut. Inside core/preview
// only.
#include "core/base/message.h"
#include "core/onnx/graphview.h"

#include <onnx/onnx_pb.h>
#include <set>
#include <string>
#include <vector>

namespace lathe {

struct GraphCut {
    std::vector<int> before; ///< nodes that compute `values` from the model's inputs, in running order
    std::vector<int> behind; ///< nodes between the cut and the first output, in running order
    std::vector<std::string> values; ///< all that crosses the cut
    std::vector<std::string> inputs; ///< of the model, read behind the cut
    Message obstacle;                ///< why there is no such cut; empty: there is one
    bool wholeModel() const { return values.empty(); }
};

/// Residual, branching and multi-input graphs included: every value that a node behind the cut reads crosses
/// it. Nodes that depend on constants alone stand on both sides.
/// @param view its main graph is cut
/// @param changing constants of the main graph; all that depends on them is behind the cut.
/// @param everything all that depends on the model's inputs goes behind the cut
GraphCut cutGraph(const GraphView &view, const std::set<std::string> &changing, bool everything);

} // namespace lathe
