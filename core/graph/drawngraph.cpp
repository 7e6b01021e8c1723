#include "core/graph/drawngraph.h"

#include <algorithm>
#include <unordered_map>

namespace lathe {
namespace {

constexpr size_t smallGraph = 24; // nodes that need no blocks

std::vector<int> depths(const std::vector<GraphBlock> &blocks)
{
    std::vector<int> depth(blocks.size(), 0);
    for (size_t i = 0; i < blocks.size(); ++i)
        if (blocks[i].parent >= 0)
            depth[i] = depth[static_cast<size_t>(blocks[i].parent)] + 1;
    return depth;
}

} // namespace

DrawnGraph drawnGraph(const ModelGraph &graph, const std::vector<GraphBlock> &blocks,
                      const std::vector<bool> &expanded)
{
    std::vector<int> blockOf(graph.nodes.size(), -1);
    std::vector<bool> open(blocks.size(), false);
    for (size_t b = 0; b < blocks.size(); ++b) { // a block comes after the one around it
        const GraphBlock &block = blocks[b];
        if (block.parent >= 0 && !open[static_cast<size_t>(block.parent)])
            continue;
        open[b] = expanded[b];
        if (!open[b])
            std::fill(blockOf.begin() + block.first, blockOf.begin() + block.last, static_cast<int>(b));
    }

    DrawnGraph drawn;
    drawn.itemOfNode.resize(graph.nodes.size());
    for (int i = 0; i < static_cast<int>(graph.nodes.size()); ++i) {
        const int block = blockOf[static_cast<size_t>(i)];
        if (block < 0)
            drawn.items.push_back({i, -1, i, i + 1});
        else if (drawn.items.empty() || drawn.items.back().block != block)
            drawn.items.push_back({-1, block, i, blocks[static_cast<size_t>(block)].last});
        drawn.itemOfNode[static_cast<size_t>(i)] = static_cast<int>(drawn.items.size()) - 1;
    }

    std::unordered_map<uint64_t, size_t> known;
    for (size_t e = 0; e < graph.edges.size(); ++e) {
        const int from = drawn.itemOfNode[static_cast<size_t>(graph.edges[e].from)];
        const int to = drawn.itemOfNode[static_cast<size_t>(graph.edges[e].to)];
        if (from == to)
            continue;
        const uint64_t key = (static_cast<uint64_t>(from) << 32) | static_cast<uint32_t>(to);
        const auto [at, isNew] = known.emplace(key, drawn.edges.size());
        if (isNew)
            drawn.edges.push_back({from, to, static_cast<int>(e), 1});
        else
            ++drawn.edges[at->second].count;
    }
    return drawn;
}

std::vector<bool> firstExpansion(const ModelGraph &graph, const std::vector<GraphBlock> &blocks,
                                 size_t budget)
{
    if (graph.nodes.size() <= smallGraph)
        return std::vector<bool>(blocks.size(), true);
    std::vector<bool> expanded(blocks.size(), false);
    const std::vector<int> depth = depths(blocks);
    for (int level = 0;; ++level) {
        std::vector<bool> next = expanded;
        bool any = false;
        for (size_t b = 0; b < blocks.size(); ++b) {
            const bool reachable = blocks[b].parent < 0 || expanded[static_cast<size_t>(blocks[b].parent)];
            if (depth[b] == level && reachable && blocks[b].repeats == 1 && !blocks[b].name.empty())
                any = next[b] = true;
        }
        if (!any || drawnGraph(graph, blocks, next).items.size() > budget)
            return expanded;
        expanded = std::move(next);
    }
}

} // namespace lathe
