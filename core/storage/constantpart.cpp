#include "core/storage/constantpart.h"

#include "core/model/proto.h"

#include <algorithm>
#include <set>

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

    void from(const Definition &value)
    {
        enter(value);
        while (!m_open.empty()) {
            Step &step = m_open.back();
            if (step.next < step.read.size()) {
                enter(Definition(step.read[step.next++])); // the stack may move while it grows
                continue;
            }
            m_makers.push_back(step.maker);
            m_open.pop_back();
        }
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

void addMaker(const GraphIndex &index, const Definition &maker, onnx::GraphProto &part)
{
    const onnx::GraphProto &home = *index.graphs()[static_cast<size_t>(maker.graph)].graph;
    switch (maker.kind) {
    case Kind::Input:
        throw Error(ErrorCode::Unsupported,
                    Message::tr("It depends on the input \"{}\".", home.input(maker.index).name()));
    case Kind::Initializer:
        *part.add_initializer() = home.initializer(maker.index);
        break;
    case Kind::SparseInitializer:
        *part.add_sparse_initializer() = home.sparse_initializer(maker.index);
        break;
    case Kind::Node: {
        onnx::NodeProto &node = *part.add_node();
        node = home.node(maker.index);
        node.clear_name(); // of nodes in different graphs two may be equal
    }
    }
}

} // namespace

std::vector<Definition> makersOf(const GraphView &view, std::span<const ValuePlace> values)
{
    Walk walk(view);
    for (const ValuePlace &value : values)
        if (const auto found = view.index().find(value.graph, value.name))
            walk.from(*found);
    return walk.take();
}

Model constantPart(const Model &file, std::span<const ValuePlace> values)
{
    constexpr int64_t irWithFreeInitializers = 4; // older ones list every constant as an input
    const Model::Content &content = file.content();
    onnx::ModelProto proto;
    proto.set_ir_version(std::max(content.proto.ir_version(), irWithFreeInitializers));
    *proto.mutable_opset_import() = content.proto.opset_import();
    *proto.mutable_functions() = content.proto.functions();
    proto.mutable_graph()->set_name("constants");
    for (const Definition &maker : makersOf(*content.view, values))
        addMaker(*content.index, maker, *proto.mutable_graph());
    return modelFromProto(std::move(proto), file);
}

} // namespace lathe
