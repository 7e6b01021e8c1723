#include "core/analysis/weightstats.h"

#include <Eigen/Eigenvalues>
#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <numeric>

namespace lathe {
namespace {

/// Reduces a symmetric matrix (lower triangle) to tridiagonal form by Householder reflections; Golub & Van
/// Loan 8.3.1. The same steps as Eigen's own, which offers no way to stop in between: 4096 rows take minutes.
/// The matrix is used up.
void tridiagonalize(Eigen::MatrixXd &a, Eigen::VectorXd &diagonal, Eigen::VectorXd &subdiagonal,
                    const JobContext &ctx)
{
    const Index n = a.rows();
    diagonal.resize(n);
    subdiagonal.resize(std::max<Index>(n - 1, 0));
    for (Index i = 0; i + 1 < n; ++i) {
        ctx.throwIfCancelled();
        const Index rest = n - i - 1;
        double beta = 0.0;
        double tau = 0.0;
        a.col(i).tail(rest).makeHouseholderInPlace(tau, beta);
        a(i + 1, i) = 1.0;
        const auto v = a.col(i).tail(rest);
        auto corner = a.bottomRightCorner(rest, rest).selfadjointView<Eigen::Lower>();
        Eigen::VectorXd p = corner * (tau * v);
        p -= (0.5 * tau * p.dot(v)) * v;
        corner.rankUpdate(v, p, -1.0);
        subdiagonal[i] = beta;
    }
    diagonal = a.diagonal();
}

/// Descending singular values from the Gram matrix, which is used up.
std::vector<double> singularValuesOf(Eigen::MatrixXd &gram, const JobContext &ctx)
{
    Eigen::VectorXd diagonal;
    Eigen::VectorXd subdiagonal;
    tridiagonalize(gram, diagonal, subdiagonal, ctx);
    Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> solver;
    solver.computeFromTridiagonal(diagonal, subdiagonal, Eigen::EigenvaluesOnly);
    if (solver.info() != Eigen::Success)
        throw Error(ErrorCode::NumericFailure, "The singular values of a weight did not converge.");
    const Eigen::VectorXd roots =
        solver.eigenvalues().reverse().cwiseMax(0.0).cwiseSqrt(); // rounding leaves tiny negatives
    return {roots.begin(), roots.end()};
}

double effectiveRankOf(std::span<const double> singularValues)
{
    const double sum = std::accumulate(singularValues.begin(), singularValues.end(), 0.0);
    if (sum == 0.0)
        return 0.0;
    double entropy = 0.0;
    for (const double s : singularValues)
        entropy -= s > 0.0 ? s / sum * std::log(s / sum) : 0.0;
    return std::exp(entropy);
}

double stableRankOf(std::span<const double> singularValues)
{
    if (singularValues.empty() || singularValues.front() == 0.0)
        return 0.0;
    double sum = 0.0;
    for (const double s : singularValues)
        sum += (s / singularValues.front()) * (s / singularValues.front());
    return sum;
}

} // namespace

std::vector<double> energyCurve(std::span<const double> singularValues)
{
    std::vector<double> energy(singularValues.size());
    double sum = 0.0;
    for (size_t i = 0; i < energy.size(); ++i)
        energy[i] = sum += singularValues[i] * singularValues[i];
    if (sum > 0.0)
        for (double &e : energy)
            e /= sum;
    return energy;
}

Index rankForEnergy(std::span<const double> energy, double share)
{
    if (energy.empty())
        return 0;
    if (energy.back() == 0.0) // a zero matrix: any rank gives it back
        return 1;
    const auto found = std::ranges::find_if(energy, [share](double e) { return e >= share; });
    return std::min<Index>(found - energy.begin() + 1, std::ssize(energy));
}

Index Spectrum::rankForEnergy(double share) const
{
    return lathe::rankForEnergy(energy, share);
}

Eigen::MatrixXd smallerGram(const Matrix &weight, const JobContext &ctx)
{
    const bool wide = weight.rows() <= weight.cols();
    const Index n = std::min(weight.rows(), weight.cols());
    const Index length = std::max(weight.rows(), weight.cols());
    const Index step = std::clamp<Index>(200'000'000 / std::max<Index>(n * n, 1), 64,
                                         512); // work between two looks at Cancel
    Eigen::MatrixXd gram = Eigen::MatrixXd::Zero(n, n);
    Eigen::MatrixXd panel;
    for (Index from = 0; from < length; from += step) {
        ctx.throwIfCancelled();
        const Index width = std::min(step, length - from);
        if (wide)
            panel = weight.middleCols(from, width).cast<double>();
        else
            panel = weight.middleRows(from, width).transpose().cast<double>();
        gram.selfadjointView<Eigen::Lower>().rankUpdate(panel);
    }
    return gram;
}

Spectrum spectrum(const Matrix &weight, const JobContext &ctx)
{
    if (!weight.allFinite())
        throw Error(ErrorCode::NumericFailure, "A weight that holds NaN or infinity has no singular values.");
    Spectrum result;
    if (weight.size() == 0)
        return result;
    Eigen::MatrixXd gram = smallerGram(weight, ctx);
    result.singularValues = singularValuesOf(gram, ctx);
    result.energy = energyCurve(result.singularValues);
    result.effectiveRank = effectiveRankOf(result.singularValues);
    result.stableRank = stableRankOf(result.singularValues);
    return result;
}

} // namespace lathe
