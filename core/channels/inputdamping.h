#pragma once
// How far second moments of inputs can be trusted. Inside core/channels only.
#include "core/methods/statistics.h"

#include <algorithm>

namespace lathe {

/// Share of the mean diagonal that is added to second moments before they are inverted: the fewer columns
/// stand against the inputs the more.
inline double dampingOf(const InputStatistics &statistics, Index cols)
{
    constexpr double least = 0.01, forScatter = 0.1;
    if (statistics.damping > 0.0)
        return statistics.damping;
    const auto known = static_cast<double>(std::max<int64_t>(1, statistics.columns));
    return std::clamp(forScatter * static_cast<double>(cols) / known, least, 1.0);
}

} // namespace lathe
