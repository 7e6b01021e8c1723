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
        for (int n = 0; n < graph.node_size(); ++n) {
            collectReads(graph.node(n), m_reads.emplace_back());
            for (const std::string &value : graph.node(n).output())
                if (!value.empty())
                    m_producer[value] = n;
        }
        sortNodes();
        follow(changing, everything);
    }

    GraphCut run()
    {
        GraphCut cut;
        const std::string output = m_graph.output_size() > 0 ? m_graph.output(0).name() : std::string();
        const auto last = m_producer.find(output);
        if (m_order.size() < m_reads.size()) {
            cut.obstacle = "its nodes wait for each other";
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
        for (const int node : m_order) {
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
    /// Not every file stores its nodes in running order; of one that does the order stays.
    void sortNodes()
    {
        std::vector<std::vector<int>> readers(m_reads.size());
        std::vector<size_t> waitsFor(m_reads.size());
        std::set<int> ready;
        for (size_t n = 0; n < m_reads.size(); ++n) {
            for (const std::string &name : m_reads[n])
                if (const auto from = m_producer.find(name);
                    from != m_producer.end() && from->second != static_cast<int>(n)) {
                    readers[static_cast<size_t>(from->second)].push_back(static_cast<int>(n));
                    ++waitsFor[n];
                }
            if (waitsFor[n] == 0)
                ready.insert(static_cast<int>(n));
        }
        while (!ready.empty()) {
            const int node = *ready.begin();
            ready.erase(ready.begin());
            m_order.push_back(node);
            for (const int reader : readers[static_cast<size_t>(node)])
                if (--waitsFor[static_cast<size_t>(reader)] == 0)
                    ready.insert(reader);
        }
    }
    /// One pass in running order: what depends on inputs, what on the constants that change.
    void follow(const std::set<std::string> &changing, bool everything)
    {
        std::unordered_set<std::string> changed(changing.begin(), changing.end());
        std::unordered_set<std::string> live = m_inputs;
        m_live.resize(m_reads.size());
        m_changes.resize(m_reads.size());
        for (const int n : m_order) {
            const auto node = static_cast<size_t>(n);
            const auto any = [&](const auto &set) {
                return std::ranges::any_of(m_reads[node],
                                           [&](const std::string &name) { return set.contains(name); });
            };
            m_live[node] = any(live);
            m_changes[node] = any(changed) || (everything && m_live[node]);
            for (const std::string &value : m_graph.node(n).output()) {
                if (value.empty())
                    continue;
                if (m_live[node])
                    live.insert(value);
                if (m_changes[node])
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
    std::vector<int> m_order; ///< nodes in running order; without those that wait for each other
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
