#pragma once
// A graph in which some blocks are drawn as one item.
#include "core/graph/blocks.h"

namespace lathe {

struct DrawnItem {
    int node = -1;           ///< in ModelGraph, or -1
    int block = -1;          ///< a block that is drawn as one, or -1
    int first = 0, last = 0; ///< the nodes that it stands for: [first, last)
};

struct DrawnEdge {
    int from = -1, to = -1; ///< items; from < to
    int edge = -1;          ///< the first of the graph's edges that it stands for
    int count = 1;          ///< how many tensors it stands for
};

/// Items in the order of the nodes, at most one edge from one to another.
struct DrawnGraph {
    std::vector<DrawnItem> items;
    std::vector<DrawnEdge> edges;
    std::vector<int> itemOfNode;
};

/// @param expanded by block: drawn as what is in it, if all around it are expanded too
DrawnGraph drawnGraph(const ModelGraph &graph, const std::vector<GraphBlock> &blocks,
                      const std::vector<bool> &expanded);

/// What to begin with: everything of a small graph; of others as many levels of named modules as leave at
/// most `budget` items. What repeats stays one.
std::vector<bool> firstExpansion(const ModelGraph &graph, const std::vector<GraphBlock> &blocks,
                                 size_t budget = 60);

} // namespace lathe
