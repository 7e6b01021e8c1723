#pragma once
// Blocks of a graph that can be drawn as one: parts that repeat, and parts that the names put together.
#include "core/graph/modelgraph.h"

namespace lathe {

/// The nodes [first, last) of a ModelGraph. Blocks lie inside each other or apart, so a graph in which some
/// are drawn as one has no cycles either.
struct GraphBlock {
    enum class Kind { Plain, Residual, InvertedResidual, Depthwise, Attention, Branches };
    int first = 0, last = 0;
    int parent = -1;                ///< block around it; -1: none
    std::vector<int> children = {}; ///< blocks directly inside, in order
    Kind kind = Kind::Plain;        ///< by what its nodes do; of one instance
    std::string name =
        {}; ///< what the names of its nodes begin with ("/encoder/layer.0"); empty: they differ
    /// Above 1: it is so many equal parts in a row, which are its children when they have three nodes or
    /// more.
    int repeats = 1;
};

/// Sorted so that a block comes before those inside of it.
/// Found by names of modules (a path with '/' or '.'), and where names say
/// nothing by equal sequences of operators with equal connections.
/// @throws Cancelled @note time O(nodes * longest repeated block)
std::vector<GraphBlock> findBlocks(const ModelGraph &graph, const JobContext &ctx = {});

} // namespace lathe
