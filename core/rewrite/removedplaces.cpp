#include "core/rewrite/removedplaces.h"

#include "core/base/error.h"

namespace lathe {
namespace {

void requireRemovable(const ChannelGroup &group, const std::vector<size_t> &channels)
{
    for (const size_t channel : channels) {
        if (channel >= group.channels)
            throw Error(ErrorCode::InvalidArgument, Message::tr("The channels of {} are 0 to {}, not {}.",
                                                                group.name, group.channels - 1, channel));
        if (!group.locked[channel])
            continue;
        for (const ChannelLock &lock : group.locks)
            if (std::ranges::find(lock.channels, channel) != lock.channels.end())
                throw Error(ErrorCode::InvalidArgument, Message::tr("Channel {} of {} has to stay: {}.",
                                                                    channel, group.name, lock.reason));
    }
}

} // namespace

RemovedPlaces::RemovedPlaces(const ChannelGroups &groups, const std::vector<std::vector<size_t>> &removed)
{
    std::map<Key, std::pair<int64_t, std::string>> lengths; // and the group that may take all of it
    for (size_t g = 0; g < removed.size(); ++g) {
        const ChannelGroup &group = groups.groups.at(g);
        requireRemovable(group, removed[g]);
        for (const ChannelUse &use : group.uses)
            for (const size_t channel : removed[g]) {
                const auto places = use.of(channel);
                if (places.empty())
                    continue;
                const Key key{use.tensor, use.readerIndex, use.axis};
                m_axes[key].insert(m_axes[key].end(), places.begin(), places.end());
                m_stored[key] = use.stored;
                lengths[key] = {use.length, group.name};
            }
    }
    for (auto &[key, places] : m_axes) {
        std::ranges::sort(places);
        places.erase(std::unique(places.begin(), places.end()), places.end());
        const auto &[length, group] = lengths[key];
        if (std::ssize(places) >= length)
            throw Error(ErrorCode::InvalidArgument,
                        Message::tr("Without these channels of {} nothing of {} would be left.", group,
                                    std::get<0>(key)));
    }
    addConstants();
}

void RemovedPlaces::addConstants()
{
    for (const auto &[key, places] : m_axes) { // axes of one constant follow each other
        if (!m_stored[key])
            continue;
        const auto &[tensor, reader, axis] = key;
        if (m_constants.empty() || m_constants.back().name != tensor || m_constants.back().reader != reader)
            m_constants.push_back({tensor, reader, {}});
        m_constants.back().axes[axis] = places;
    }
}

const RemovedPlaces::Places &RemovedPlaces::on(const std::string &tensor, size_t axis, int node) const
{
    static const Places none;
    for (const int reader : {node, -1}) {
        const auto found = m_axes.find({tensor, reader, axis});
        if (found != m_axes.end())
            return found->second;
    }
    return none;
}

} // namespace lathe
