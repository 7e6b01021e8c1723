#include "ui/session/channelmap.h"

#include <algorithm>
#include <string_view>
#include <unordered_map>

namespace lathe::ui {
namespace {

using LayersByWeight = std::unordered_map<std::string_view, std::vector<int>>;

LayersByWeight layersByWeight(const Model &model)
{
    LayersByWeight layers;
    for (size_t i = 0; i < model.layers().size(); ++i)
        layers[model.layers()[i].weightName].push_back(static_cast<int>(i));
    return layers;
}

void findMembers(ChannelMap &map, const Model &model)
{
    const LayersByWeight layers = layersByWeight(model);
    for (const ChannelGroup &group : map.groups->groups) {
        std::vector<int> &makers = map.makers.emplace_back(), &readers = map.readers.emplace_back();
        for (const ChannelUse &use : group.uses) {
            const auto found = use.stored ? layers.find(use.tensor) : layers.end();
            if (found == layers.end())
                continue;
            std::vector<int> &members = use.summed ? readers : makers;
            members.insert(members.end(), found->second.begin(), found->second.end());
        }
        for (std::vector<int> *members : {&makers, &readers}) {
            std::ranges::sort(*members);
            members->erase(std::ranges::unique(*members).begin(), members->end());
        }
    }
}

void chooseGroups(ChannelMap &map, size_t layers)
{
    map.groupOfLayer.assign(layers, -1);
    for (size_t g = 0; g < map.makers.size(); ++g)
        for (const int maker : map.makers[g]) {
            int &known = map.groupOfLayer[static_cast<size_t>(maker)];
            if (known < 0 || map.groups->groups[static_cast<size_t>(known)].prunable() == 0)
                known = static_cast<int>(g);
        }
    for (size_t i = 0; i < layers; ++i) {
        const ChannelGroup *group = map.groupOf(static_cast<int>(i));
        if (group != nullptr && group->prunable() > 0)
            map.noChannels.emplace_back();
        else if (group != nullptr && !group->locks.empty())
            map.noChannels.push_back(group->locks.front().reason);
        else
            map.noChannels.push_back(Message::tr("what becomes of its outputs cannot be followed"));
    }
}

} // namespace

std::shared_ptr<const ChannelMap> channelMap(const Compressor &compressor, const JobContext &ctx)
{
    auto map = std::make_shared<ChannelMap>();
    map->groups = compressor.channels(ctx.part(0.0, 0.5));
    map->blocks = compressor.blocks(ctx.part(0.5, 1.0));
    map->noDrop = map->blocks->obstacles;
    findMembers(*map, compressor.source());
    chooseGroups(*map, compressor.source().layers().size());
    return map;
}

} // namespace lathe::ui
