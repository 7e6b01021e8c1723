#include "core/onnx/makers.h"

#include "core/onnx/tensordata.h"

#include <set>
#include <tuple>

namespace lathe {
namespace {

using Kind = Definition::Kind;
using Key = std::tuple<int, Kind, int>;

Key keyOf(const Definition &definition)
{
    return {definition.graph, definition.kind, definition.index};
}

/// What a node reads, as far as anything makes it.
std::vector<Definition> readBy(const GraphView &view, const Definition &reader)
{
    std::vector<Definition> read;
    for (const GraphView::Read &value : view.reads({reader.graph, reader.index}))
        if (value.maker)
            read.push_back(*value.maker);
    return read;
}

/// A walk without recursion: a chain may be as long as a file likes.
class Walk {
public:
    explicit Walk(const GraphView &view) : m_view(view) {}

    /// @returns false: more than `most` makers have been met
    bool from(const Definition &value, size_t most)
    {
        enter(value);
        while (!m_open.empty() && m_met.size() <= most) {
            Step &step = m_open.back();
            if (step.next < step.read.size()) {
                enter(Definition(step.read[step.next++])); // the stack may move while it grows
                continue;
            }
            m_makers.push_back(step.maker);
            m_open.pop_back();
        }
        return m_open.empty();
    }
    std::vector<Definition> take() { return std::move(m_makers); }

private:
    struct Step {
        Definition maker;
        std::vector<Definition> read;
        size_t next = 0;
    };

    void enter(const Definition &maker)
    {
        if (m_met.insert(keyOf(maker)).second)
            m_open.push_back(
                {maker, maker.kind == Kind::Node ? readBy(m_view, maker) : std::vector<Definition>(), 0});
    }

    const GraphView &m_view;
    std::set<Key> m_met;
    std::vector<Step> m_open;
    std::vector<Definition> m_makers;
};

int64_t bytesOf(const onnx::TensorProto &tensor)
{
    return denseBytes(tensor).value_or(0);
}

} // namespace

std::vector<Definition> makersOf(const GraphView &view, std::span<const ValuePlace> values, size_t most)
{
    Walk walk(view);
    for (const ValuePlace &value : values)
        if (const auto found = view.index().find(value.graph, value.name); found && !walk.from(*found, most))
            return {};
    return walk.take();
}

int64_t bytesOfConstants(const GraphIndex &index, std::span<const Definition> makers)
{
    int64_t bytes = 0;
    for (const Definition &maker : makers) {
        const onnx::GraphProto &home = *index.graphs()[static_cast<size_t>(maker.graph)].graph;
        if (maker.kind == Kind::Initializer) {
            bytes += bytesOf(home.initializer(maker.index));
        } else if (maker.kind == Kind::SparseInitializer) {
            const onnx::SparseTensorProto &sparse = home.sparse_initializer(maker.index);
            bytes += bytesOf(sparse.values()) + bytesOf(sparse.indices());
        } else if (maker.kind == Kind::Node) {
            const auto *constant = findAttribute(index.node(maker), "value");
            if (constant && constant->has_t())
                bytes += bytesOf(constant->t());
        }
    }
    return bytes;
}

int64_t bytesBehind(const GraphView &view, std::span<const ValuePlace> values)
{
    return bytesOfConstants(view.index(), makersOf(view, values));
}

} // namespace lathe
