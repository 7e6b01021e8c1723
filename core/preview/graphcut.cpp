#include "core/preview/graphcut.h"

#include <algorithm>
#include <unordered_map>
#include <unordered_set>

namespace lathe {

static void collectReads(const onnx::GraphProto &graph, std::vector<std::string> &reads)
{
    for (const auto &node : graph.node())
        collectReads(node, reads);
    for (const auto &output : graph.output())
        reads.push_back(output.name());
}

namespace {

class Cutter {
public:
    Cutter(const onnx::GraphProto &graph, const std::set<std::string> &changing, bool everything)
        : m_graph(graph)
    {
        for (const auto &initializer : graph.initializer())
            m_constants.insert(initializer.name());
        for (const auto &initializer : graph.sparse_initializer())
            m_constants.insert(initializer.values().name());
        for (const auto &input : graph.input())
            if (!m_constants.contains(input.name()) && !changing.contains(input.name()))
                m_inputs.insert(input.name());
        follow(changing, everything);
    }

    GraphCut run()
    {
        GraphCut cut;
        const std::string output = m_graph.output_size() > 0 ? m_graph.output(0).name() : std::string();
        const auto last = m_producer.find(output);
        if (!m_ordered) {
            cut.obstacle = "its nodes are not stored in the order of their computation";
            return cut;
        }
        if (last == m_producer.end() || !m_changes[static_cast<size_t>(last->second)]) {
            cut.obstacle = "it does not reach the model's first output";
            return cut;
        }
        std::unordered_set<int> behind;
        collectBehind(last->second, behind, cut);
        std::unordered_set<int> before;
        for (const std::string &value : cut.values)
            collectBefore(m_producer.at(value), before);
        cut.behind.assign(behind.begin(), behind.end());
        cut.before.assign(before.begin(), before.end());
        std::ranges::sort(cut.behind);
        std::ranges::sort(cut.before);
        std::ranges::sort(cut.values);
        std::ranges::sort(cut.inputs);
        return cut;
    }

private:
    /// One pass in running order: what depends on inputs, what on the constants that change.
    void follow(const std::set<std::string> &changing, bool everything)
    {
        std::unordered_set<std::string> changed(changing.begin(), changing.end());
        std::unordered_set<std::string> live = m_inputs;
        std::unordered_set<std::string> met; // names read so far
        for (int n = 0; n < m_graph.node_size(); ++n) {
            std::vector<std::string> &reads = m_reads.emplace_back();
            collectReads(m_graph.node(n), reads);
            met.insert(reads.begin(), reads.end());
            const auto any = [&](const auto &set) {
                return std::ranges::any_of(reads,
                                           [&](const std::string &name) { return set.contains(name); });
            };
            const bool isLive = any(live);
            const bool changes = any(changed) || (everything && isLive);
            m_live.push_back(isLive);
            m_changes.push_back(changes);
            for (const std::string &value : m_graph.node(n).output()) {
                if (value.empty())
                    continue;
                m_producer[value] = n;
                m_ordered = m_ordered && !met.contains(value);
                if (isLive)
                    live.insert(value);
                if (changes)
                    changed.insert(value);
            }
        }
    }
    void collectBehind(int from, std::unordered_set<int> &behind, GraphCut &cut) const
    {
        std::unordered_set<std::string> met;
        std::vector<int> open = {from};
        while (!open.empty()) {
            const int node = open.back();
            open.pop_back();
            if (!behind.insert(node).second)
                continue;
            for (const std::string &name : m_reads[static_cast<size_t>(node)]) {
                if (!met.insert(name).second)
                    continue;
                const auto producer = m_producer.find(name);
                if (producer == m_producer.end()) {
                    if (m_inputs.contains(name))
                        cut.inputs.push_back(name);
                } else if (crosses(producer->second)) {
                    cut.values.push_back(name);
                } else {
                    open.push_back(producer->second);
                }
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
            for (const std::string &name : m_reads[static_cast<size_t>(node)])
                if (const auto producer = m_producer.find(name); producer != m_producer.end())
                    open.push_back(producer->second);
        }
    }

    const onnx::GraphProto &m_graph;
    std::unordered_set<std::string> m_constants, m_inputs;
    std::vector<std::vector<std::string>> m_reads; ///< by node
    std::vector<bool> m_live, m_changes;           ///< by node
    std::unordered_map<std::string, int> m_producer;
    bool m_ordered = true;
};

} // namespace

void collectReads(const onnx::NodeProto &node, std::vector<std::string> &reads)
{
    for (const std::string &name : node.input())
        if (!name.empty())
            reads.push_back(name);
    for (const auto &attribute : node.attribute()) {
        if (attribute.has_g())
            collectReads(attribute.g(), reads);
        for (const auto &graph : attribute.graphs())
            collectReads(graph, reads);
    }
}

GraphCut cutGraph(const onnx::GraphProto &graph, const std::set<std::string> &changing, bool everything)
{
    return Cutter(graph, changing, everything).run();
}

} // namespace lathe
