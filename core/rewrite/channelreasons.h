#pragma once
// Why channels have to stay, as a clause with what joins them to the cause. Inside core/rewrite only.
#include "core/rewrite/channelgraph.h"

namespace lathe {

struct FoundReason {
    Message text;
    bool isInterface = false;
    AxisId axis = noAxis; ///< where the lock was found
};

/// Walks from axes to the nearest lock of what goes together with an element.
class ChannelReasons {
public:
    explicit ChannelReasons(const ChannelGraph &graph);

    /// @param from an axis that has places of the channel
    /// @param root of the channel's elements, which are locked
    FoundReason find(AxisId from, uint32_t root);
    /// Whether a reason that was found for another channel holds for this one too.
    bool holds(const FoundReason &reason, uint32_t root) const
    {
        return reason.axis != noAxis && lockOf(reason.axis, root, reason.isInterface) != nullptr;
    }

private:
    struct Step {
        AxisId before = noAxis;
        int node = -1;
    };
    bool hasElement(AxisId axis, uint32_t root) const;
    const AxisLock *lockOf(AxisId axis, uint32_t root, bool interfaces) const;
    const AxisLock *walk(AxisId from, uint32_t root, bool interfaces);
    std::string joiner(AxisId end) const;
    static Message textOf(const AxisLock &lock, const std::string &joiner);
    uint32_t lockedRoot(AxisId axis, bool interfaces) const;

    const ChannelGraph &m_graph;
    std::vector<uint32_t> m_edgeBegins; ///< by axis
    std::vector<Step> m_neighbours;
    std::vector<uint32_t> m_lockBegins; ///< by axis
    std::vector<const AxisLock *> m_locks;
    std::vector<Step> m_came; ///< by axis, of the last walk
    std::vector<uint32_t> m_seen;
    uint32_t m_walks = 0;
};

} // namespace lathe
