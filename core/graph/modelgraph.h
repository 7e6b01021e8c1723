#pragma once
// The main graph of a model as it is drawn: no weights, no protobuf.
#include "core/model/model.h"

namespace lathe {

struct GraphNode {
    enum class Kind { Input, Operator, Output };
    Kind kind = Kind::Operator;
    std::string name = {};   ///< the node's, else its first output's; never empty
    std::string op = {};     ///< "Conv", "com.microsoft.Gelu"; empty for inputs and outputs
    std::string output = {}; ///< name of the first tensor that it gives
    Shape outputShape = {};  ///< of that tensor at batch 1; empty when unknown or a scalar
    bool hasShape = false;
    std::vector<size_t> layers =
        {};                    ///< indices in Model::layers(): two of an LSTM, those inside of an If or Loop
    int constants = 0;         ///< folded in: weights, biases and what is computed from constants alone
    int64_t constantBytes = 0; ///< of the stored constants that it reads, shared ones each time
    int subgraphs = 0;         ///< bodies of an If, Loop or Scan, which are not drawn
    bool depthwise = false;    ///< a convolution of each channel for itself
    /// Equal for nodes that do the same: operator, kernel, stride, kind of grouping; not sizes of tensors.
    size_t signature = 0;
};

struct GraphEdge {
    int from = -1, to = -1; ///< nodes; from < to
    std::string tensor;
    Shape shape; ///< at batch 1; empty when unknown or a scalar
    bool hasShape = false;
};

/// Nodes in an order in which each comes after all that it reads; file order where that leaves a choice,
/// inputs right before their first reader. Each pair of nodes has one edge for each tensor between them.
struct ModelGraph {
    std::vector<GraphNode> nodes;
    std::vector<GraphEdge> edges;           ///< by `to`, then in the order of the node's inputs
    std::vector<std::vector<int>> incoming; ///< edges by node
    std::vector<std::vector<int>> outgoing;
    std::vector<int> nodeOfLayer; ///< by layer
};

/// @throws Cancelled
ModelGraph makeModelGraph(const Model &model, const JobContext &ctx = {});

} // namespace lathe
