#pragma once
// Channels in the order in which the layers that read them can best do without.
#include "core/methods/statistics.h"
#include "core/rewrite/channelgroups.h"

namespace lathe {

/// Goes through a group greedily: each time the channel goes whose going costs least when all layers that
/// read the group make up for it and those gone before, by the least squares of refitted()
/// (core/channels/channelrefit.h, with the same damping). What a layer loses counts as a share of the energy
/// of its output, and layers add up. Optimal Brain Surgeon in blocks of the columns B of a channel: their
/// going costs tr(W_B [H^-1]_BB^-1 W_B^T), then W and H^-1 lose what is theirs (Schur complement). Hassibi &
/// Stork 1993; Frantar & Alistarh 2022, arXiv:2208.11580.
///
/// Inputs without second moments count as independent of each other; those of which nothing is known, of one
/// size, too. Layers whose weights cannot be read count nothing.
/// Of a reader of n columns: time O(n^3 + channels * n * rows) and room for n^2 floats, all readers at once.
/// @returns by channel the cost of all that had gone when it went, so that the lowest go first and groups can
/// be compared; of channels that have to stay: that of all others
/// @throws Error as calibration @throws Cancelled
std::vector<double> secondOrderScores(const Model &model, const ChannelGroups &groups, size_t group,
                                      const Calibration &calibration, const JobContext &ctx = {});

} // namespace lathe
