#include "core/calibrate/momentsums.h"

#include "core/base/blas.h"

#include <algorithm>

namespace lathe {
namespace {

constexpr Index tileSize = 512;

} // namespace

MomentSums::MomentSums(Index groups, Index cols, bool second)
    : m_groups(groups), m_cols(cols), m_second(second), m_block(blockColumns, groups * cols),
      m_sum(Eigen::VectorXd::Zero(groups * cols)), m_squares(Eigen::VectorXd::Zero(groups * cols))
{
    for (Index group = 0; group < groups; ++group) {
        for (Index row = 0; row < cols; row += tileSize) {
            const Index rows = std::min(tileSize, cols - row);
            for (Index col = second ? 0 : row; col <= row; col += tileSize) {
                const Index width = std::min(tileSize, cols - col);
                m_tiles.push_back({group, row, col, rows, width, {}});
                if (second)
                    m_tiles.back().sums = Matrix::Zero(rows, width);
            }
        }
    }
}

int64_t MomentSums::bytesFor(Index groups, Index cols, bool second)
{
    const Index block = blockColumns * groups * cols;
    const Index lower = second ? groups * (cols * cols + std::min(cols, tileSize) * cols) / 2 : 0;
    return (block + lower) * static_cast<Index>(sizeof(float));
}

std::span<float> MomentSums::next()
{
    return {m_block.row(m_filled++).data(), static_cast<size_t>(m_block.cols())};
}

void MomentSums::runTask(size_t task)
{
    Tile &tile = m_tiles[task];
    const Index first = tile.group * m_cols;
    const auto rows = blockOf(first + tile.row, tile.rows);
    if (m_second)
        addTransposedProduct(tile.sums, 1.0F, rows, blockOf(first + tile.col, tile.cols));
    if (tile.row != tile.col)
        return;
    auto sum = m_sum.segment(first + tile.row, tile.rows);
    auto squares = m_squares.segment(first + tile.row, tile.rows);
    for (Index k = 0; k < m_filled; ++k) {
        const auto x = rows.row(k).transpose().cast<double>();
        sum += x;
        squares += x.cwiseAbs2();
    }
}

void MomentSums::endBlock()
{
    m_count += m_filled;
    m_filled = 0;
}

InputStatistics MomentSums::finish()
{
    InputStatistics result;
    result.columns = m_count;
    const double scale = m_count > 0 ? 1.0 / static_cast<double>(m_count) : 0.0;
    result.mean = (m_sum * scale).cast<float>();
    result.meanSquare = (m_squares * scale).cast<float>();
    m_block.resize(0, 0);
    if (!m_second)
        return result;
    result.secondMoment.resize(height(), m_cols);
    for (Tile &tile : m_tiles) {
        tile.sums *= static_cast<float>(scale);
        auto group = result.secondMoment.middleRows(tile.group * m_cols, m_cols);
        group.block(tile.row, tile.col, tile.rows, tile.cols) = tile.sums;
        if (tile.row != tile.col)
            group.block(tile.col, tile.row, tile.cols, tile.rows) = tile.sums.transpose();
        else
            group.block(tile.row, tile.col, tile.rows, tile.cols).diagonal() =
                result.meanSquare.segment(tile.group * m_cols + tile.row, tile.rows);
        tile.sums.resize(0, 0);
    }
    // A tile on the diagonal comes out of a product that need not be symmetric to the last bit.
    for (Index group = 0; group < m_groups; ++group) {
        auto square = result.secondMoment.middleRows(group * m_cols, m_cols);
        for (Index first = 0; first < m_cols; first += tileSize) {
            const Index count = std::min(tileSize, m_cols - first);
            auto tile = square.block(first, first, count, count);
            tile.triangularView<Eigen::StrictlyUpper>() = Matrix(tile.transpose());
        }
    }
    return result;
}

} // namespace lathe
