#pragma once
// Channels that are alike made one, where pruning takes some out: model folding, Wang et al. 2025, Forget the
// data and fine-tuning! Just fold the network to compress, arXiv:2502.10216, section 3.
#include "core/rewrite/channelgroups.h"

namespace lathe {

/// Why channels of a group cannot be made one, a clause ("LayerNorm_3 normalizes over all of them together");
/// empty: those that are of one kind can.
Message mergeObstacle(const Model &model, const ChannelGroup &group);

struct Merging {
    /// As wide as before and with the same groups: the first channel of each cluster gives the mean of what
    /// all of the cluster gave, and what sums over channels reads it as often as the cluster has channels.
    Model model;
    std::vector<std::vector<size_t>>
        removed; ///< by group the others, which nothing reads any more: for slim()
};

/// Clusters of channels by what makes them (rows of weights times the normalization right behind them,
/// biases, kernels of depthwise convolutions, slopes), each replaced by its mean. Exact where all channels of
/// a cluster are equal. Clusters are those of Ward's method with single channels moved as long as that brings
/// them nearer to the means; always the same ones.
/// @param groups of this model
/// @param kept by group how many channels stay; as many as it has, or none given: it stays as it is
/// @throws Error InvalidArgument naming the group: it has an obstacle, or more channels have to stay: those
/// that are locked, and one of each kind that differs in where its places are. @throws Cancelled
/// @note time O(channels^2 * length of what makes one) for each group
Merging mergedChannels(const Model &model, const ChannelGroups &groups, const std::vector<size_t> &kept,
                       const JobContext &ctx = {});

} // namespace lathe
