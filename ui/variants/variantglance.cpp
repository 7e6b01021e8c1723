// Where the figures of variants lie on the scales they share.
#include "ui/variants/tradeoff.h"

#include <algorithm>

namespace lathe::ui {
namespace {

constexpr double leastSpan = 1.0; ///< points or decibel: less would make noise look like a difference

void placeQualities(const Tradeoff &data, QVector<VariantGlance> &glances)
{
    if (data.points.isEmpty())
        return;
    double low = data.points.front().quality.low, high = data.points.front().quality.high;
    for (const TradeoffPoint &point : data.points) {
        low = std::min(low, point.quality.low);
        high = std::max(high, point.quality.high);
    }
    low -= std::max(0.0, leastSpan - (high - low)) / 2.0;
    const double span = std::max(high - low, leastSpan);
    const auto placeOf = [&](double quality) { return std::clamp((quality - low) / span, 0.0, 1.0); };
    for (VariantGlance &glance : glances) {
        glance.quality = data.quality;
        if (data.baseline)
            glance.baseline = placeOf(*data.baseline);
    }
    for (const TradeoffPoint &point : data.points)
        if (point.row >= 0)
            glances[point.row].place = Interval{placeOf(point.quality.value), placeOf(point.quality.low),
                                                placeOf(point.quality.high)};
}

} // namespace

QVector<VariantGlance> glancesOf(const QVector<Variant> &variants)
{
    QVector<VariantGlance> glances(variants.size());
    int64_t largest = 1;
    for (const Variant &variant : variants)
        largest = std::max(largest, variant.figures.bytes);
    for (int row = 0; row < variants.size(); ++row) {
        glances[row].isBaseline = variants[row].isBaseline();
        glances[row].size = static_cast<double>(variants[row].figures.bytes) / static_cast<double>(largest);
    }
    placeQualities(tradeoff(variants, {}), glances);
    return glances;
}

} // namespace lathe::ui
