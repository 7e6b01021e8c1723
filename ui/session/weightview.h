#pragma once
// What the histogram shows of a compressed layer.
#include "core/analysis/weightstats.h"
#include "core/compress/compressor.h"

#include <QVector>
#include <optional>

namespace lathe::ui {

struct WeightView {
    Histogram
        histogram; ///< of the decoded weights over the original's range; no counts for an untouched layer
    QVector<double> levels; ///< ascending: the values codes can stand for, of the channel, group or codebook
                            ///< in the middle of all
    std::optional<double> threshold; ///< largest magnitude that was pruned
};

/// @param original the untouched weight. @param low,high range of the original's histogram.
/// @note levels: none for factors (they are codes of factors, not of weights) and above 32 of them (too dense
/// to see).
///       threshold: none for factors, and none where not magnitude alone decides what goes.
WeightView weightView(const Matrix &original, const LayerResult &result, double low, double high, int bins);

} // namespace lathe::ui
