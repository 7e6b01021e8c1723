#include "core/rewrite/growingtree.h"

#include <utility>

namespace lathe {

GrowingTree::GrowingTree(size_t vertices)
    : m_parents(vertices + 1, -1), m_jumps(vertices + 1, -1), m_depths(vertices + 1, -1)
{
    m_parents.back() = m_jumps.back() = root();
    m_depths.back() = 0;
}

void GrowingTree::add(int vertex, int parent)
{
    const auto at = static_cast<size_t>(vertex);
    m_parents[at] = parent;
    m_depths[at] = depth(parent) + 1;
    const int far = jump(parent);
    m_jumps[at] = depth(parent) - depth(far) == depth(far) - depth(jump(far)) ? jump(far) : parent;
}

int GrowingTree::common(int a, int b) const
{
    if (depth(a) < depth(b))
        std::swap(a, b);
    while (depth(a) > depth(b))
        a = depth(jump(a)) >= depth(b) ? jump(a) : parent(a);
    while (a != b) { // jumps of one depth are of one length
        const bool isFar = jump(a) != jump(b);
        a = isFar ? jump(a) : parent(a);
        b = isFar ? jump(b) : parent(b);
    }
    return a;
}

} // namespace lathe
