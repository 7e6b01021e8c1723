#pragma once
// Scores by weights alone. Inside core/channels only.
#include "core/rewrite/channelgroups.h"

namespace lathe {

std::vector<double> l1Scores(const Model &model, const ChannelGroup &group);
std::vector<double> l2Scores(const Model &model, const ChannelGroup &group);
/// He et al. 2019, arXiv:1811.00250.
std::vector<double> medianScores(const Model &model, const ChannelGroup &group);
/// Liu et al. 2017, arXiv:1708.06519. Of all channels, or why there are none.
Possible<std::vector<double>> normalizationScores(const Model &model, const ChannelGroup &group);
/// The same at each run and for each order of the groups.
std::vector<double> randomScores(const ChannelGroup &group);

} // namespace lathe
