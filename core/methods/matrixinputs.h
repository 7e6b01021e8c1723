#pragma once
// What is known of the inputs of one matrix, and what follows from it. Inner part of core/compress.
#include "core/methods/secondorder.h"
#include "core/methods/statistics.h"

#include <array>
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
    /// Mean of x x^T; centered: of the deviations from the mean, for weights beside a bias that makes up for
    /// the mean error.
    Matrix hessian(Index group, bool centered) const;
    auto meanSquare(Index group) const { return m_statistics->meanSquare.segment(group * cols(), cols()); }
    auto mean(Index group) const { return m_statistics->mean.segment(group * cols(), cols()); }
    Vector variance(Index group) const
    {
        return (meanSquare(group) - mean(group).cwiseAbs2()).cwiseMax(0.0F);
    }
    /// Computed at the first call. @throws Error NumericFailure @throws Cancelled
    std::span<const InverseHessian> inverses(bool centered, const JobContext &ctx) const;
    /// What inverses() ask for: the fewer columns stand against the inputs the more, so that weights are not
    /// made up for by what is chance in the samples.
    double damping() const;
    double largestDamping() const; ///< of the inverses so far
    size_t bytes() const;          ///< with the inverses

    /// The inputs of the matrix that comes after `first` has been applied: first * x.
    std::shared_ptr<const MatrixInputs> after(const Matrix &first) const;

    /// ||(W - V) X||_F / ||W X||_F over all groups; 0 where W X is 0. Needs Hessians.
    /// @param centered a bias makes up for the mean of (W - V) X
    double relativeOutputError(const Matrix &weight, const Matrix &stored, bool centered) const;
    /// (W - V) * mean x [rows]
    Vector meanDifference(const Matrix &weight, const Matrix &stored) const;
    /// Variance of W x [rows].
    Vector outputVariance(const Matrix &weight) const;
    /// sqrt of the mean over the rows of E[((W - V) x - shift)^2] / Var[W x]: what a normalization behind the
    /// layer would make of the error. Rows without variance do not count.
    /// @param shift [rows] or empty
    double normalizedOutputError(const Matrix &weight, const Matrix &stored, const Vector &shift) const;

private:
    /// E[(W x)^2] [rows]; centered: Var[W x].
    Vector squares(const Matrix &weight, bool centered) const;
    std::shared_ptr<const InputStatistics> m_statistics;
    Index m_groups;
    mutable std::mutex m_mutex;
    mutable std::array<std::vector<InverseHessian>, 2> m_inverses; ///< second: centered
};

/// weight * mean [rows] of inputs that each group of rows has its own of.
Vector productOfMeans(const Matrix &weight, const Vector &mean, Index groups);
/// sqrt of the mean of squares / variances over the rows that have a variance.
double normalizedError(const Vector &squares, const Vector &variances);

} // namespace lathe
