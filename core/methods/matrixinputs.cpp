#include "core/methods/matrixinputs.h"

#include "core/base/blas.h"

#include <algorithm>
#include <cmath>

namespace lathe {

Matrix MatrixInputs::hessian(Index group, bool centered) const
{
    Matrix result = m_statistics->secondMoment.middleRows(group * cols(), cols());
    if (centered)
        result.noalias() -= mean(group) * mean(group).transpose();
    return result;
}

double MatrixInputs::damping() const
{
    constexpr double least = 0.01, forScatter = 0.1;
    if (m_statistics->damping > 0.0)
        return m_statistics->damping;
    const auto known = static_cast<double>(std::max<int64_t>(1, m_statistics->columns));
    return std::clamp(forScatter * static_cast<double>(cols()) / known, least, 1.0);
}

std::span<const InverseHessian> MatrixInputs::inverses(bool centered, const JobContext &ctx) const
{
    const std::lock_guard lock(m_mutex);
    std::vector<InverseHessian> &known = m_inverses.at(centered ? 1 : 0);
    if (known.empty()) {
        std::vector<InverseHessian> computed;
        const bool asItIs = m_groups == 1 && !centered; // no copy of what may be large
        for (Index g = 0; g < m_groups; ++g)
            computed.push_back(
                invertHessian(asItIs ? m_statistics->secondMoment : hessian(g, centered), damping(), ctx));
        known = std::move(computed);
    }
    return known;
}

double MatrixInputs::largestDamping() const
{
    const std::lock_guard lock(m_mutex);
    double most = 0.0;
    for (const std::vector<InverseHessian> &known : m_inverses)
        for (const InverseHessian &inverse : known)
            most = std::max(most, inverse.damping);
    return most;
}

size_t MatrixInputs::bytes() const
{
    return 2 * static_cast<size_t>(m_statistics->secondMoment.size() + m_statistics->mean.size()) *
           sizeof(float);
}

std::shared_ptr<const MatrixInputs> MatrixInputs::after(const Matrix &first) const
{
    const Index rank = first.rows() / m_groups;
    auto next = std::make_shared<InputStatistics>();
    next->samples = m_statistics->samples;
    next->columns = m_statistics->columns;
    next->damping = m_statistics->damping;
    next->secondMoment.resize(first.rows(), rank);
    next->meanSquare.resize(first.rows());
    next->mean.resize(first.rows());
    for (Index g = 0; g < m_groups; ++g) {
        const auto part = first.middleRows(g * rank, rank);
        const Matrix image = product(part, m_statistics->secondMoment.middleRows(g * cols(), cols()));
        next->secondMoment.middleRows(g * rank, rank).noalias() = image * part.transpose();
        next->meanSquare.segment(g * rank, rank) =
            next->secondMoment.middleRows(g * rank, rank).diagonal().cwiseMax(0.0F);
        next->mean.segment(g * rank, rank) = part * mean(g);
    }
    return std::make_shared<const MatrixInputs>(std::move(next), m_groups);
}

double MatrixInputs::relativeOutputError(const Matrix &weight, const Matrix &stored, bool centered) const
{
    const Index rows = weight.rows() / m_groups;
    double lost = 0.0;
    double total = 0.0;
    for (Index g = 0; g < m_groups; ++g) {
        const auto second = m_statistics->secondMoment.middleRows(g * cols(), cols());
        const auto energy = [&](const Matrix &part) {
            return product(part, second).cwiseProduct(part).cast<double>().sum();
        };
        const Matrix w = weight.middleRows(g * rows, rows);
        const Matrix difference = w - stored.middleRows(g * rows, rows);
        lost += energy(difference) - (centered ? double((difference * mean(g)).squaredNorm()) : 0.0);
        total += energy(w);
    }
    return total > 0.0 ? std::sqrt(std::max(0.0, lost) / total) : 0.0;
}

Vector MatrixInputs::meanDifference(const Matrix &weight, const Matrix &stored) const
{
    const Index rows = weight.rows() / m_groups;
    Vector shift(weight.rows());
    for (Index g = 0; g < m_groups; ++g) // to the last bit as ever: files are verified by it
        shift.segment(g * rows, rows) =
            (weight.middleRows(g * rows, rows) - stored.middleRows(g * rows, rows)) * mean(g);
    return shift;
}

Vector MatrixInputs::squares(const Matrix &weight, bool centered) const
{
    const Index rows = weight.rows() / m_groups;
    Vector result(weight.rows());
    for (Index g = 0; g < m_groups; ++g) {
        const Matrix part = weight.middleRows(g * rows, rows);
        if (hasHessians())
            result.segment(g * rows, rows) =
                product(part, m_statistics->secondMoment.middleRows(g * cols(), cols()))
                    .cwiseProduct(part)
                    .rowwise()
                    .sum();
        else // as of inputs that are independent of each other
            result.segment(g * rows, rows) =
                part.cwiseAbs2() * variance(g) + Vector((part * mean(g)).cwiseAbs2());
    }
    if (centered)
        result -= productOfMeans(weight, m_statistics->mean, m_groups).cwiseAbs2();
    return result.cwiseMax(0.0F);
}

Vector MatrixInputs::outputVariance(const Matrix &weight) const
{
    return squares(weight, true);
}

double MatrixInputs::normalizedOutputError(const Matrix &weight, const Matrix &stored,
                                           const Vector &shift) const
{
    const Matrix difference = weight - stored;
    Vector errors = squares(difference, false);
    if (shift.size() > 0)
        errors += shift.cwiseProduct(shift - 2.0F * productOfMeans(difference, m_statistics->mean, m_groups));
    return normalizedError(errors.cwiseMax(0.0F), outputVariance(weight));
}

Vector productOfMeans(const Matrix &weight, const Vector &mean, Index groups)
{
    const Index rows = weight.rows() / groups;
    Vector result(weight.rows());
    for (Index g = 0; g < groups; ++g)
        result.segment(g * rows, rows) =
            weight.middleRows(g * rows, rows) * mean.segment(g * weight.cols(), weight.cols());
    return result;
}

double normalizedError(const Vector &squares, const Vector &variances)
{
    constexpr float least = 1e-8F; // of the mean: below is what rounding leaves of none
    const float bound = variances.size() > 0 ? least * variances.mean() : 0.0F;
    double sum = 0.0;
    Index count = 0;
    for (Index r = 0; r < squares.size(); ++r)
        if (variances[r] > bound) {
            sum += double(squares[r]) / double(variances[r]);
            ++count;
        }
    return count > 0 ? std::sqrt(sum / static_cast<double>(count)) : 0.0;
}

} // namespace lathe
