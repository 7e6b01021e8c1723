#pragma once
// In which steps the channels of a group can go. Inside core/channels only.
#include "core/rewrite/channelgroups.h"

namespace lathe {

struct UnitLimits {
    size_t round = 1;
    size_t mostGone = 0; ///< channels
};

/// Channels in the order in which they go, lowest score first, in steps: after the first step, after the
/// second and so on the number of channels that stay on each axis of the group is a multiple of `round`, and
/// something is left of it. Axes that hold some of the channels only are counted for themselves.
/// @param scores by channel; NaN counts as the highest
std::vector<std::vector<size_t>> channelUnits(const ChannelGroup &group, const std::vector<double> &scores,
                                              const UnitLimits &limits);

} // namespace lathe
