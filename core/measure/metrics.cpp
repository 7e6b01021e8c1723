#include "core/base/error.h"
#include "core/base/median.h"
#include "core/measure/rowreading.h"
#include "core/measure/samplecomparison.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <limits>

namespace lathe {
namespace {

constexpr double z95 = 1.959963984540054; ///< two-sided 95 % of the normal distribution
constexpr double sumTolerance = 0.02;     ///< of float16 probabilities over 1000 classes
constexpr double infinity = std::numeric_limits<double>::infinity();

Row rowOf(const Matrix &values, Index row)
{
    return {values.data() + row * values.cols(), static_cast<size_t>(values.cols())};
}

bool isProbabilities(Row row)
{
    double sum = 0.0;
    for (const float v : row) {
        if (v < -1e-4F || v > 1.001F)
            return false;
        sum += v;
    }
    return std::abs(sum - 1.0) <= sumTolerance;
}

bool isLogProbabilities(Row row)
{
    double sum = 0.0;
    for (const float v : row) {
        if (v > 1e-3F)
            return false;
        sum += std::exp(static_cast<double>(v));
    }
    return std::abs(sum - 1.0) <= sumTolerance;
}

std::vector<double> lossesOf(const Matrix &values, std::span<const int> labels, OutputKind kind)
{
    std::vector<double> losses;
    for (Index row = 0; row < values.rows(); ++row)
        losses.push_back(lossOf(rowOf(values, row), labels[static_cast<size_t>(row)], kind));
    return losses;
}

void requireLabels(const Matrix &values, std::span<const int> labels)
{
    if (labels.size() != static_cast<size_t>(values.rows()))
        throw Error(ErrorCode::InvalidArgument,
                    Message::tr("There are {} labels for {} samples.", labels.size(), values.rows()));
}

} // namespace

OutputKind outputKind(const Matrix &values)
{
    if (values.cols() < 2)
        return OutputKind::NotClasses;
    bool probabilities = true, logarithms = true;
    Index seen = 0;
    for (Index i = 0; i < values.rows() && (probabilities || logarithms); ++i) {
        const Row row = rowOf(values, i);
        if (hasNan(row))
            continue;
        ++seen;
        probabilities = probabilities && isProbabilities(row);
        logarithms = logarithms && isLogProbabilities(row);
    }
    if (seen == 0)
        return OutputKind::Logits;
    return probabilities ? OutputKind::Probabilities
           : logarithms  ? OutputKind::LogProbabilities
                         : OutputKind::Logits;
}

std::vector<int> ranksOfTruth(const Matrix &values, std::span<const int> labels)
{
    requireLabels(values, labels);
    std::vector<int> ranks;
    for (Index i = 0; i < values.rows(); ++i)
        ranks.push_back(rankOf(rowOf(values, i), labels[static_cast<size_t>(i)]));
    return ranks;
}

Interval pairedDifference(double wins, double losses, int64_t count)
{
    if (count <= 0)
        return {0.0, -1.0, 1.0};
    const double n = static_cast<double>(count) + 2.0;
    const double up = wins + 0.5;
    const double down = losses + 0.5;
    const double centre = (up - down) / n;
    const double half = z95 * std::sqrt((up + down) - (up - down) * (up - down) / n) / n;
    return {(wins - losses) / static_cast<double>(count), std::max(-1.0, centre - half),
            std::min(1.0, centre + half)};
}

Interval proportion(int64_t hits, int64_t count)
{
    if (count <= 0)
        return {0.0, 0.0, 1.0};
    const auto n = static_cast<double>(count);
    const double p = static_cast<double>(hits) / n;
    const double z2 = z95 * z95;
    const double centre = (p + z2 / (2 * n)) / (1 + z2 / n);
    const double half = z95 * std::sqrt(p * (1 - p) / n + z2 / (4 * n * n)) / (1 + z2 / n);
    return {p, std::max(0.0, centre - half), std::min(1.0, centre + half)};
}

Interval medianInterval(std::vector<double> values)
{
    if (values.empty())
        throw Error(ErrorCode::InvalidArgument, Message::tr("There is no median of no values."));
    std::ranges::sort(values);
    const size_t count = values.size();
    // As many values are left out at each end as both tails together hold with at most 5 %.
    double probability = std::pow(0.5, static_cast<double>(count)); // that `out` values lie below the median
    double tail = probability;
    size_t out = 0;
    while (out + 1 < (count + 1) / 2) {
        probability *= static_cast<double>(count - out) / static_cast<double>(out + 1);
        tail += probability;
        if (2.0 * tail > 0.05)
            break;
        ++out;
    }
    const double low = values[out], high = values[count - 1 - out];
    return {median(std::move(values)), low, high};
}

bool distinguishable(const Interval &a, const Interval &b)
{
    return a.high < b.low || b.high < a.low;
}

Metrics metricsOf(const Matrix &values, std::span<const int> labels, std::optional<OutputKind> kind)
{
    Metrics metrics;
    metrics.samples = values.rows();
    metrics.kind = kind.value_or(outputKind(values));
    if (labels.empty() || metrics.kind == OutputKind::NotClasses)
        return metrics;
    const std::vector<int> ranks = ranksOfTruth(values, labels);
    const auto within = [&ranks](int k) {
        return std::ranges::count_if(ranks, [k](int rank) { return rank < k; });
    };
    metrics.top1 = proportion(within(1), metrics.samples);
    if (values.cols() > 5)
        metrics.top5 = proportion(within(5), metrics.samples);
    metrics.loss = meanInterval(lossesOf(values, labels, metrics.kind), {});
    return metrics;
}

Comparison compareOutputs(const Matrix &baseline, const Matrix &variant, std::span<const int> labels,
                          std::optional<OutputKind> kind)
{
    if (baseline.rows() != variant.rows() || baseline.cols() != variant.cols())
        throw Error(ErrorCode::InvalidArgument,
                    Message::tr("The outputs have different shapes: {} x {} and {} x {}.", baseline.rows(),
                                baseline.cols(), variant.rows(), variant.cols()));
    if (!labels.empty())
        requireLabels(baseline, labels);
    const OutputKind reading = kind.value_or(outputKind(baseline));
    std::vector<SampleComparison> rows;
    for (Index row = 0; row < baseline.rows(); ++row)
        rows.push_back(compareSample(
            rowOf(baseline, row), rowOf(variant, row),
            labels.empty() ? std::nullopt : std::optional(labels[static_cast<size_t>(row)]), reading));
    return summarize(rows, reading);
}

} // namespace lathe
