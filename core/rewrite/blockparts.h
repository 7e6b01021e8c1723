#pragma once
// Parts of a graph between two values, and what they are worth. Inside core/rewrite only.
#include "core/rewrite/blocks.h"
#include "core/rewrite/valueflow.h"

#include <algorithm>
#include <map>
#include <tuple>

namespace lathe {

/// What only serves y when x stands for it.
struct BlockPart {
    int x = -1, y = -1; ///< values
    std::vector<int> nodes;
    std::vector<size_t> layers;
    int64_t weightBytes = 0;
    size_t products = 0; ///< nodes that multiply

    auto size() const { return std::tuple(layers.size(), weightBytes, nodes.size()); }
    bool has(size_t layer) const { return std::ranges::binary_search(layers, layer); }
};

class BlockParts {
public:
    BlockParts(const Model &model, const ValueFlow &flow)
        : m_model(model), m_flow(flow), m_stamps(flow.nodes().size(), 0)
    {
    }
    /// @returns its number; each part has one
    size_t between(int x, int y);
    const BlockPart &operator[](size_t part) const { return m_parts[part]; }
    Block describe(size_t part) const;

private:
    std::vector<int> serving(int x, int y);
    int64_t bytesOf(const BlockPart &part) const;

    const Model &m_model;
    const ValueFlow &m_flow;
    std::vector<BlockPart> m_parts;
    std::map<std::pair<int, int>, size_t> m_numbers; ///< by x and y
    std::vector<uint64_t> m_stamps;                  ///< by node
    uint64_t m_stamp = 0;
};

} // namespace lathe
