#include "core/base/error.h"
#include "core/model/proto.h"
#include "core/onnx/graphview.h"
#include "core/rewrite/blocks.h"
#include "core/rewrite/editedconstants.h"

#include <algorithm>
#include <queue>
#include <set>
#include <tuple>
#include <unordered_map>

namespace lathe {
namespace {

class Skipper {
public:
    explicit Skipper(const Model &model)
        : m_model(model), m_content(model.content()), m_proto(m_content.proto), m_constants(model, m_proto)
    {
        for (const auto &output : m_content.proto.graph().output())
            m_outputs.insert(output.name());
    }

    Model run(const std::vector<const Block *> &blocks)
    {
        for (const Block *block : blocks)
            m_standIns.emplace(block->output, block->input);
        for (const Block *block : blocks)
            if (m_outputs.contains(block->output))
                giveOutput(*block);
        forEachGraph(*m_proto.mutable_graph(), [this](onnx::GraphProto &graph) { redirect(graph); });
        drop(unreadAmong(blocks));
        m_constants.dropUnread();
        return modelFromProto(std::move(m_proto), m_model);
    }

private:
    /// What stands for a value may be given by another block that is skipped.
    const std::string &standIn(const std::string &name) const
    {
        const auto found = m_outputs.contains(name) ? m_standIns.end() : m_standIns.find(name);
        return found == m_standIns.end() ? name : standIn(found->second);
    }

    void giveOutput(const Block &block)
    {
        onnx::NodeProto &last = *m_proto.mutable_graph()->mutable_node(block.nodes.back());
        noteRead(block.nodes.back());
        m_replaced.insert(block.nodes.back());
        last.Clear();
        last.set_op_type("Identity");
        last.add_input(block.input);
        last.add_output(block.output);
    }

    void redirect(onnx::GraphProto &graph)
    {
        for (auto &node : *graph.mutable_node())
            for (std::string &input : *node.mutable_input())
                input = standIn(input);
        if (&graph != m_proto.mutable_graph())
            for (auto &output : *graph.mutable_output())
                output.set_name(standIn(output.name()));
    }

    /// Nodes of the blocks, and those before them that nothing reads any more then.
    std::set<int> unreadAmong(const std::vector<const Block *> &blocks) const
    {
        const GraphIndex index(m_proto);
        const GraphView view(index);
        std::vector<int> positions(static_cast<size_t>(m_proto.graph().node_size()));
        for (size_t i = 0; i < view.order(0).size(); ++i)
            positions[static_cast<size_t>(view.order(0)[i])] = static_cast<int>(i);
        std::priority_queue<std::pair<int, int>> next; // the last one first: its readers are known
        const auto push = [&](int n) { next.emplace(positions[static_cast<size_t>(n)], n); };
        for (const Block *block : blocks)
            std::ranges::for_each(block->nodes, push);
        for (const int n : m_replaced)
            for (const GraphView::Read &read : m_content.view->reads({0, n}))
                if (read.maker && read.maker->kind == Definition::Kind::Node)
                    push(read.maker->index);
        std::set<int> gone;
        while (!next.empty()) {
            const int n = next.top().second;
            next.pop();
            if (gone.contains(n) || isNeeded(n, view, gone))
                continue;
            gone.insert(n);
            for (const GraphView::Read &read : view.reads({0, n}))
                if (read.maker && read.maker->kind == Definition::Kind::Node)
                    push(read.maker->index);
        }
        return gone;
    }

    bool isNeeded(int node, const GraphView &view, const std::set<int> &gone) const
    {
        const auto isRead = [&](const GraphView::Use &use) {
            NodeRef ref = use.node;
            while (ref.graph != 0)
                ref = view.index().owner(ref.graph);
            return !gone.contains(ref.node);
        };
        return std::ranges::any_of(m_proto.graph().node(node).output(), [&](const std::string &name) {
            return !name.empty() &&
                   (view.isOutput(0, name) || std::ranges::any_of(view.readers(0, name), isRead));
        });
    }

    void noteRead(int node)
    {
        for (const GraphView::Read &read : m_content.view->reads({0, node}))
            if (read.maker && read.maker->kind != Definition::Kind::Input)
                m_constants.mayBeUnread(std::string(read.name));
    }

    void drop(const std::set<int> &gone)
    {
        onnx::GraphProto &graph = *m_proto.mutable_graph();
        std::set<std::string> names;
        for (const int n : gone) {
            noteRead(n);
            names.insert(graph.node(n).output().begin(), graph.node(n).output().end());
        }
        auto &infos = *graph.mutable_value_info();
        infos.erase(std::remove_if(infos.begin(), infos.end(),
                                   [&](const auto &info) { return names.contains(info.name()); }),
                    infos.end());
        auto &nodes = *graph.mutable_node();
        int kept = 0;
        for (int n = 0; n < nodes.size(); ++n)
            if (!gone.contains(n))
                nodes.SwapElements(kept++, n);
        nodes.DeleteSubrange(kept, nodes.size() - kept);
    }

    const Model &m_model;
    const Model::Content &m_content;
    onnx::ModelProto m_proto;
    EditedConstants m_constants;
    std::set<std::string> m_outputs;                         ///< of the model
    std::unordered_map<std::string, std::string> m_standIns; ///< by what they stand for
    std::set<int> m_replaced;                                ///< nodes that are an Identity now
};

/// The largest first; of those that share nodes it alone.
std::vector<const Block *> apart(const Blocks &blocks, const std::vector<size_t> &chosen)
{
    std::vector<const Block *> sorted;
    for (const size_t number : chosen) {
        if (number >= blocks.blocks.size())
            throw Error(ErrorCode::InvalidArgument,
                        Message::tr("There is no block {}: the model has {}.", number, blocks.blocks.size()));
        sorted.push_back(&blocks.blocks[number]);
    }
    std::ranges::sort(sorted, {}, [](const Block *block) {
        return std::tuple(-std::ssize(block->layers), -std::ssize(block->nodes), block);
    });
    std::set<int> taken;
    std::vector<const Block *> result;
    for (const Block *block : sorted) {
        if (std::ranges::any_of(block->nodes, [&](int n) { return taken.contains(n); }))
            continue;
        taken.insert(block->nodes.begin(), block->nodes.end());
        result.push_back(block);
    }
    return result;
}

} // namespace

Model withoutBlocks(const Model &model, const Blocks &blocks, const std::vector<size_t> &chosen)
{
    const std::vector<const Block *> skipped = apart(blocks, chosen);
    return skipped.empty() ? model : Skipper(model).run(skipped);
}

Model withStandIns(const Model &left, const Blocks &blocks)
{
    const GraphIndex &index = *left.content().index;
    onnx::ModelProto proto = left.content().proto;
    std::set<std::string> added;
    const auto isThere = [&](const std::string &name) {
        return added.contains(name) || index.find(0, name).has_value();
    };
    for (const Block &block : blocks.blocks) { // one behind another that went, too: they are in running order
        if (isThere(block.output) || !isThere(block.input))
            continue;
        onnx::NodeProto &node = *proto.mutable_graph()->add_node();
        node.set_op_type("Identity");
        node.add_input(block.input);
        node.add_output(block.output);
        added.insert(block.output);
    }
    return modelFromProto(std::move(proto), left);
}

} // namespace lathe
