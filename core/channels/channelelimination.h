#pragma once
// Columns taken out of one weight one block after the other while the others make up for them. Inside
// core/channels only.
#include "core/base/job.h"
#include "core/base/matrix.h"

#include <vector>

namespace lathe {

/// Rows that share their inputs, and the columns of each channel among these.
class ChannelElimination {
public:
    using Columns = std::vector<Index>;

    /// @param weight [rows, cols]
    /// @param hessian [cols, cols] second moments of the inputs, of their deviations from the mean where a
    /// bias is fitted; or [cols, 1] their diagonal: nothing makes up then
    /// @param channels columns of each; of some channels there may be none
    ChannelElimination(const Matrix &weight, const Matrix &hessian, std::vector<Columns> channels,
                       double damping, const JobContext &ctx);

    /// tr(W H W^T) of the weight as it was, without damping.
    double energy() const { return m_energy; }
    /// What it costs to take a channel out next, in units of energy().
    double cost(size_t channel) const;
    void remove(size_t channel, const JobContext &ctx);

private:
    void invert(const Matrix &hessian, double damping, const JobContext &ctx);
    Eigen::MatrixXd blockOf(const Columns &columns) const;
    /// L with L L^T = [H^-1]_BB; falls back to what would be, could no other column make up.
    Eigen::MatrixXd factorOf(size_t channel, bool &alone) const;
    Matrix inverseRows(const Columns &columns) const;
    void applyPanel(const JobContext &ctx);
    void dropRemoved(const JobContext &ctx);

    Matrix m_weight;                       ///< [cols, rows] as it is now, transposed
    Matrix m_inverse;                      ///< [cols, cols] lower triangle; empty: nothing makes up
    Matrix m_panel;                        ///< [.., cols] z of inverse - z^T z that are still to be applied
    Index m_waiting = 0;                   ///< rows of the panel
    std::vector<Columns> m_channels;       ///< in the matrices above; of those gone: empty
    std::vector<Eigen::MatrixXd> m_blocks; ///< [H^-1]_BB
    std::vector<Eigen::MatrixXd> m_alone;  ///< [H_BB]^-1
    std::vector<uint8_t> m_gone;           ///< by column
    Index m_goneCount = 0;
    double m_energy = 0.0;
};

} // namespace lathe
