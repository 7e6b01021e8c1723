#include "core/preview/dropestimator.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace lathe {
namespace {

constexpr double farthest = 50.0; ///< margins beyond mean the same: certainty, or no number
/// The figure is looked at up to a dozen times before it is complete: wide enough that on recorded moves all
/// intervals of a measurement hold together in 95 of 100.
constexpr double zOfAllLooks = 3.2;
constexpr double z95 = 1.959963984540054;
constexpr double priorWeight = 3.0; ///< samples that the working model's variance counts for
constexpr double fewestForOwnModel = 6.0;
/// None of n samples flipped: at a rate of 3 / n that would have happened in 5 of 100 cases (exp(-3) = 0.05).
constexpr double noneSeen = 3.0;
/// How far samples go after flips that none was seen of: further, and the others' variance would suffer.
constexpr double effortForUnseen = 0.2;

double bounded(double margin)
{
    return std::isnan(margin) ? -farthest : std::clamp(margin, -farthest, farthest);
}

/// How far a variant moved a sample.
struct Point {
    double margin = 0.0, shift = 0.0;
};

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

    static Model fit(std::span<const Point> points);
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

struct DropEstimator::Models {
    Model wrong, right;
};

struct DropEstimator::Unseen {
    double losses = 0.0, gains = 0.0; ///< as many as may hide among the samples that are left
    std::vector<double> worth;        ///< of one more sample, by stratum, in squared standard deviations
};

DropEstimator::DropEstimator(const SamplingPlan &plan, std::vector<double> margins, std::vector<bool> right)
    : m_plan(plan), m_margins(std::move(margins)), m_right(std::move(right))
{
    std::ranges::transform(m_margins, m_margins.begin(), bounded);
}

DropEstimator::Model DropEstimator::Model::fit(std::span<const Point> points)
{
    const auto n = static_cast<double>(points.size());
    double meanX = 0.0, meanY = 0.0;
    for (const Point &point : points) {
        meanX += point.margin / n;
        meanY += point.shift / n;
    }
    double xx = 1.0, xy = 0.0; // the 1 keeps the slope small where there are few samples
    for (const Point &point : points) {
        xx += (point.margin - meanX) * (point.margin - meanX);
        xy += (point.margin - meanX) * (point.shift - meanY);
    }
    Model model;
    model.slope = xy / xx;
    model.shift = meanY - model.slope * meanX;
    double squares = 0.0;
    for (const Point &point : points) {
        const double rest = point.shift - model.shift - model.slope * point.margin;
        squares += rest * rest;
    }
    model.scale = std::sqrt(squares / std::max(1.0, n - 2.0) / 2.0) + 1e-9; // t of 4: variance 2
    model.rarest = 0.5 / (n + 1.0);
    return model;
}

DropEstimator::Models DropEstimator::fit(std::span<const size_t> rows,
                                         std::span<const SampleComparison> measured) const
{
    std::array<std::vector<Point>, 2> points;
    std::vector<Point> all;
    for (size_t i = 0; i < rows.size(); ++i) {
        const double margin = m_margins[rows[i]];
        all.push_back({margin, bounded(measured[i].variantMargin) - margin});
        points[m_right[rows[i]]].push_back(all.back());
    }
    const bool apart = static_cast<double>(std::min(points[0].size(), points[1].size())) >= fewestForOwnModel;
    return {Model::fit(apart ? points[0] : all), Model::fit(apart ? points[1] : all)};
}

DropEstimator::Unseen DropEstimator::unseen(std::span<const size_t> rows,
                                            std::span<const SampleComparison> measured) const
{
    struct Group { // samples alike
        double left = 0.0, taken = 0.0, flips = 0.0;
        double mayHide() const
        {
            return flips > 0.0 ? 0.0 : left * (1.0 - std::exp(-noneSeen / (taken + 1.0)));
        }
    };
    std::vector<Group> right(static_cast<size_t>(m_plan.strata()));
    Group wrong; // the surer the baseline, the fewer: what holds for all bounds the surest
    const auto groupOf = [&](size_t row) -> Group & {
        return m_right[row] ? right[static_cast<size_t>(m_plan.stratumOf(row))] : wrong;
    };
    for (size_t row = 0; row < m_margins.size(); ++row)
        groupOf(row).left += 1.0;
    for (size_t i = 0; i < rows.size(); ++i) {
        Group &group = groupOf(rows[i]);
        group.left -= 1.0;
        group.taken += 1.0;
        group.flips += std::abs(measured[i].gain());
    }
    Unseen result;
    result.gains = wrong.mayHide();
    for (const Group &group : right) {
        const double losses = group.mayHide();
        result.losses = std::max(result.losses, losses);
        const double perDeviation = losses / zOfAllLooks;
        result.worth.push_back(effortForUnseen * 2.0 * perDeviation * perDeviation / (group.taken + 1.0));
    }
    return result;
}

DropEstimate DropEstimator::estimate(std::span<const size_t> rows,
                                     std::span<const SampleComparison> measured) const
{
    const Models models = fit(rows, measured);
    const auto modelOf = [&](size_t row) -> const Model & {
        return m_right[row] ? models.right : models.wrong;
    };
    const auto gainOf = [&](size_t row) { return modelOf(row).gain(m_margins[row], m_right[row]); };
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
        const double gain = gainOf(row);
        Stratum &stratum = sums[static_cast<size_t>(m_plan.stratumOf(row))];
        expected += gain;
        flips += std::abs(gain);
        stratum.variance += modelOf(row).variance(gain);
        stratum.flips += std::abs(gain);
    }
    for (size_t i = 0; i < rows.size(); ++i) {
        Stratum &stratum = sums[static_cast<size_t>(m_plan.stratumOf(rows[i]))];
        const double residual = measured[i].gain() - gainOf(rows[i]);
        stratum.taken += 1.0;
        stratum.residuals += residual;
        stratum.squares += residual * residual;
    }
    const Unseen hidden = unseen(rows, measured);
    DropEstimate result;
    double variance = 0.0;
    for (size_t s = 0; s < strata; ++s) {
        const Stratum &stratum = sums[s];
        const auto size = static_cast<double>(m_plan.sizeOf(static_cast<int>(s)));
        const double mean = stratum.taken > 0.0 ? stratum.residuals / stratum.taken : 0.0;
        const double spread = std::max(0.0, stratum.squares - stratum.taken * mean * mean);
        // Where nearly all flip, how many do not is learnt from this stratum alone.
        const double fewOthers = stratum.flips / std::max(1.0, size) / (stratum.taken + 2.0);
        const double unit =
            std::max(fewOthers, (spread + priorWeight * stratum.variance / std::max(1.0, size)) /
                                    (std::max(0.0, stratum.taken - 1.0) + priorWeight));
        const double taken = std::max(0.5, stratum.taken);
        const double rest = size - stratum.taken;
        expected += size * mean;
        variance += size * rest / taken * unit;
        result.worth.push_back(rest > 0.0 ? size * size * unit / (taken * (taken + 1.0)) + hidden.worth[s]
                                          : 0.0);
    }
    const double value = expected / total;
    // One sample more: what is estimated is a whole number of them.
    const double deviation = zOfAllLooks * std::sqrt(variance);
    const double down = (std::hypot(deviation, hidden.losses) + 1.0) / total;
    const double up = (std::hypot(deviation, hidden.gains) + 1.0) / total;
    result.fullSet = {value, std::max(-1.0, value - down), std::min(1.0, value + up)};
    const double of = flips / total;
    const double ownHalf =
        z95 * std::sqrt(std::max(0.0, (of * total + 1.0) - value * value * total)) / (total + 2.0);
    result.population = {value, std::max(-1.0, value - std::hypot(down, ownHalf)),
                         std::min(1.0, value + std::hypot(up, ownHalf))};
    return result;
}

} // namespace lathe
