#pragma once
// Groups while they are made. Inside core/rewrite only.
#include "core/rewrite/channelgraph.h"
#include "core/rewrite/channelgroups.h"

namespace lathe {

struct Grouping {
    const Model &model;
    const ChannelGraph &graph;
    ChannelGroups result;
    std::vector<ChannelFacts::Root> roots;                ///< each axis once
    std::vector<std::vector<ChannelFacts::Root>> rootsOf; ///< by group
    std::vector<std::vector<uint32_t>> elements;          ///< by group and channel: what goes together
    std::vector<std::vector<AxisId>> useAxes;             ///< by group, as its uses; ascending
    std::vector<std::vector<size_t>> groupsOfAxis;

    /// nullptr: the group has nothing on that axis.
    ChannelUse *useOf(size_t group, AxisId axis);
    const std::string &label(int node) const { return graph.labels[static_cast<size_t>(node)]; }
};

/// Channels are elements that go together and have a place among the rows of a weight; groups are channels
/// that share such an axis.
Grouping findGroups(const Model &model, const ChannelGraph &graph);
void lockChannels(Grouping &grouping, const JobContext &ctx);
void weighChannels(Grouping &grouping);
void addChanges(Grouping &grouping);
void findZeros(Grouping &grouping);
/// Layers that make channels which are not followed, and what is free of all.
void countRows(Grouping &grouping);

} // namespace lathe
