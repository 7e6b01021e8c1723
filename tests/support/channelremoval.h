#pragma once
// Channels that a group lists made to count no more, or otherwise: whether the lists are complete shows when
// the result runs.
#include "core/rewrite/channelgroups.h"

namespace lathe::test {

using Channels = std::vector<size_t>;

/// They alone taken out. @param group of the groups
Model withoutChannels(const Model &model, const ChannelGroups &groups, const ChannelGroup &group,
                      const Channels &channels);
/// The columns that read them zero: what comes in there no longer counts.
Model ignoringChannels(const Model &model, const ChannelGroup &group, const Channels &channels);
/// All other constants of theirs multiplied by something, each place by another.
Model scramblingChannels(const Model &model, const ChannelGroup &group, const Channels &channels);

/// A channel that is made as another one is; what reads them stays.
Model copyingChannel(const Model &model, const ChannelGroup &group, size_t from, size_t to);

} // namespace lathe::test
