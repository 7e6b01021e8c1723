#include "core/preview/dropestimator.h"

#include <algorithm>
#include <cmath>

namespace lathe {
namespace {

constexpr double farthest = 50.0; ///< margins beyond mean the same: certainty, or no number
/// The figure is looked at up to a dozen times before it is complete: wide enough that on recorded moves all
/// intervals of a measurement hold together in 95 of 100.
constexpr double zOfAllLooks = 3.2;
constexpr double z95 = 1.959963984540054;
/// Flips that a stratum may hide although none was seen: what no working model foresees.
constexpr double unseenFlips = 0.1;
constexpr double priorWeight = 3.0; ///< samples that the working model's variance counts for

double bounded(double margin)
{
    return std::isnan(margin) ? -farthest : std::clamp(margin, -farthest, farthest);
}

/// Student's t with 4 degrees of freedom.
double studentCdf(double t)
{
    const double u = 1.0 + t * t / 4.0;
    return 0.5 + 0.375 * t / std::sqrt(u) * (1.0 - t * t / (12.0 * u));
}

} // namespace

struct DropEstimator::Model {
    double shift = 0.0, slope = 0.0, scale = 0.0;
    double rarest = 0.0; ///< probability of what no model sees coming
    /// Signed: below zero for a sample that is right and may become wrong.
    double gain(double margin, bool right) const
    {
        const double limit = (-margin - shift - slope * margin) / scale;
        const double falls = studentCdf(limit);
        return right ? -falls : 1.0 - falls;
    }
    double variance(double gain) const
    {
        const double p = std::clamp(std::abs(gain), rarest, 1.0);
        return std::max(p * (1.0 - p), rarest * (1.0 - rarest));
    }
};

DropEstimator::DropEstimator(const SamplingPlan &plan, std::vector<double> margins, std::vector<bool> right)
    : m_plan(plan), m_margins(std::move(margins)), m_right(std::move(right))
{
    std::ranges::transform(m_margins, m_margins.begin(), bounded);
}

DropEstimator::Model DropEstimator::fit(std::span<const size_t> rows,
                                        std::span<const SampleComparison> measured) const
{
    const auto n = static_cast<double>(rows.size());
    double meanX = 0.0, meanY = 0.0;
    std::vector<double> shifts;
    for (size_t i = 0; i < rows.size(); ++i) {
        shifts.push_back(bounded(measured[i].variantMargin) - m_margins[rows[i]]);
        meanX += m_margins[rows[i]] / n;
        meanY += shifts[i] / n;
    }
    double xx = 1.0, xy = 0.0; // the 1 keeps the slope small where there are few samples
    for (size_t i = 0; i < rows.size(); ++i) {
        xx += (m_margins[rows[i]] - meanX) * (m_margins[rows[i]] - meanX);
        xy += (m_margins[rows[i]] - meanX) * (shifts[i] - meanY);
    }
    Model model;
    model.slope = xy / xx;
    model.shift = meanY - model.slope * meanX;
    double squares = 0.0;
    for (size_t i = 0; i < rows.size(); ++i) {
        const double rest = shifts[i] - model.shift - model.slope * m_margins[rows[i]];
        squares += rest * rest;
    }
    model.scale = std::sqrt(squares / std::max(1.0, n - 2.0) / 2.0) + 1e-9; // t of 4: variance 2
    model.rarest = 0.5 / (n + 1.0);
    return model;
}

DropEstimate DropEstimator::estimate(std::span<const size_t> rows,
                                     std::span<const SampleComparison> measured) const
{
    const Model model = fit(rows, measured);
    const auto strata = static_cast<size_t>(m_plan.strata());
    const auto total = static_cast<double>(m_margins.size());
    struct Stratum {
        double taken = 0.0, residuals = 0.0, squares = 0.0;
        double variance = 0.0; ///< of the working model, summed over all its samples
        double flips = 0.0;    ///< that the model expects of all its samples
    };
    std::vector<Stratum> sums(strata);
    double expected = 0.0, flips = 0.0;
    for (size_t row = 0; row < m_margins.size(); ++row) {
        const double gain = model.gain(m_margins[row], m_right[row]);
        expected += gain;
        flips += std::abs(gain);
        sums[static_cast<size_t>(m_plan.stratumOf(row))].variance += model.variance(gain);
        sums[static_cast<size_t>(m_plan.stratumOf(row))].flips += std::abs(gain);
    }
    for (size_t i = 0; i < rows.size(); ++i) {
        Stratum &stratum = sums[static_cast<size_t>(m_plan.stratumOf(rows[i]))];
        const double residual = measured[i].gain() - model.gain(m_margins[rows[i]], m_right[rows[i]]);
        stratum.taken += 1.0;
        stratum.residuals += residual;
        stratum.squares += residual * residual;
    }
    DropEstimate result;
    double variance = 0.0;
    for (size_t s = 0; s < strata; ++s) {
        const Stratum &stratum = sums[s];
        const auto size = static_cast<double>(m_plan.sizeOf(static_cast<int>(s)));
        const double mean = stratum.taken > 0.0 ? stratum.residuals / stratum.taken : 0.0;
        const double spread = std::max(0.0, stratum.squares - stratum.taken * mean * mean);
        // Where nearly all flip, how many do not is learnt from this stratum alone.
        const double unseen = stratum.flips / std::max(1.0, size) / (stratum.taken + 2.0);
        const double rare = unseenFlips / (stratum.taken + 1.0);
        const double unit = std::max(std::max(unseen, rare * (1.0 - rare)),
                                     (spread + priorWeight * stratum.variance / std::max(1.0, size)) /
                                         (std::max(0.0, stratum.taken - 1.0) + priorWeight));
        const double taken = std::max(0.5, stratum.taken);
        const double rest = size - stratum.taken;
        expected += size * mean;
        variance += size * rest / taken * unit;
        result.worth.push_back(rest > 0.0 ? size * size * unit / (taken * (taken + 1.0)) : 0.0);
    }
    const double value = expected / total;
    // One sample more: what is estimated is a whole number of them.
    const double half = (zOfAllLooks * std::sqrt(variance) + 1.0) / total;
    result.fullSet = {value, std::max(-1.0, value - half), std::min(1.0, value + half)};
    const double of = flips / total;
    const double ownHalf =
        z95 * std::sqrt(std::max(0.0, (of * total + 1.0) - value * value * total)) / (total + 2.0);
    const double both = std::hypot(half, ownHalf);
    result.population = {value, std::max(-1.0, value - both), std::min(1.0, value + both)};
    return result;
}

} // namespace lathe
