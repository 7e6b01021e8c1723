#pragma once
// How one sample's outputs read as classes. Inside core/measure only.
#include "core/measure/measure.h"

namespace lathe {

using Row = std::span<const float>;

bool hasNan(Row row);
/// The class with the highest score, the lowest index among equals; -1 for a row with NaN.
Index topClass(Row row);
/// As ranksOfTruth().
int rankOf(Row row, int label);
Eigen::ArrayXd logProbabilities(Row row, OutputKind kind);
/// NaN for a row with NaN, or a label that the row does not have.
double lossOf(Row row, int label, OutputKind kind);
/// Mean with its normal interval; empty when a value is not finite.
/// @param weights empty: all alike; else as summarize()
std::optional<Interval> meanInterval(std::span<const double> values, std::span<const double> weights);

} // namespace lathe
