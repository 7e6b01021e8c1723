#include "ui/graph/graphscale.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace lathe::ui {
namespace {

constexpr double evenUpTo = 8;       ///< times the smallest value: an even scale tells them apart
constexpr double longestRange = 1e6; ///< what is smaller than this part of the largest counts as that

} // namespace

double GraphScale::shareOf(double value) const
{
    if (std::isnan(value))
        return value;
    const double range = logarithmic ? std::log(high / low) : high - low;
    if (range <= 0)
        return 1.0;
    const double at = logarithmic ? std::log(std::max(value, low) / low) : value - low;
    return std::clamp(at / range, 0.0, 1.0);
}

double GraphScale::valueAt(double share) const
{
    return logarithmic ? low * std::pow(high / low, share) : low + share * (high - low);
}

GraphScale scaleOf(const GraphQuantity &quantity, const GraphScene &scene)
{
    GraphScale scale;
    double least = std::numeric_limits<double>::infinity();
    scale.high = 0.0;
    for (const SceneItem &item : scene.items) {
        const double value = item.isLayer() ? quantity.combined(item.layers) : std::nan("");
        if (std::isnan(value))
            continue;
        scale.known = true;
        scale.high = std::max(scale.high, value);
        if (value > 0)
            least = std::min(least, value);
    }
    scale.logarithmic = quantity.byPowers && scale.high > evenUpTo * least;
    if (scale.logarithmic)
        scale.low = std::max(least, scale.high / longestRange);
    return scale;
}

} // namespace lathe::ui
