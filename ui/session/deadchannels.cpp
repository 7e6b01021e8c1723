#include "ui/session/deadchannels.h"

#include "core/channels/channelchoice.h"
#include "core/channels/freechannels.h"

#include <algorithm>

namespace lathe::ui {
namespace {

/// As many as are left stay, by the first criterion that puts the dead ones before all others.
std::optional<ChannelSettings> settingsFor(const Model &model, const ChannelGroups &groups, size_t g,
                                           const std::vector<size_t> &dead, const JobContext &ctx)
{
    for (const ChannelCriterion criterion :
         {ChannelCriterion::L2, ChannelCriterion::Normalization, ChannelCriterion::L1}) {
        std::vector<std::optional<ChannelSettings>> wanted(groups.groups.size());
        wanted[g] = ChannelSettings{.unit = ChannelSettings::Unit::Keep,
                                    .value = static_cast<double>(groups.groups[g].channels - dead.size()),
                                    .criterion = criterion};
        std::vector<size_t> chosen = chooseChannels(model, groups, wanted, {}, {}, ctx).removed[g];
        std::ranges::sort(chosen);
        if (chosen == dead)
            return wanted[g];
    }
    return {};
}

} // namespace

std::vector<DeadChannels> findDeadChannels(const Model &model, const ChannelMap &channels,
                                           const JobContext &ctx)
{
    std::vector<DeadChannels> found;
    const std::vector<std::vector<size_t>> dead = deadChannels(model, *channels.groups, ctx.part(0.0, 0.5));
    for (size_t g = 0; g < dead.size(); ++g)
        if (!dead[g].empty())
            found.push_back(
                {g, dead[g], settingsFor(model, *channels.groups, g, dead[g], ctx.part(0.5, 1.0))});
    return found;
}

} // namespace lathe::ui
