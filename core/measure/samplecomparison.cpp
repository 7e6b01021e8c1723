#include "core/measure/samplecomparison.h"

#include "core/measure/rowreading.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

namespace lathe {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

void compareDistances(Row baseline, Row variant, SampleComparison *result)
{
    for (size_t i = 0; i < baseline.size(); ++i) {
        const double a = baseline[i];
        const double b = variant[i];
        if (a == b || (std::isnan(a) && std::isnan(b))) // equal infinities have no distance
            result->signal += std::isfinite(a) ? a * a : 0.0;
        else if (!std::isfinite(a) || !std::isfinite(b))
            result->noise = result->largestDifference = infinity;
        else {
            result->signal += a * a;
            result->noise += (a - b) * (a - b);
            result->largestDifference = std::max(result->largestDifference, std::abs(a - b));
        }
        if (std::isfinite(a))
            result->largest = std::max(result->largest, std::abs(a));
    }
}

/// Of log-probabilities; no margin where the class is none of them.
double marginOf(const Eigen::ArrayXd &logs, Index label)
{
    if (label < 0 || label >= logs.size())
        return -infinity;
    double other = -infinity;
    for (Index i = 0; i < logs.size(); ++i)
        if (i != label)
            other = std::max(other, logs[i]);
    return logs[label] - other;
}

class Weights {
public:
    Weights(std::span<const double> weights, size_t count) : m_weights(weights)
    {
        if (!weights.empty())
            m_scale = static_cast<double>(count) / std::accumulate(weights.begin(), weights.end(), 0.0);
    }
    /// Scaled to a mean of 1.
    double operator()(size_t i) const { return m_weights.empty() ? 1.0 : m_weights[i] * m_scale; }

private:
    std::span<const double> m_weights;
    double m_scale = 1.0;
};

/// Proportion() of weighted hits.
Interval weightedProportion(double hits, size_t count)
{
    Interval interval = proportion(std::llround(hits), static_cast<int64_t>(count));
    if (count > 0)
        interval.value = hits / static_cast<double>(count);
    interval.low = std::min(interval.low, interval.value);
    interval.high = std::max(interval.high, interval.value);
    return interval;
}

void summarizeTruth(std::span<const SampleComparison> rows, const Weights &weight,
                    std::span<const double> weights, Comparison *result)
{
    double wins = 0.0, losses = 0.0;
    std::vector<double> lossDifferences;
    for (size_t i = 0; i < rows.size(); ++i) {
        const int gain = rows[i].gain();
        wins += gain > 0 ? weight(i) : 0.0;
        losses += gain < 0 ? weight(i) : 0.0;
        lossDifferences.push_back(rows[i].variantLoss - rows[i].baselineLoss);
    }
    result->top1Difference = pairedDifference(wins, losses, result->samples);
    result->lossDifference = meanInterval(lossDifferences, weights);
}

} // namespace

int SampleComparison::gain() const
{
    if (baselineRank < 0)
        return sameTop ? 0 : -1;
    return int(variantRank == 0) - int(baselineRank == 0);
}

SampleComparison compareSample(Row baseline, Row variant, std::optional<int> label, OutputKind kind)
{
    SampleComparison result;
    compareDistances(baseline, variant, &result);
    if (kind == OutputKind::NotClasses)
        return result;
    const Index top = topClass(baseline);
    result.sameTop = top == topClass(variant);
    const bool usable = !hasNan(baseline) && !hasNan(variant);
    const double none = std::numeric_limits<double>::quiet_NaN();
    const Eigen::ArrayXd p = logProbabilities(baseline, kind);
    const Eigen::ArrayXd q = logProbabilities(variant, kind);
    // rounding may leave a hair below zero
    result.kl = usable ? std::max((p.exp() * (p - q)).sum(), 0.0) : infinity;
    const Index asked = label ? *label : top;
    result.baselineMargin = hasNan(baseline) ? -infinity : marginOf(p, asked);
    result.variantMargin = hasNan(variant) ? -infinity : marginOf(q, asked);
    if (label) {
        const bool known = *label >= 0 && static_cast<size_t>(*label) < baseline.size();
        result.baselineRank = rankOf(baseline, *label);
        result.variantRank = rankOf(variant, *label);
        result.baselineLoss = known && !hasNan(baseline) ? -p[*label] : none;
        result.variantLoss = known && !hasNan(variant) ? -q[*label] : none;
    }
    return result;
}

Comparison summarize(std::span<const SampleComparison> rows, OutputKind kind, std::span<const double> weights)
{
    Comparison result;
    result.samples = static_cast<int64_t>(rows.size());
    const Weights weight(weights, rows.size());
    double signal = 0.0, noise = 0.0, largest = 0.0, largestDifference = 0.0, same = 0.0, kl = 0.0;
    for (size_t i = 0; i < rows.size(); ++i) {
        signal += weight(i) * rows[i].signal;
        noise += weight(i) * rows[i].noise;
        largest = std::max(largest, rows[i].largest);
        largestDifference = std::max(largestDifference, rows[i].largestDifference);
        same += rows[i].sameTop ? weight(i) : 0.0;
        kl += weight(i) * rows[i].kl;
        if (!rows[i].sameTop)
            result.changed.push_back(i);
    }
    result.sqnrDecibel = noise == 0.0 ? infinity : 10.0 * std::log10(signal / noise);
    result.maxRelativeDifference = largestDifference == 0.0 ? 0.0 : largestDifference / largest;
    if (kind == OutputKind::NotClasses)
        return result;
    result.agreement = weightedProportion(same, rows.size());
    if (std::isfinite(kl) && !rows.empty())
        result.meanKl = kl / static_cast<double>(rows.size());
    if (!rows.empty() && rows.front().baselineRank >= 0)
        summarizeTruth(rows, weight, weights, &result);
    return result;
}

Metrics variantMetrics(std::span<const SampleComparison> rows, OutputKind kind, Index width,
                       std::span<const double> weights)
{
    Metrics metrics;
    metrics.samples = static_cast<int64_t>(rows.size());
    metrics.kind = kind;
    if (kind == OutputKind::NotClasses || rows.empty() || rows.front().baselineRank < 0)
        return metrics;
    const Weights weight(weights, rows.size());
    double first = 0.0, firstFive = 0.0;
    std::vector<double> losses;
    for (size_t i = 0; i < rows.size(); ++i) {
        first += rows[i].variantRank < 1 ? weight(i) : 0.0;
        firstFive += rows[i].variantRank < 5 ? weight(i) : 0.0;
        losses.push_back(rows[i].variantLoss);
    }
    metrics.top1 = weightedProportion(first, rows.size());
    if (width > 5)
        metrics.top5 = weightedProportion(firstFive, rows.size());
    metrics.loss = meanInterval(losses, weights);
    return metrics;
}

} // namespace lathe
