#pragma once
// Channels that can go for nothing.
#include "core/rewrite/channelgroups.h"

namespace lathe {

/// Channels that give exactly nothing to any layer: where it reads them they are zero whatever the model is
/// fed, or it multiplies them by zeros. Without them the model computes the same sums but for the zeros in
/// them, in real numbers the very same, as long as what it is fed keeps all values finite. Groups with
/// something that mixes channels have none. One stays on each axis, so that slim() takes them as they are.
/// Those whose only readers went with others show when the result is asked again.
/// @returns by group, ascending @throws Cancelled
std::vector<std::vector<size_t>> deadChannels(const Model &model, const ChannelGroups &groups,
                                              const JobContext &ctx = {});

} // namespace lathe
