#include "core/rewrite/channelreasons.h"

#include <algorithm>

namespace lathe {
namespace {

constexpr int mostCauses = 64; ///< one because of another: in a circle there would be no end

} // namespace

ChannelReasons::ChannelReasons(const ChannelGraph &graph)
    : m_graph(graph), m_edgeBegins(graph.axes.axisCount() + 1, 0),
      m_lockBegins(graph.axes.axisCount() + 1, 0), m_came(graph.axes.axisCount()),
      m_seen(graph.axes.axisCount(), 0)
{
    const auto place = [](AxisId axis) { return static_cast<size_t>(axis); };
    for (const ChannelAxes::Edge &edge : graph.axes.edges()) {
        ++m_edgeBegins[place(edge.a) + 1];
        ++m_edgeBegins[place(edge.b) + 1];
    }
    for (const AxisLock &lock : graph.axes.locks())
        ++m_lockBegins[place(lock.axis) + 1];
    for (size_t axis = 0; axis < graph.axes.axisCount(); ++axis) {
        m_edgeBegins[axis + 1] += m_edgeBegins[axis];
        m_lockBegins[axis + 1] += m_lockBegins[axis];
    }
    m_neighbours.resize(m_edgeBegins.back());
    m_locks.resize(m_lockBegins.back());
    std::vector<uint32_t> next(m_edgeBegins.begin(), m_edgeBegins.end() - 1);
    for (const ChannelAxes::Edge &edge : graph.axes.edges()) {
        m_neighbours[next[place(edge.a)]++] = {edge.b, edge.node};
        m_neighbours[next[place(edge.b)]++] = {edge.a, edge.node};
    }
    next.assign(m_lockBegins.begin(), m_lockBegins.end() - 1);
    for (const AxisLock &lock : graph.axes.locks())
        m_locks[next[place(lock.axis)]++] = &lock;
}

bool ChannelReasons::hasElement(AxisId axis, uint32_t root) const
{
    const ChannelAxes &axes = m_graph.axes;
    for (int64_t i = 0; i < axes.places(axis); ++i)
        if (axes.root(axis, i) == root)
            return true;
    return false;
}

const AxisLock *ChannelReasons::lockOf(AxisId axis, uint32_t root, bool interfaces) const
{
    for (uint32_t at = m_lockBegins[static_cast<size_t>(axis)];
         at < m_lockBegins[static_cast<size_t>(axis) + 1]; ++at) {
        const AxisLock &lock = *m_locks[at];
        if (lock.isInterface != interfaces)
            continue;
        const int64_t end = lock.first + std::min(lock.count, m_graph.axes.places(axis));
        for (int64_t i = lock.first; i < end; ++i)
            if (m_graph.axes.root(axis, i) == root)
                return &lock;
    }
    return nullptr;
}

const AxisLock *ChannelReasons::walk(AxisId from, uint32_t root, bool interfaces)
{
    ++m_walks;
    std::vector<AxisId> queue;
    const auto visit = [&](AxisId axis, Step came) {
        if (m_seen[static_cast<size_t>(axis)] == m_walks || !hasElement(axis, root))
            return;
        m_seen[static_cast<size_t>(axis)] = m_walks;
        m_came[static_cast<size_t>(axis)] = came;
        queue.push_back(axis);
    };
    visit(from, {});
    for (size_t next = 0; next < queue.size();) {
        const AxisId axis = queue[next++];
        if (const AxisLock *lock = lockOf(axis, root, interfaces))
            return lock;
        for (uint32_t at = m_edgeBegins[static_cast<size_t>(axis)];
             at < m_edgeBegins[static_cast<size_t>(axis) + 1]; ++at)
            visit(m_neighbours[at].before, {axis, m_neighbours[at].node});
    }
    return nullptr;
}

/// The node on the way to the lock that goes from what it gives back to another of what it reads.
std::string ChannelReasons::joiner(AxisId end) const
{
    std::string first;
    for (AxisId axis = end; m_came[static_cast<size_t>(axis)].before != noAxis;) {
        const Step &last = m_came[static_cast<size_t>(axis)];
        const Step &before = m_came[static_cast<size_t>(last.before)];
        const int middle = m_graph.axes.tensorOf(last.before);
        const int target = m_graph.axes.tensorOf(axis);
        const bool isBack = before.node == last.node && middle >= 0 && target >= 0 &&
                            m_graph.axes.tensor(middle).firstAxis > m_graph.axes.tensor(target).firstAxis &&
                            !m_graph.axes.tensor(target).stored;
        if (isBack)
            first = m_graph.labels[static_cast<size_t>(last.node)];
        axis = last.before;
    }
    return first;
}

FoundReason ChannelReasons::find(AxisId from, uint32_t root)
{
    const ChannelAxes &axes = m_graph.axes;
    FoundReason found{Message::tr("what they are part of has to stay"), axes.isRootInterface(root), noAxis};
    std::string joins;
    for (int cause = 0; cause < mostCauses; ++cause) {
        const AxisLock *lock = walk(from, root, found.isInterface);
        if (!lock)
            return found;
        if (found.axis == noAxis)
            found.axis = lock->axis;
        if (joins.empty())
            joins = joiner(lock->axis);
        if (lock->cause == noAxis) {
            found.text = textOf(*lock, joins);
            return found;
        }
        from = lock->cause;
        root = lockedRoot(lock->cause, found.isInterface);
    }
    return found;
}

Message ChannelReasons::textOf(const AxisLock &lock, const std::string &joiner)
{
    if (lock.isInterface)
        return joiner.empty() ? Message::tr("they are part of {}", lock.reason)
                              : Message::tr("{} joins them with {}", joiner, lock.reason);
    return joiner.empty() ? lock.reason
                          : Message::tr("{} joins them with others, and {}", joiner, lock.reason);
}

uint32_t ChannelReasons::lockedRoot(AxisId axis, bool interfaces) const
{
    for (int64_t i = 0; i < m_graph.axes.places(axis); ++i)
        if (interfaces ? m_graph.axes.isInterface(axis, i) : m_graph.axes.isLocked(axis, i))
            return m_graph.axes.root(axis, i);
    return m_graph.axes.root(axis, 0);
}

} // namespace lathe
