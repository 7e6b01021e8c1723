#pragma once
// How much channels are worth, by the criteria of core/recipe/channelcriteria.h.
#include "core/base/issue.h"
#include "core/channels/channelactivations.h"
#include "core/methods/statistics.h"
#include "core/recipe/channelcriteria.h"
#include "core/rewrite/channelgroups.h"

#include <optional>

namespace lathe {

struct ChannelScores {
    std::vector<std::vector<double>> byGroup; ///< by channel, the lowest goes first; empty: not wanted
    std::vector<Issue> notes;                 ///< groups that are scored by the L2 norm instead, and why
};

/// What criteria by data go by; what is not there, or not for a group, gives the L2 norm.
struct ChannelSources {
    const Calibration *calibration = nullptr;
    /// For Mean, which takes means of what layers read without it, and NonZero.
    ChannelActivations activations = {};
};

/// Scores of one criterion can be compared between groups. With w the weights in the rows that make a channel
/// (the bias is not among them), x what layers read of it, g the gradient of a sample's loss by w:
///
/// L2, L1: ||w||, sum |w|. GeometricMedian: sum over the other channels of ||w - w'||. Mean: E|x|. Each is
///   divided by its mean in the group: how large the weights and values of a layer are says nothing of what
///   they are worth, what comes behind it makes up for that.
/// Normalization: |scale| of the normalizations that take it, on average; not divided, for a normalized
///   channel has the same size in all layers.
/// NonZero: the share of x that is not zero.
/// Energy, SecondOrder: the share that it has in what the layers that read it give, all together.
/// Taylor: E[(sum w g)^2], with products of different weights by their means, for Calibration keeps no
/// others:
///   (sum E[w g])^2 + sum Var[w g]. Fisher: 1/2 sum E[(w g)^2]. Both are parts of the loss.
/// Random: even between 0 and 1, by the name of the group.
///
/// The L2 norm that stands in is scaled to the mean of the criterion's scores in the other groups.
/// @param wanted by group
/// @throws Error as Calibration::of() and gradients(). @throws Cancelled
ChannelScores channelScores(const Model &model, const ChannelGroups &groups,
                            const std::vector<std::optional<ChannelCriterion>> &wanted,
                            const ChannelSources &sources = {}, const JobContext &ctx = {});

} // namespace lathe
