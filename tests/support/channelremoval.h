#pragma once
// Channels taken out of a model by what a group lists, and nothing else: whether the list is complete shows
// when the result runs.
#include "core/rewrite/channelgroups.h"

namespace lathe::test {

using Channels = std::vector<size_t>;

/// Their places cut out of every constant, and the listed numbers of nodes rewritten.
Model withoutChannels(const Model &model, const ChannelGroup &group, const Channels &channels);
/// The columns that read them zero: what comes in there no longer counts.
Model ignoringChannels(const Model &model, const ChannelGroup &group, const Channels &channels);
/// All other constants of theirs multiplied by something, each place by another.
Model scramblingChannels(const Model &model, const ChannelGroup &group, const Channels &channels);

} // namespace lathe::test
