#include "core/channels/freechannels.h"

#include "core/channels/slimforecast.h"
#include "core/channels/zerostates.h"

#include <array>

namespace lathe {

std::vector<std::vector<size_t>> deadChannels(const Model &model, const ChannelGroups &groups,
                                              const JobContext &ctx)
{
    std::vector<std::vector<size_t>> dead(groups.groups.size());
    SlimForecast left(model, groups);
    for (size_t g = 0; g < dead.size(); ++g) {
        const ChannelGroup &group = groups.groups[g];
        ctx.checkpoint(static_cast<double>(g) / static_cast<double>(dead.size()),
                       Message::tr("looking for channels that give nothing"));
        if (!group.mixed.empty() || group.prunable() == 0)
            continue;
        const ZeroStates states(model, group);
        for (size_t c = 0; c < group.channels; ++c)
            if (const std::array<size_t, 1> one{c};
                !group.locked[c] && states.isDead(c) && left.canRemove(g, one)) {
                left.remove(g, one);
                dead[g].push_back(c);
            }
    }
    return dead;
}

} // namespace lathe
