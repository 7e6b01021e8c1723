#include "core/rewrite/channelaxes.h"

#include <algorithm>

namespace lathe {
namespace {

// Beyond these a file says something odd or has no channels there: one element stands for the whole axis.
constexpr int64_t longestAxis = int64_t{1} << 22;
constexpr size_t mostElements = size_t{1} << 26;

} // namespace

int ChannelAxes::add(AxisTensor tensor)
{
    const int number = static_cast<int>(m_tensors.size());
    tensor.firstAxis = static_cast<AxisId>(m_axes.size());
    for (const int64_t length : tensor.shape)
        addAxis(number, length);
    m_tensors.push_back(std::move(tensor));
    for (size_t d = 0; d < m_tensors.back().shape.size(); ++d) {
        const AxisId axis = m_tensors.back().firstAxis + static_cast<AxisId>(d);
        if (at(axis).single)
            lock(axis,
                 Message::tr("an axis of {} has too many places to tell them apart", m_tensors.back().name));
    }
    return number;
}

AxisId ChannelAxes::addFactor(int64_t length)
{
    return addAxis(-1, length);
}

AxisId ChannelAxes::addAxis(int tensor, int64_t length)
{
    Axis axis{tensor, length, static_cast<uint32_t>(m_parents.size()), false};
    axis.single = length > longestAxis || m_parents.size() + static_cast<size_t>(length) > mostElements;
    const size_t count = axis.single ? 1 : static_cast<size_t>(length);
    for (size_t i = 0; i < count; ++i)
        m_parents.push_back(axis.first + static_cast<uint32_t>(i));
    m_flags.resize(m_parents.size(), 0);
    m_axes.push_back(axis);
    return static_cast<AxisId>(m_axes.size() - 1);
}

uint32_t ChannelAxes::find(uint32_t element) const
{
    while (m_parents[element] != element) {
        m_parents[element] = m_parents[m_parents[element]];
        element = m_parents[element];
    }
    return element;
}

void ChannelAxes::unite(uint32_t a, uint32_t b)
{
    a = find(a);
    b = find(b);
    if (a == b)
        return;
    if (a > b) // towards the earlier one: ways stay short, as most nodes follow what they read
        std::swap(a, b);
    m_parents[b] = a;
    m_flags[a] |= m_flags[b];
}

void ChannelAxes::unite(AxisId a, int64_t i, AxisId b, int64_t j)
{
    unite(element(a, i), element(b, j));
}

void ChannelAxes::link(AxisId a, AxisId b, int node)
{
    m_edges.push_back({a, b, node});
}

void ChannelAxes::join(AxisId a, AxisId b, int node)
{
    link(a, b, node);
    const int64_t count = at(a).single || at(b).single ? 1 : length(a);
    for (int64_t i = 0; i < count; ++i)
        unite(a, i, b, i);
}

void ChannelAxes::lock(AxisId axis, const Message &reason, bool isInterface)
{
    lock(axis, 0, length(axis), reason, isInterface);
}

void ChannelAxes::lock(AxisId axis, int64_t first, int64_t count, const Message &reason, bool isInterface)
{
    m_locks.push_back({axis, first, count, reason, isInterface, noAxis});
    setFlags(axis, first, count, isInterface ? interfaceFlag : insideFlag);
}

void ChannelAxes::lockFor(AxisId axis, AxisId cause)
{
    const bool isInterface = hasInterface(cause);
    m_locks.push_back({axis, 0, length(axis), {}, isInterface, cause});
    setFlags(axis, 0, length(axis), isInterface ? interfaceFlag : insideFlag);
}

void ChannelAxes::setFlags(AxisId axis, int64_t first, int64_t count, uint8_t flags)
{
    const int64_t end = at(axis).single ? first + 1 : first + count;
    for (int64_t i = first; i < end; ++i)
        m_flags[root(axis, i)] |= flags;
}

void ChannelAxes::markHeads(AxisId axis)
{
    setFlags(axis, 0, length(axis), headsFlag);
}

bool ChannelAxes::hasHeads(AxisId axis) const
{
    return (m_flags[root(axis, 0)] & headsFlag) != 0;
}

bool ChannelAxes::hasFree(AxisId axis) const
{
    for (int64_t i = 0; i < places(axis); ++i)
        if (!isLocked(axis, i))
            return true;
    return false;
}

bool ChannelAxes::hasInterface(AxisId axis) const
{
    for (int64_t i = 0; i < places(axis); ++i)
        if (isInterface(axis, i))
            return true;
    return false;
}

} // namespace lathe
