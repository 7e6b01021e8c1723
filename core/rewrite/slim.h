#pragma once
// Channels taken out of a graph, which gets narrower by them: structured pruning's second half.
#include "core/rewrite/channelgroups.h"

namespace lathe {

/// The model without these channels: their places cut out of every constant, and what nodes say in numbers
/// (`group`, split sizes, shapes, heads) made to hold. Names stay. A constant that others read in another way
/// is left to them, and the reader gets one of its own.
/// @param groups of this model
/// @param removed by group the channels that go, in any order; nothing in all of them: the same model
/// @throws Error InvalidArgument naming the group: a channel that it does not have or that has to stay, or an
/// axis of which nothing would be left; Unsupported naming tensor or node: codes of less than a byte, a slice
/// whose places no longer lie at one distance
Model slim(const Model &model, const ChannelGroups &groups, const std::vector<std::vector<size_t>> &removed);

} // namespace lathe
