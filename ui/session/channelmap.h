#pragma once
// Which channels of a model go together and which parts of it can be skipped, layer by layer.
#include "core/compress/compressor.h"
#include "core/rewrite/blocks.h"
#include "core/rewrite/channelgroups.h"

#include <memory>
#include <vector>

namespace lathe::ui {

struct ChannelMap {
    std::shared_ptr<const ChannelGroups> groups;
    std::shared_ptr<const Blocks> blocks;
    /// Layers by group.
    std::vector<std::vector<int>> makers, readers;
    /// By layer the group that it makes, of several one with channels that can go; -1: none that can be
    /// followed.
    std::vector<int> groupOfLayer;
    std::vector<Message> noChannels; ///< by layer: why no channel that it makes can go; empty: some can
    std::vector<Message> noDrop;     ///< by layer: why no block around it can go; empty: one can

    int indexOf(int layer) const { return groupOfLayer.at(static_cast<size_t>(layer)); }
    const ChannelGroup *groupOf(int layer) const
    {
        const int index = indexOf(layer);
        return index < 0 ? nullptr : &groups->groups[static_cast<size_t>(index)];
    }
};

/// Takes up to seconds for the largest models. @throws Cancelled
std::shared_ptr<const ChannelMap> channelMap(const Compressor &compressor, const JobContext &ctx);

} // namespace lathe::ui
