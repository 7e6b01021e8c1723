#pragma once
// Where channels that go have been. Inside core/rewrite only.
#include "core/rewrite/channelgroups.h"

#include <map>
#include <tuple>

namespace lathe {

class RemovedPlaces {
public:
    /// @throws Error as slim()
    RemovedPlaces(const ChannelGroups &groups, const std::vector<std::vector<size_t>> &removed);

    using Places = std::vector<int64_t>; ///< ascending
    /// A constant as one node or all of them read it.
    struct Constant {
        std::string name;
        int reader = -1; ///< index of the node that needs its own; -1: all
        std::map<size_t, Places> axes;
    };

    bool empty() const { return m_axes.empty(); }
    const std::vector<Constant> &constants() const { return m_constants; }
    /// Of a tensor as the node reads or makes it.
    const Places &on(const std::string &tensor, size_t axis, int node = -1) const;
    int64_t count(const std::string &tensor, size_t axis, int node = -1) const
    {
        return std::ssize(on(tensor, axis, node));
    }
    int64_t before(const std::string &tensor, size_t axis, int64_t place, int node = -1) const
    {
        const Places &places = on(tensor, axis, node);
        return std::ranges::lower_bound(places, place) - places.begin();
    }

private:
    using Key = std::tuple<std::string, int, size_t>; ///< tensor, reader or -1, axis
    void addConstants();

    std::map<Key, Places> m_axes; ///< of those that lose some
    std::map<Key, bool> m_stored;
    std::vector<Constant> m_constants;
};

} // namespace lathe
