#include "core/channels/columnfit.h"

#include "core/base/parallel.h"

#include <Eigen/Cholesky>

namespace lathe {
namespace {

using Eigen::MatrixXd;
using Eigen::VectorXd;

constexpr Index blockColumns = 128; // little work for each step, so that Cancel is obeyed at once
constexpr Index stripColumns = 64;

/// Calls body(first, count) for parts of [first, end), on the job's threads.
template <class Body>
void inStrips(Index first, Index end, Index width, const JobContext &ctx, const Body &body)
{
    const Index strips = (end - first + width - 1) / width;
    parallelFor(static_cast<size_t>(strips), ctx, [&](size_t i) {
        const Index at = first + static_cast<Index>(i) * width;
        body(at, std::min(width, end - at));
    });
}

/// The lower triangle of a becomes L with a = L L^T. @returns false when a is not positive definite
bool choleskyInPlace(MatrixXd &a, const JobContext &ctx)
{
    const Index size = a.rows();
    for (Index first = 0; first < size; first += blockColumns) {
        const Index count = std::min(blockColumns, size - first), next = first + count;
        const Eigen::LLT<MatrixXd> pivot(a.block(first, first, count, count));
        if (pivot.info() != Eigen::Success)
            return false;
        a.block(first, first, count, count) = pivot.matrixL();
        auto below = a.block(next, first, size - next, count);
        const MatrixXd factor = pivot.matrixL();
        factor.triangularView<Eigen::Lower>().transpose().solveInPlace<Eigen::OnTheRight>(below);
        inStrips(next, size, 2 * blockColumns, ctx, [&](Index strip, Index width) {
            const Index under = size - strip;
            a.block(strip, strip, under, width).noalias() -=
                a.block(strip, first, under, count) * a.block(strip, first, width, count).transpose();
        });
    }
    return true;
}

/// Solves L L^T x = b in place.
void solveInPlace(const MatrixXd &lower, MatrixXd &b, const JobContext &ctx)
{
    inStrips(0, b.cols(), stripColumns, ctx, [&](Index first, Index count) {
        auto part = b.middleCols(first, count);
        lower.triangularView<Eigen::Lower>().solveInPlace(part);
        lower.triangularView<Eigen::Lower>().transpose().solveInPlace(part);
    });
}

class Moments {
public:
    Moments(const Eigen::Ref<const Matrix> &second, const Vector &mean) : m_second(second), m_mean(mean) {}

    /// Between these inputs; of the deviations from the mean where there is one.
    MatrixXd between(const std::vector<Index> &left, const std::vector<Index> &right) const
    {
        MatrixXd block(std::ssize(left), std::ssize(right));
        for (Index c = 0; c < block.cols(); ++c)
            for (Index r = 0; r < block.rows(); ++r)
                block(r, c) = at(left[static_cast<size_t>(r)], right[static_cast<size_t>(c)]);
        return block;
    }
    double meanDiagonal() const
    {
        double sum = 0.0;
        Index count = 0; // of inputs that are not always the same
        for (Index i = 0; i < m_second.rows(); ++i) {
            const double square = at(i, i);
            sum += std::max(0.0, square);
            count += square > 0.0 ? 1 : 0;
        }
        return count > 0 ? sum / static_cast<double>(count) : 0.0;
    }

private:
    double at(Index i, Index j) const
    {
        const double moment = m_second(j, i);
        return m_mean.size() > 0 ? moment - double(m_mean[i]) * double(m_mean[j]) : moment;
    }

    const Eigen::Ref<const Matrix> &m_second;
    const Vector &m_mean;
};

/// A factor of the moments with a ridge. @throws Error NumericFailure
MatrixXd factorOf(const Moments &moments, const std::vector<Index> &kept, double damping,
                  const JobContext &ctx)
{
    const double scale = moments.meanDiagonal();
    for (double ridge = damping;; ridge *= 10.0) {
        MatrixXd factor = moments.between(kept, kept);
        factor.diagonal().array() += ridge * scale;
        if (choleskyInPlace(factor, ctx))
            return factor;
        if (!(ridge <= 1.0))
            throw Error(ErrorCode::NumericFailure,
                        Message::tr("The statistics of its inputs are not those of numbers."));
    }
}

} // namespace

ColumnFit fitColumns(const Matrix &weight, const Eigen::Ref<const Matrix> &secondMoment, const Vector &mean,
                     const std::vector<Index> &gone, const std::vector<Index> &kept, double damping,
                     const JobContext &ctx)
{
    ColumnFit fit{Matrix::Zero(weight.rows(), std::ssize(kept)), Vector::Zero(weight.rows())};
    const Moments moments(secondMoment, mean);
    MatrixXd lost(weight.rows(), std::ssize(gone));
    for (Index c = 0; c < lost.cols(); ++c)
        lost.col(c) = weight.col(gone[static_cast<size_t>(c)]).cast<double>();
    if (!kept.empty() && !gone.empty() && moments.meanDiagonal() > 0.0) {
        MatrixXd change = moments.between(kept, gone) * lost.transpose();
        solveInPlace(factorOf(moments, kept, damping, ctx), change, ctx);
        fit.change = change.transpose().cast<float>();
    }
    if (mean.size() > 0) {
        const auto meanOf = [&](const std::vector<Index> &columns) {
            VectorXd means(std::ssize(columns));
            for (Index c = 0; c < means.size(); ++c)
                means[c] = static_cast<double>(mean[columns[static_cast<size_t>(c)]]);
            return means;
        };
        fit.shift = (lost * meanOf(gone) - fit.change.cast<double>() * meanOf(kept)).cast<float>();
    }
    return fit;
}

} // namespace lathe
