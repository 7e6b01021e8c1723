#pragma once
// What is known of the inputs of one matrix, and what follows from it. Inner part of core/compress.
#include "core/compress/secondorder.h"
#include "core/compress/statistics.h"

#include <mutex>
#include <span>

namespace lathe {

/// Inputs of the rows of a matrix, group by group. May be used from several threads.
class MatrixInputs {
public:
    /// @param groups of rows, each with inputs of its own
    MatrixInputs(std::shared_ptr<const InputStatistics> statistics, Index groups)
        : m_statistics(std::move(statistics)), m_groups(groups)
    {
    }
    Index groups() const { return m_groups; }
    Index cols() const { return m_statistics->meanSquare.size() / m_groups; }
    bool hasHessians() const { return m_statistics->secondMoment.size() > 0; }
    auto hessian(Index group) const { return m_statistics->secondMoment.middleRows(group * cols(), cols()); }
    auto meanSquare(Index group) const { return m_statistics->meanSquare.segment(group * cols(), cols()); }
    auto mean(Index group) const { return m_statistics->mean.segment(group * cols(), cols()); }
    /// Computed at the first call. @throws Error NumericFailure @throws Cancelled
    std::span<const InverseHessian> inverses(const JobContext &ctx) const;
    std::span<const InverseHessian> knownInverses() const; ///< empty: not asked for yet
    size_t bytes() const;                                  ///< with the inverses

    /// The inputs of the matrix that comes after `first` has been applied: first * x.
    std::shared_ptr<const MatrixInputs> after(const Matrix &first) const;

    /// ||(W - V) X||_F / ||W X||_F over all groups; 0 where W X is 0. Needs Hessians.
    double relativeOutputError(const Matrix &weight, const Matrix &stored) const;
    /// (W - V) * mean x [rows]
    Vector meanDifference(const Matrix &weight, const Matrix &stored) const;

private:
    std::shared_ptr<const InputStatistics> m_statistics;
    Index m_groups;
    mutable std::mutex m_mutex;
    mutable std::vector<InverseHessian> m_inverses;
};

} // namespace lathe
