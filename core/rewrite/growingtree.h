#pragma once
// A tree that grows from its root, asked for common ancestors. Inside core/rewrite only.
#include <cstddef>
#include <vector>

namespace lathe {

/// Each vertex keeps its parent and one ancestor further up, so that walks upwards take a logarithm of the
/// depth: Myers 1983, An applicative random-access stack, Information Processing Letters 17.
class GrowingTree {
public:
    /// @param vertices that may come into it; the root is one more
    explicit GrowingTree(size_t vertices);
    int root() const { return static_cast<int>(m_parents.size()) - 1; }
    /// @param parent is in it already
    void add(int vertex, int parent);
    bool has(int vertex) const { return depth(vertex) >= 0; }
    int parent(int vertex) const { return m_parents[static_cast<size_t>(vertex)]; }
    /// The nearest vertex that is both, or above them. @param a, b are in it
    int common(int a, int b) const;
    /// Not so when one of them is not in it.
    bool isAtOrAbove(int a, int b) const { return has(a) && has(b) && common(a, b) == a; }

private:
    int depth(int vertex) const { return m_depths[static_cast<size_t>(vertex)]; }
    int jump(int vertex) const { return m_jumps[static_cast<size_t>(vertex)]; }

    std::vector<int> m_parents, m_jumps, m_depths; ///< a depth of -1: not in it
};

} // namespace lathe
