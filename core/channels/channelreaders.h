#pragma once
// Layers that read channels: which columns of their weights stand for them. Inside core/channels only.
#include "core/rewrite/channelgroups.h"

namespace lathe {

/// A layer's weight as far as it reads channels of one group.
struct ChannelReader {
    size_t layer = 0; ///< of the model; what is tied to it reads alike
    const ChannelUse *use = nullptr;
    std::vector<int32_t> places; ///< [groups * cols] of each column, on the axis of the use
};

/// Those whose weights can be read and changed, by layer. Others of the group's readers: the reasons, each
/// with the layer's name.
struct ChannelReaders {
    std::vector<ChannelReader> readers;
    std::vector<std::pair<std::string, Message>> others;
};
ChannelReaders readersOf(const Model &model, const ChannelGroup &group);

/// @returns by place on the axis of the use: the channel that has it; -1: none
std::vector<int32_t> channelsByPlace(const ChannelUse &use);

} // namespace lathe
