#pragma once
// The pictures of a report.
#include "core/analysis/weightstats.h"
#include "core/base/message.h"
#include "core/certify/svgfigure.h"
#include "core/measure/measure.h"

#include <functional>

namespace lathe {

/// Says a message in the language of the page.
using Say = std::function<std::string(const Message &)>;

/// A model in the picture of size against quality.
struct TradeOffPoint {
    enum class Kind { Original, Exported, Other };
    Kind kind = Kind::Other;
    std::string name;
    int64_t bytes = 0;
    Interval quality; ///< fractions
};
/// What the quality of the points is.
enum class ReportQuality {
    Difference, ///< of top-1 against the original
    Agreement   ///< share of samples with the same answer as the original
};
/// Quality with its 95 % intervals over the size of the file, one line of text for each.
std::string tradeOffFigure(const std::vector<TradeOffPoint> &points, ReportQuality quality, const Say &say);

struct LayerSizes {
    std::string name;
    int64_t before = 0, after = 0; ///< bytes
};
/// Two bars for each layer; of more than `most` layers the largest ones, and one line for all others.
std::string sizesFigure(std::vector<LayerSizes> layers, size_t most, const Say &say);

/// The values of a weight before and after, in the same bins.
struct WeightHistograms {
    std::string name;
    Histogram before, after;
    double zeros = 0.0; ///< share of exact zeros after
};
/// Of all values that are finite. @param after of the same count
WeightHistograms weightHistograms(const std::string &name, std::span<const float> before,
                                  std::span<const float> after);
/// Bars of both, to one scale. The bin of zero may hold far more than any other: it is cut off where it would
/// be more than twice as high, and says so.
std::string histogramFigure(const WeightHistograms &weights, const Say &say);

} // namespace lathe
