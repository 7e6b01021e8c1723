#include "core/analysis/symmetriceigen.h"
#include "core/analysis/weightstats.h"
#include "core/base/blas.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>

namespace lathe {
namespace {

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
        addGram(gram, panel);
    }
    return gram;
}

Spectrum spectrum(const Matrix &weight, const JobContext &ctx)
{
    if (!weight.allFinite())
        throw Error(ErrorCode::NumericFailure,
                    Message::tr("A weight that holds NaN or infinity has no singular values."));
    Spectrum result;
    if (weight.size() == 0)
        return result;
    const Eigen::VectorXd squares = symmetricEigenvalues(smallerGram(weight, ctx), ctx);
    for (const double square : squares)
        result.singularValues.push_back(std::sqrt(std::max(square, 0.0))); // rounding leaves tiny negatives
    std::ranges::sort(result.singularValues, std::ranges::greater());
    result.energy = energyCurve(result.singularValues);
    result.effectiveRank = effectiveRankOf(result.singularValues);
    result.stableRank = stableRankOf(result.singularValues);
    return result;
}

} // namespace lathe
