#include "core/measure/rowreading.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace lathe {
namespace {

constexpr double z95 = 1.959963984540054; ///< two-sided 95 % of the normal distribution
constexpr double leastProbability =
    1e-12; ///< float16 softmax gives true zeros; their logarithm must stay finite

} // namespace

bool hasNan(Row row)
{
    return std::ranges::any_of(row, [](float v) { return std::isnan(v); });
}

Index topClass(Row row)
{
    return hasNan(row) ? -1 : std::ranges::max_element(row) - row.begin();
}

int rankOf(Row row, int label)
{
    const auto truth = static_cast<size_t>(label); // a negative one is far beyond the width
    if (truth >= row.size() || hasNan(row))
        return static_cast<int>(row.size());
    int rank = 0;
    for (size_t c = 0; c < row.size(); ++c)
        rank += row[c] > row[truth] || (row[c] == row[truth] && c < truth);
    return rank;
}

Eigen::ArrayXd logProbabilities(Row row, OutputKind kind)
{
    const Eigen::ArrayXd values =
        Eigen::Map<const Eigen::ArrayXf>(row.data(), static_cast<Index>(row.size())).cast<double>();
    if (kind == OutputKind::Probabilities)
        return values.max(leastProbability).log();
    if (kind == OutputKind::LogProbabilities)
        return values.max(std::log(leastProbability));
    const double top = values.maxCoeff();
    return values - (top + std::log((values - top).exp().sum()));
}

double lossOf(Row row, int label, OutputKind kind)
{
    const bool usable = label >= 0 && static_cast<size_t>(label) < row.size() && !hasNan(row);
    return usable ? -logProbabilities(row, kind)[label] : std::numeric_limits<double>::quiet_NaN();
}

std::optional<Interval> meanInterval(std::span<const double> values, std::span<const double> weights)
{
    if (values.empty() || !std::ranges::all_of(values, [](double v) { return std::isfinite(v); }))
        return std::nullopt;
    const auto weight = [&](size_t i) { return weights.empty() ? 1.0 : weights[i]; };
    const auto n = static_cast<double>(values.size());
    double sum = 0.0, squares = 0.0, total = 0.0;
    for (size_t i = 0; i < values.size(); ++i) {
        sum += weight(i) * values[i];
        total += weight(i);
    }
    const double mean = sum / total;
    for (size_t i = 0; i < values.size(); ++i) {
        const double away = weight(i) * n / total * (values[i] - mean);
        squares += away * away;
    }
    const double half =
        values.size() > 1 ? z95 * std::sqrt(squares / (n - 1) / n) : std::numeric_limits<double>::infinity();
    return Interval{mean, mean - half, mean + half};
}

} // namespace lathe
