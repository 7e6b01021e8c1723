#include "core/preview/graphcut.h"

#include <algorithm>
#include <unordered_set>

namespace lathe {
namespace {

class Cutter {
public:
    Cutter(const GraphView &view, const std::set<std::string> &changing, bool everything)
        : m_view(view), m_graph(*view.index().graphs().front().graph),
          m_changing(changing.begin(), changing.end())
    {
        follow(everything);
    }

    GraphCut run()
    {
        GraphCut cut;
        const std::string output = m_graph.output_size() > 0 ? m_graph.output(0).name() : std::string();
        const std::optional<NodeRef> last = m_view.producer(0, output);
        if (m_view.hasCircle(0)) {
            cut.obstacle = Message::tr("its nodes wait for each other");
            return cut;
        }
        if (!last || !m_changes[static_cast<size_t>(last->node)]) {
            cut.obstacle = Message::tr("it does not reach the model's first output");
            return cut;
        }
        std::unordered_set<int> behind;
        collectBehind(last->node, behind, cut);
        std::unordered_set<int> before;
        for (const std::string &value : cut.values)
            collectBefore(m_view.producer(0, value)->node, before);
        for (const int node : m_view.order(0)) {
            if (behind.contains(node))
                cut.behind.push_back(node);
            if (before.contains(node))
                cut.before.push_back(node);
        }
        std::ranges::sort(cut.values);
        std::ranges::sort(cut.inputs);
        return cut;
    }

private:
    const std::vector<GraphView::Read> &reads(int node) const { return m_view.reads({0, node}); }
    static bool isOfKind(const GraphView::Read &read, Definition::Kind kind)
    {
        return read.maker && read.maker->kind == kind;
    }
    /// The node that makes what is read; -1: none does.
    static int makerOf(const GraphView::Read &read)
    {
        return isOfKind(read, Definition::Kind::Node) ? read.maker->index : -1;
    }
    bool isFed(const GraphView::Read &read) const
    {
        return isOfKind(read, Definition::Kind::Input) && !m_changing.contains(read.name);
    }
    /// One pass in running order: what depends on inputs, what on the constants that change.
    void follow(bool everything)
    {
        const auto nodes = static_cast<size_t>(m_graph.node_size());
        m_live.resize(nodes);
        m_changes.resize(nodes);
        for (const int n : m_view.order(0)) {
            const auto node = static_cast<size_t>(n);
            for (const GraphView::Read &read : reads(n)) {
                const int maker = makerOf(read);
                if (isFed(read) || (maker >= 0 && m_live[static_cast<size_t>(maker)]))
                    m_live[node] = true;
                if (m_changing.contains(read.name) || (maker >= 0 && m_changes[static_cast<size_t>(maker)]))
                    m_changes[node] = true;
            }
            m_changes[node] = m_changes[node] || (everything && m_live[node]);
        }
    }
    void collectBehind(int from, std::unordered_set<int> &behind, GraphCut &cut) const
    {
        std::unordered_set<std::string_view> met;
        std::vector<int> open = {from};
        while (!open.empty()) {
            const int node = open.back();
            open.pop_back();
            if (!behind.insert(node).second)
                continue;
            for (const GraphView::Read &read : reads(node)) {
                if (!met.insert(read.name).second)
                    continue;
                const int maker = makerOf(read);
                if (isFed(read))
                    cut.inputs.emplace_back(read.name);
                else if (maker >= 0 && crosses(maker))
                    cut.values.emplace_back(read.name);
                else if (maker >= 0)
                    open.push_back(maker);
            }
        }
    }
    bool crosses(int node) const
    {
        return m_live[static_cast<size_t>(node)] && !m_changes[static_cast<size_t>(node)];
    }
    void collectBefore(int from, std::unordered_set<int> &before) const
    {
        std::vector<int> open = {from};
        while (!open.empty()) {
            const int node = open.back();
            open.pop_back();
            if (!before.insert(node).second)
                continue;
            for (const GraphView::Read &read : reads(node))
                if (const int maker = makerOf(read); maker >= 0)
                    open.push_back(maker);
        }
    }

    const GraphView &m_view;
    const onnx::GraphProto &m_graph;
    std::unordered_set<std::string_view> m_changing;
    std::vector<bool> m_live, m_changes; ///< by node
};

} // namespace

GraphCut cutGraph(const GraphView &view, const std::set<std::string> &changing, bool everything)
{
    return Cutter(view, changing, everything).run();
}

} // namespace lathe
