#pragma once
// What the two files of the histogram share.
#include "core/analysis/weightstats.h"
#include "ui/base/format.h"

#include <algorithm>
#include <cmath>
#include <numeric>

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

struct Bulk {
    double low = 0.0, high = 0.0;
    double outside = 0.0; ///< share of the weights
};
/// What is worth showing of a histogram with more bins than a picture has room for: all but a thousandth,
/// where that takes a part of the range only. Else all of it.
inline Bulk bulkOf(const Histogram &h)
{
    constexpr size_t usualBins = 256;
    constexpr double spared = 0.001, smallPart = 0.7;
    const auto [low, high] = rangeOf(h);
    const double total = double(std::accumulate(h.counts.begin(), h.counts.end(), int64_t(0)));
    if (h.counts.size() <= usualBins || total <= 0.0)
        return {low, high, 0.0};
    size_t first = 0, end = h.counts.size();
    double below = 0.0, above = 0.0;
    while (first < end && below + double(h.counts[first]) <= total * spared / 2.0)
        below += double(h.counts[first++]);
    while (end > first && above + double(h.counts[end - 1]) <= total * spared / 2.0)
        above += double(h.counts[--end]);
    if (double(end - first) > smallPart * double(h.counts.size()))
        return {low, high, 0.0};
    const double width = (high - low) / double(h.counts.size());
    return {low + double(first) * width, low + double(end) * width, (below + above) / total};
}

} // namespace lathe::ui
