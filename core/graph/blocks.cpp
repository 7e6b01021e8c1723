#include "core/graph/blocks.h"

#include "core/graph/sequences.h"

#include <algorithm>

namespace lathe {
namespace {

constexpr int shortestNamed = 3;     // nodes of a block found by name
constexpr int shortestSearched = 6;  // nodes among which repeats are looked for
constexpr size_t deepestPath = 32;   // modules inside of each other
constexpr size_t longestName = 1000; // names beyond it say nothing about modules

using Path = std::vector<std::string_view>;

/// The modules that a node stands in by its name: "/encoder/layer.0/attn/MatMul" in three.
Path pathOf(const GraphNode &node)
{
    Path path;
    if (node.kind != GraphNode::Kind::Operator || node.name.size() > longestName)
        return path;
    std::string_view rest = node.name;
    const char separator = rest.find('/') != std::string_view::npos ? '/' : '.';
    while (path.size() < deepestPath) {
        const size_t at = rest.find(separator);
        if (at == std::string_view::npos)
            break; // what is left is the node's own name
        if (at > 0)
            path.push_back(rest.substr(0, at));
        rest.remove_prefix(at + 1);
    }
    return path;
}

class Finder {
public:
    Finder(const ModelGraph &graph, const JobContext &ctx) : m_graph(graph), m_ctx(ctx), m_sequences(graph)
    {
        for (const GraphNode &node : graph.nodes)
            m_paths.push_back(pathOf(node));
    }

    std::vector<GraphBlock> run()
    {
        int first = 0, last = static_cast<int>(m_graph.nodes.size());
        const auto isOperator = [this](int i) {
            return m_graph.nodes[static_cast<size_t>(i)].kind == GraphNode::Kind::Operator;
        };
        while (first < last && !isOperator(first))
            ++first;
        while (last > first && !isOperator(last - 1))
            --last;
        divide(first, last, 0, -1, true);
        return std::move(m_blocks);
    }

private:
    /// A stretch of nodes, as a block or as they are.
    struct Part {
        int first, last;
        bool block;
    };

    std::string_view component(int node, size_t depth) const
    {
        const Path &path = m_paths[static_cast<size_t>(node)];
        return depth < path.size() ? path[depth] : std::string_view();
    }

    /// Stretches of one module each; a node or two without a module between two of it belong to it.
    std::vector<Part> byName(int first, int last, size_t depth) const
    {
        std::vector<Part> parts;
        for (int i = first; i < last;) {
            const std::string_view name = component(i, depth);
            int end = i + 1;
            for (int next = end; !name.empty() && next < last && next <= end + 2; ++next)
                if (component(next, depth) == name)
                    end = next + 1;
                else if (!m_paths[static_cast<size_t>(next)].empty())
                    break;
            const bool block = !name.empty() && end - i >= shortestNamed;
            if (block || parts.empty() || parts.back().block)
                parts.push_back({i, end, block});
            else
                parts.back().last = end;
            i = end;
        }
        return parts;
    }

    int add(int first, int last, int parent)
    {
        const int index = static_cast<int>(m_blocks.size());
        m_blocks.push_back({.first = first, .last = last, .parent = parent});
        if (parent >= 0)
            m_blocks[static_cast<size_t>(parent)].children.push_back(index);
        m_blocks.back().kind = kindOf(first, last);
        return index;
    }
    int addRun(int first, int length, int repeats, int parent)
    {
        const int run = add(first, first + length * repeats, parent);
        m_blocks[static_cast<size_t>(run)].repeats = repeats;
        m_blocks[static_cast<size_t>(run)].kind = kindOf(first, first + length);
        return run;
    }

    /// @param search whether parts without names may repeat: not inside of what was found as a repeat
    void divide(int first, int last, size_t depth, int parent, bool search)
    {
        m_ctx.throwIfCancelled();
        if (depth > deepestPath)
            return;
        const std::vector<Part> parts = byName(first, last, depth);
        if (parts.size() == 1 && parts.front().block) { // one module around all of it says nothing
            divide(first, last, depth + 1, parent, search);
            return;
        }
        for (size_t i = 0; i < parts.size();) {
            const Part &part = parts[i];
            if (!part.block) {
                if (search && part.last - part.first >= shortestSearched)
                    addRepeats(part, parent);
                ++i;
                continue;
            }
            const int length = part.last - part.first;
            size_t same = i + 1;
            while (same < parts.size() && parts[same].block &&
                   parts[same].last - parts[same].first == length &&
                   m_sequences.equal(part.first, parts[same].first, length))
                ++same;
            const int repeats = static_cast<int>(same - i);
            const int around = repeats > 1 ? addRun(part.first, length, repeats, parent) : parent;
            for (; i < same; ++i)
                addNamed(parts[i], depth, around, search);
        }
    }
    void addNamed(const Part &part, size_t depth, int parent, bool search)
    {
        const int block = add(part.first, part.last, parent);
        std::string name;
        const Path &path = m_paths[static_cast<size_t>(part.first)];
        for (size_t i = 0; i <= depth; ++i)
            name += (i > 0 ? "/" : "") + std::string(path[i]);
        m_blocks[static_cast<size_t>(block)].name = name;
        divide(part.first, part.last, depth + 1, block, search);
    }
    void addRepeats(const Part &part, int parent)
    {
        for (const Stretch &s : m_sequences.find(part.first, part.last, m_ctx)) {
            const int around = s.repeats > 1 ? addRun(s.first, s.length, s.repeats, parent) : parent;
            for (int i = 0; i < s.repeats && s.length >= shortestNamed; ++i)
                add(s.first + i * s.length, s.first + (i + 1) * s.length, around);
        }
    }

    GraphBlock::Kind kindOf(int first, int last) const
    {
        bool softmax = false, sum = false, join = false, depthwise = false;
        int products = 0;
        for (int i = first; i < last; ++i) {
            const GraphNode &node = m_graph.nodes[static_cast<size_t>(i)];
            const size_t inputs = m_graph.incoming[static_cast<size_t>(i)].size();
            softmax = softmax || node.op == "Softmax";
            depthwise = depthwise || node.depthwise;
            products += node.op.find("MatMul") != std::string::npos && inputs > 1 ? 1 : 0;
            sum = sum || (node.op == "Add" && inputs > 1);
            join = join || (node.op == "Concat" && inputs > 1);
        }
        using enum GraphBlock::Kind;
        if (softmax && products > 0)
            return Attention;
        if (sum)
            return depthwise ? InvertedResidual : Residual;
        return depthwise ? Depthwise : join ? Branches : Plain;
    }

    const ModelGraph &m_graph;
    const JobContext &m_ctx;
    Sequences m_sequences;
    std::vector<Path> m_paths;
    std::vector<GraphBlock> m_blocks;
};

} // namespace

std::vector<GraphBlock> findBlocks(const ModelGraph &graph, const JobContext &ctx)
{
    return Finder(graph, ctx).run();
}

} // namespace lathe
