#pragma once
// Which channels go: by their scores, under a ratio, a count or a budget.
#include "core/channels/channelscores.h"
#include "core/recipe/settings.h"

namespace lathe {

struct ChannelChoice {
    std::vector<std::vector<size_t>> removed; ///< by group, ascending; as slim() takes them
    std::vector<Issue> notes;                 ///< why less goes than was asked for
};

/// The time that the model without these channels takes, as a share of the original's; 1 and more where it
/// cannot be told from the original's.
using MeasuredTime = std::function<double(const std::vector<std::vector<size_t>> &removed)>;

struct ChannelQuestion {
    const Model &model;
    const ChannelGroups &groups;
    const std::vector<std::optional<ChannelSettings>> &settings; ///< by group; none: it stays
    const std::vector<std::vector<double>> &scores; ///< by group and channel, where there are settings
    MeasuredTime time = {};                         ///< needed for budgets of time
    const Model *origin =
        nullptr; ///< what budgets are shares of, where `model` lacks something of it already
};

/// A ratio is one of the channels that can go, a count one of all channels of the group. First go channels by
/// ratios and counts, in each group those with the lowest scores, then by budgets: over all groups of one
/// budget those whose score is least for what they save, until the model, without all that went before too,
/// takes at most that share of the original; what of it is not needed in the end stays. Criteria that meet in
/// a budget are scaled to the same mean. In steps of `round` and down to `leastLeft`: less goes than was
/// asked for, never more.
///
/// For a budget of time each group is cut alone, first by one step, then by twice as many until that saves
/// time: steps are that large then, and a group where nothing does stays as it is. Then at most 8 choices by
/// one threshold on score per time saved are measured.
/// @throws Error InvalidArgument: a budget that cannot be reached, with the least that can be; a budget of
/// MACs where these are unknown, of time without a measurement. @throws Cancelled, and what `time` throws
ChannelChoice chooseChannels(const ChannelQuestion &question, const JobContext &ctx = {});
/// The same by the scores that the settings ask for, with what these note. @throws as channelScores() too
ChannelChoice chooseChannels(const Model &model, const ChannelGroups &groups,
                             const std::vector<std::optional<ChannelSettings>> &settings,
                             const ChannelSources &sources = {}, const MeasuredTime &time = {},
                             const JobContext &ctx = {});

} // namespace lathe
