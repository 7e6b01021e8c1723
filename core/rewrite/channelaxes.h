#pragma once
// Which places along which axes can only go together. Every axis of every tensor has one element for each
// place along it; rules of the operators unite elements, so that any chain of offsets, blocks, strides and
// permutations stays exact without anybody composing maps. Inside core/rewrite only.
#include "core/base/message.h"
#include "core/onnx/tensor.h"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace lathe {

using AxisId = int32_t; ///< over all tensors
constexpr AxisId noAxis = -1;

/// A value or a constant of the main graph.
struct AxisTensor {
    std::string name;
    Shape shape;
    bool stored = false; ///< a constant of the file
    bool made = false;   ///< of constants alone (stored ones too)
    int reader = -1;     ///< node that has this constant for itself; -1: as all others see it
    AxisId firstAxis = noAxis;
};

/// Why elements of an axis have to stay.
struct AxisLock {
    AxisId axis = noAxis;
    int64_t first = 0, count = 0; ///< elements
    Message reason;               ///< what reads them ("the output logits"), else a whole clause
    bool isInterface = false;     ///< an input or output of the model
    AxisId cause = noAxis;        ///< has to stay, and this with it: its reasons are the reasons
};

class ChannelAxes {
public:
    struct Edge {
        AxisId a = noAxis, b = noAxis;
        int node = -1;
    };

    /// @returns the tensor's number
    int add(AxisTensor tensor);
    const std::vector<AxisTensor> &tensors() const { return m_tensors; }
    const AxisTensor &tensor(int number) const { return m_tensors[static_cast<size_t>(number)]; }
    size_t axisCount() const { return m_axes.size(); }
    int tensorOf(AxisId axis) const { return at(axis).tensor; }
    size_t placeOf(AxisId axis) const ///< which of its tensor's
    {
        return static_cast<size_t>(axis - tensor(tensorOf(axis)).firstAxis);
    }
    int64_t length(AxisId axis) const { return at(axis).length; }
    bool isSingle(AxisId axis) const { return at(axis).single; } ///< too long: its places are not told apart
    int64_t places(AxisId axis) const { return at(axis).single ? 1 : length(axis); } ///< told apart

    /// Both are the same channels in the same order.
    void join(AxisId a, AxisId b, int node);
    /// Place `i` of one goes with place `j` of the other. Only link() lets paths of reasons pass there.
    void unite(AxisId a, int64_t i, AxisId b, int64_t j);
    void link(AxisId a, AxisId b, int node);
    void lock(AxisId axis, const Message &reason, bool isInterface = false);
    void lock(AxisId axis, int64_t first, int64_t count, const Message &reason, bool isInterface = false);
    void lockFor(AxisId axis, AxisId cause); ///< because another one has to stay

    /// A factor of an axis that is an axis of no tensor.
    AxisId addFactor(int64_t length);

    /// Marks an axis that two computed operands of a product share (the heads of an attention).
    void markHeads(AxisId axis);
    bool hasHeads(AxisId axis) const;
    bool isLocked(AxisId axis, int64_t i) const { return (m_flags[root(axis, i)] & lockedFlags) != 0; }
    bool isInterface(AxisId axis, int64_t i) const { return (m_flags[root(axis, i)] & interfaceFlag) != 0; }
    bool hasFree(AxisId axis) const;      ///< a place that is not locked
    bool hasInterface(AxisId axis) const; ///< a place that an input or output of the model locks
    /// Equal for elements that go together.
    uint32_t root(AxisId axis, int64_t i) const { return find(element(axis, i)); }
    bool isRootLocked(uint32_t root) const { return (m_flags[root] & lockedFlags) != 0; }
    bool isRootInterface(uint32_t root) const { return (m_flags[root] & interfaceFlag) != 0; }
    uint32_t elementCount() const { return static_cast<uint32_t>(m_parents.size()); }

    const std::vector<AxisLock> &locks() const { return m_locks; }
    const std::vector<Edge> &edges() const { return m_edges; }

private:
    static constexpr uint8_t interfaceFlag = 1, insideFlag = 2, headsFlag = 4;
    static constexpr uint8_t lockedFlags = interfaceFlag | insideFlag;

    struct Axis {
        int tensor = -1;
        int64_t length = 0;
        uint32_t first = 0;  ///< element
        bool single = false; ///< too long to be told apart: one element for all places
    };
    const Axis &at(AxisId axis) const { return m_axes[static_cast<size_t>(axis)]; }
    AxisId addAxis(int tensor, int64_t length);
    void setFlags(AxisId axis, int64_t first, int64_t count, uint8_t flags);
    uint32_t element(AxisId axis, int64_t i) const
    {
        const Axis &a = at(axis);
        return a.single ? a.first : a.first + static_cast<uint32_t>(i);
    }
    uint32_t find(uint32_t element) const;
    void unite(uint32_t a, uint32_t b);

    std::vector<AxisTensor> m_tensors;
    std::vector<Axis> m_axes;
    mutable std::vector<uint32_t> m_parents; ///< by element; looking up shortens the way
    std::vector<uint8_t> m_flags;            ///< of elements that are their own parent
    std::vector<Edge> m_edges;
    std::vector<AxisLock> m_locks;
};

} // namespace lathe
