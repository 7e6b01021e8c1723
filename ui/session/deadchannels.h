#pragma once
// Channels that give nothing, and how a recipe says that exactly these go.
#include "ui/session/channelmap.h"

#include <optional>

namespace lathe::ui {

struct DeadChannels {
    size_t group = 0; ///< in ChannelMap
    std::vector<size_t> channels;
    /// With these exactly they go; empty: a recipe says how many go and by what they are chosen, and no
    /// criterion of the weights puts these first.
    std::optional<ChannelSettings> settings;
};

/// Groups that have some. @throws Cancelled
std::vector<DeadChannels> findDeadChannels(const Model &model, const ChannelMap &channels,
                                           const JobContext &ctx);

} // namespace lathe::ui
