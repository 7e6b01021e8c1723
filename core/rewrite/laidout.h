#pragma once
// Which factor of an axis carries the channels. Inside core/rewrite only.
#include "core/rewrite/rulesite.h"

namespace lathe {

/// Several factors laid out in one axis, as C, H and W are in a flattened one: removing a place of a factor
/// removes places of the axis, which only one of the factors can do without others being cut across. Decides
/// that for all of them, unites the axes with it and locks the other factors. What has to stay is out; of
/// several the heads of an attention, else what leaves most sets of places to choose among, else the
/// outermost.
/// @param labelOf name of a node
void chooseFactors(ChannelAxes &axes, const ChannelFacts &facts,
                   const std::function<std::string(int node)> &labelOf);

} // namespace lathe
