#pragma once
// What channels are on data.
#include "core/methods/statistics.h"

#include <functional>

namespace lathe {

/// Tells of several axes at once, as they are named. core/calibrate/tensoractivations.h makes one.
using ChannelActivations =
    std::function<std::vector<AxisStatistics>(std::span<const ValueAxis> axes, const JobContext &ctx)>;

} // namespace lathe
