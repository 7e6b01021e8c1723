#include "core/rewrite/blockparts.h"

#include "core/model/proto.h"
#include "core/onnx/makers.h"

#include <queue>
#include <set>

namespace lathe {

/// Nodes that serve y alone, going back from it; x goes on being made.
std::vector<int> BlockParts::serving(int x, int y)
{
    ++m_stamp;
    std::priority_queue<std::pair<int, int>> next; // the last in running order first: its readers are known
    const auto push = [&](int n) { next.emplace(m_flow.node(n).position, n); };
    const auto serves = [&](int n) {
        return n != m_flow.value(x).maker && std::ranges::all_of(m_flow.node(n).gives, [&](int v) {
                   const ValueFlow::Value &value = m_flow.value(v);
                   return v == y || (!value.isOutput && std::ranges::all_of(value.readers, [&](int r) {
                              return m_stamps[static_cast<size_t>(r)] == m_stamp;
                          }));
               });
    };
    std::vector<int> nodes;
    push(m_flow.value(y).maker);
    while (!next.empty()) {
        const int n = next.top().second;
        next.pop();
        if (m_stamps[static_cast<size_t>(n)] == m_stamp || !serves(n))
            continue;
        m_stamps[static_cast<size_t>(n)] = m_stamp;
        nodes.push_back(n);
        for (const int v : m_flow.node(n).reads)
            if (m_flow.value(v).maker >= 0)
                push(m_flow.value(v).maker);
    }
    std::ranges::reverse(nodes);
    return nodes;
}

size_t BlockParts::between(int x, int y)
{
    const auto [at, isNew] = m_numbers.try_emplace({x, y}, m_parts.size());
    if (!isNew)
        return at->second;
    BlockPart part{.x = x, .y = y, .nodes = serving(x, y), .layers = {}};
    for (const int n : part.nodes) {
        part.layers.insert(part.layers.end(), m_flow.node(n).layers.begin(), m_flow.node(n).layers.end());
        part.products += m_flow.node(n).multiplies ? 1 : 0;
    }
    std::ranges::sort(part.layers);
    for (const size_t layer : part.layers)
        part.weightBytes += m_model.layers()[layer].weightBytes;
    m_parts.push_back(std::move(part));
    return at->second;
}

namespace {

bool isReadBy(const GraphView &view, std::string_view constant, const std::set<int> &nodes)
{
    return !view.isOutput(0, constant) &&
           std::ranges::all_of(view.readers(0, constant), [&](const GraphView::Use &use) {
               NodeRef ref = use.node;
               while (ref.graph != 0)
                   ref = view.index().owner(ref.graph);
               return nodes.contains(ref.node);
           });
}

} // namespace

int64_t BlockParts::bytesOf(const BlockPart &part) const
{
    const Model::Content &content = m_model.content();
    const std::set<int> nodes(part.nodes.begin(), part.nodes.end());
    std::vector<Definition> constants;
    std::set<std::string_view> seen;
    for (const int n : part.nodes) {
        if (content.proto.graph().node(n).input_size() == 0)
            constants.push_back({0, Definition::Kind::Node, n});
        for (const GraphView::Read &read : content.view->reads({0, n}))
            if (read.maker && read.maker->kind != Definition::Kind::Node && seen.insert(read.name).second &&
                isReadBy(*content.view, read.name, nodes))
                constants.push_back(*read.maker);
    }
    return bytesOfConstants(*content.index, constants);
}

Block BlockParts::describe(size_t number) const
{
    const BlockPart &part = m_parts[number];
    Block block{.name = m_model.layers()[part.layers.front()].name,
                .input = std::string(m_flow.value(part.x).name),
                .output = std::string(m_flow.value(part.y).name),
                .nodes = part.nodes,
                .layers = part.layers,
                .bytes = bytesOf(part)};
    for (const int n : part.nodes)
        block.macs += m_flow.node(n).macs;
    return block;
}

} // namespace lathe
