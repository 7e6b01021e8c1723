#pragma once
// What the two files of the histogram share.
#include "core/analysis/weightstats.h"
#include "ui/base/format.h"

#include <algorithm>
#include <cmath>

namespace lathe::ui {

constexpr double percentOfOne = 100.0;

inline QString shareText(double shownPercent)
{
    return percent(shownPercent / percentOfOne,
                   std::abs(shownPercent - std::round(shownPercent)) < 1e-6 ? 0 : 1);
}

inline double largest(const Histogram &h)
{
    return h.counts.empty() ? 0.0 : double(*std::max_element(h.counts.begin(), h.counts.end()));
}

/// Equal values have no width; give them some, so that there is a bar to see.
inline std::pair<double, double> rangeOf(const Histogram &h)
{
    if (h.high > h.low)
        return {h.low, h.high};
    const double room = std::max(std::abs(h.low) * 0.1, 1e-3);
    return {h.low - room, h.low + room};
}

} // namespace lathe::ui
