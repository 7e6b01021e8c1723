#pragma once
// Adds up x, x^2 and x x^T of columns x. Inside core/calibrate only.
#include "core/methods/statistics.h"

#include <functional>
#include <vector>

namespace lathe {

/// Columns are gathered in blocks of a fixed number, so that the sums do not depend on how the columns
/// arrive. Of x x^T only the lower triangle is kept, in tiles; they are independent of each other.
class MomentSums {
public:
    static constexpr Index blockColumns = 256;

    MomentSums(Index groups, Index cols, bool second);
    static int64_t bytesFor(Index groups, Index cols, bool second);

    Index height() const { return m_groups * m_cols; }
    bool full() const { return m_filled == blockColumns; }
    bool pending() const { return m_filled > 0; }
    /// Room for one more column; not when full().
    std::span<float> next();
    /// The block in tasks that may run at once, then done with it.
    size_t tasks() const { return m_tiles.size(); }
    void runTask(size_t task);
    void endBlock();

    /// The means; nothing may be pending. Ends the sums, whose memory is freed on the way.
    InputStatistics finish();

private:
    struct Tile {
        Index group, row, col; ///< of the first element, in the group's matrix
        Index rows, cols;
        Matrix sums;
    };
    auto blockOf(Index first, Index count) const { return m_block.block(0, first, m_filled, count); }

    Index m_groups, m_cols;
    bool m_second;
    Matrix m_block; ///< [blockColumns, height]: a row is a column x
    Index m_filled = 0;
    int64_t m_count = 0;
    std::vector<Tile> m_tiles;
    Eigen::VectorXd m_sum, m_squares;
};

} // namespace lathe
