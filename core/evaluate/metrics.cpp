#include "core/base/error.h"
#include "core/evaluate/measure.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <limits>

namespace lathe {
namespace {

constexpr double z95 = 1.959963984540054; ///< two-sided 95 % of the normal distribution
constexpr double leastProbability =
    1e-12;                            ///< float16 softmax gives true zeros; their logarithm must stay finite
constexpr double sumTolerance = 0.02; ///< of float16 probabilities over 1000 classes
constexpr double infinity = std::numeric_limits<double>::infinity();

using Row = std::span<const float>;

Row rowOf(const Matrix &values, Index row)
{
    return {values.data() + row * values.cols(), static_cast<size_t>(values.cols())};
}

bool hasNan(Row row)
{
    return std::ranges::any_of(row, [](float v) { return std::isnan(v); });
}

/// The class with the highest score, the lowest index among equals; -1 for a row with NaN.
Index topClass(Row row)
{
    return hasNan(row) ? -1 : std::ranges::max_element(row) - row.begin();
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

std::vector<double> logProbabilities(Row row, OutputKind kind)
{
    std::vector<double> logs(row.begin(), row.end());
    if (kind == OutputKind::Probabilities) {
        for (double &v : logs)
            v = std::log(std::max(v, leastProbability));
    } else if (kind == OutputKind::LogProbabilities) {
        for (double &v : logs)
            v = std::max(v, std::log(leastProbability));
    } else {
        const double top = *std::ranges::max_element(logs);
        double sum = 0.0;
        for (const double v : logs)
            sum += std::exp(v - top);
        for (double &v : logs)
            v -= top + std::log(sum);
    }
    return logs;
}

double lossOf(Row row, int label, OutputKind kind)
{
    const bool usable = label >= 0 && static_cast<size_t>(label) < row.size() && !hasNan(row);
    return usable ? -logProbabilities(row, kind)[static_cast<size_t>(label)]
                  : std::numeric_limits<double>::quiet_NaN();
}

std::vector<double> lossesOf(const Matrix &values, std::span<const int> labels, OutputKind kind)
{
    std::vector<double> losses;
    for (Index row = 0; row < values.rows(); ++row)
        losses.push_back(lossOf(rowOf(values, row), labels[static_cast<size_t>(row)], kind));
    return losses;
}

/// Mean with its normal interval; empty when a value is not finite.
std::optional<Interval> meanInterval(const std::vector<double> &values)
{
    if (values.empty() || !std::ranges::all_of(values, [](double v) { return std::isfinite(v); }))
        return std::nullopt;
    const auto n = static_cast<double>(values.size());
    double sum = 0.0, squares = 0.0;
    for (const double v : values)
        sum += v;
    const double mean = sum / n;
    for (const double v : values)
        squares += (v - mean) * (v - mean);
    const double half = values.size() > 1 ? z95 * std::sqrt(squares / (n - 1) / n) : infinity;
    return Interval{mean, mean - half, mean + half};
}

double klOf(Row baseline, Row variant, OutputKind kind)
{
    const std::vector<double> p = logProbabilities(baseline, kind);
    const std::vector<double> q = logProbabilities(variant, kind);
    double sum = 0.0;
    for (size_t i = 0; i < p.size(); ++i)
        sum += std::exp(p[i]) * (p[i] - q[i]);
    return std::max(sum, 0.0); // rounding may leave a hair below zero
}

void compareDistances(const Matrix &baseline, const Matrix &variant, Comparison *result)
{
    double signal = 0.0, noise = 0.0, largest = 0.0, largestDifference = 0.0;
    for (Index i = 0; i < baseline.size(); ++i) {
        const double a = baseline.data()[i];
        const double b = variant.data()[i];
        if (a == b || (std::isnan(a) && std::isnan(b))) // equal infinities have no distance
            signal += std::isfinite(a) ? a * a : 0.0;
        else if (!std::isfinite(a) || !std::isfinite(b))
            noise = largestDifference = infinity;
        else {
            signal += a * a;
            noise += (a - b) * (a - b);
            largestDifference = std::max(largestDifference, std::abs(a - b));
        }
        if (std::isfinite(a))
            largest = std::max(largest, std::abs(a));
    }
    result->sqnrDecibel = noise == 0.0 ? infinity : 10.0 * std::log10(signal / noise);
    result->maxRelativeDifference = largestDifference == 0.0 ? 0.0 : largestDifference / largest;
}

void compareClasses(const Matrix &baseline, const Matrix &variant, OutputKind kind, Comparison *result)
{
    double kl = 0.0;
    for (Index row = 0; row < baseline.rows(); ++row) {
        const Row a = rowOf(baseline, row);
        const Row b = rowOf(variant, row);
        if (topClass(a) != topClass(b))
            result->changed.push_back(static_cast<size_t>(row));
        kl += hasNan(a) || hasNan(b) ? infinity : klOf(a, b, kind);
    }
    result->agreement =
        proportion(result->samples - static_cast<int64_t>(result->changed.size()), result->samples);
    if (std::isfinite(kl) && baseline.rows() > 0)
        result->meanKl = kl / static_cast<double>(baseline.rows());
}

void compareTruth(const Matrix &baseline, const Matrix &variant, std::span<const int> labels, OutputKind kind,
                  Comparison *result)
{
    const std::vector<int> before = ranksOfTruth(baseline, labels);
    const std::vector<int> after = ranksOfTruth(variant, labels);
    int64_t wins = 0, losses = 0;
    for (size_t i = 0; i < before.size(); ++i) {
        wins += before[i] != 0 && after[i] == 0;
        losses += before[i] == 0 && after[i] != 0;
    }
    result->top1Difference = pairedDifference(wins, losses, result->samples);
    std::vector<double> differences = lossesOf(variant, labels, kind);
    const std::vector<double> base = lossesOf(baseline, labels, kind);
    for (size_t i = 0; i < differences.size(); ++i)
        differences[i] -= base[i];
    result->lossDifference = meanInterval(differences);
}

void requireLabels(const Matrix &values, std::span<const int> labels)
{
    if (labels.size() != static_cast<size_t>(values.rows()))
        throw Error(ErrorCode::InvalidArgument,
                    fmt::format("There are {} labels for {} samples.", labels.size(), values.rows()));
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
    for (Index i = 0; i < values.rows(); ++i) {
        const Row row = rowOf(values, i);
        const auto truth =
            static_cast<size_t>(labels[static_cast<size_t>(i)]); // a negative one is far beyond the width
        if (truth >= row.size() || hasNan(row)) {
            ranks.push_back(static_cast<int>(row.size()));
            continue;
        }
        int rank = 0;
        for (size_t c = 0; c < row.size(); ++c)
            rank += row[c] > row[truth] || (row[c] == row[truth] && c < truth);
        ranks.push_back(rank);
    }
    return ranks;
}

Interval pairedDifference(int64_t wins, int64_t losses, int64_t count)
{
    if (count <= 0)
        return {0.0, -1.0, 1.0};
    const double n = static_cast<double>(count) + 2.0;
    const double up = static_cast<double>(wins) + 0.5;
    const double down = static_cast<double>(losses) + 0.5;
    const double centre = (up - down) / n;
    const double half = z95 * std::sqrt((up + down) - (up - down) * (up - down) / n) / n;
    return {static_cast<double>(wins - losses) / static_cast<double>(count), std::max(-1.0, centre - half),
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
    metrics.loss = meanInterval(lossesOf(values, labels, metrics.kind));
    return metrics;
}

Comparison compareOutputs(const Matrix &baseline, const Matrix &variant, std::span<const int> labels,
                          std::optional<OutputKind> kind)
{
    if (baseline.rows() != variant.rows() || baseline.cols() != variant.cols())
        throw Error(ErrorCode::InvalidArgument,
                    fmt::format("The outputs have different shapes: {} x {} and {} x {}.", baseline.rows(),
                                baseline.cols(), variant.rows(), variant.cols()));
    Comparison result;
    result.samples = baseline.rows();
    compareDistances(baseline, variant, &result);
    const OutputKind reading = kind.value_or(outputKind(baseline));
    if (reading == OutputKind::NotClasses)
        return result;
    compareClasses(baseline, variant, reading, &result);
    if (!labels.empty())
        compareTruth(baseline, variant, labels, reading, &result);
    return result;
}

} // namespace lathe
