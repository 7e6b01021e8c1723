#include "core/rewrite/blocks.h"

#include "core/model/proto.h"
#include "core/onnx/graphview.h"
#include "core/rewrite/blockparts.h"

#include <algorithm>
#include <functional>
#include <iterator>
#include <map>
#include <queue>
#include <set>
#include <tuple>

namespace lathe {
namespace {

class Finder {
public:
    Finder(const Model &model, const JobContext &ctx)
        : m_model(model), m_ctx(ctx), m_flow(model, ctx), m_parts(model, m_flow)
    {
        findJoins();
        findSame();
        for (int v = 0; v < static_cast<int>(m_flow.values().size()); ++v)
            if (const int kind = m_flow.value(v).kind; kind >= 0) {
                m_ofKind.resize(std::max(m_ofKind.size(), static_cast<size_t>(kind) + 1));
                m_ofKind[static_cast<size_t>(kind)].push_back(v);
            }
    }

    Blocks run()
    {
        const size_t layers = m_model.layers().size();
        m_ofLayer.resize(layers);
        for (size_t layer = 0; layer < layers; ++layer)
            m_ofLayer[layer] = aroundBy(layer, [&] { return shortcutAround(layer); });
        const std::set<size_t> bodies = bodiesOfSeveral();
        addThoseThatServe(bodies);
        for (size_t layer = 0; layer < layers; ++layer)
            if (!m_ofLayer[layer] || bodies.contains(*m_ofLayer[layer]))
                if (const auto plain = aroundBy(layer, [&] { return plainAround(layer); }))
                    m_ofLayer[layer] = plain;
        return result();
    }

private:
    using Found = std::optional<size_t>; ///< in m_parts

    Found aroundBy(size_t layer, const std::function<Found()> &search) const
    {
        m_ctx.throwIfCancelled();
        return m_flow.after().has(m_flow.vertexOf(m_flow.nodeOf(layer))) ? search() : std::nullopt;
    }

    /// By vertex the nearest value that all ways to the outputs pass, itself included, in which something of
    /// its own shape comes together with something else.
    void findJoins()
    {
        const GrowingTree &after = m_flow.after();
        m_joins.assign(m_flow.values().size() + m_flow.nodes().size() + 1, after.root());
        const auto set = [&](int vertex, bool isJoin) {
            if (after.has(vertex))
                m_joins[static_cast<size_t>(vertex)] =
                    isJoin ? vertex : m_joins[static_cast<size_t>(after.parent(vertex))];
        };
        const std::vector<int> &order = m_model.content().view->order(0);
        for (const int n : std::vector<int>(order.rbegin(), order.rend())) {
            for (const int v : m_flow.node(n).gives)
                set(v, isJoin(v));
            set(m_flow.vertexOf(n), false);
        }
    }

    bool isJoin(int v) const
    {
        const ValueFlow::Node &maker = m_flow.node(m_flow.value(v).maker);
        const auto isSame = [&](int read) { return isLike(read, v); };
        return !maker.multiplies && std::ranges::any_of(maker.reads, isSame) &&
               std::ranges::count_if(maker.reads, [&](int read) { return m_flow.value(read).flows; }) > 1;
    }

    bool isLike(int a, int b) const
    {
        const ValueFlow::Value &first = m_flow.value(a), &second = m_flow.value(b);
        return first.kind >= 0 && first.kind == second.kind && first.flows && second.flows;
    }

    /// By value the nearest one of its shape that all that flows to it has passed.
    void findSame()
    {
        const GrowingTree &before = m_flow.before();
        const size_t vertices = m_flow.values().size() + m_flow.nodes().size();
        m_same.assign(m_flow.values().size(), -1);
        std::vector<std::vector<int>> below(vertices + 1);
        for (int vertex = 0; vertex < static_cast<int>(vertices); ++vertex)
            if (before.has(vertex))
                below[static_cast<size_t>(before.parent(vertex))].push_back(vertex);
        std::map<int, std::vector<int>> above; // by kind, on the way down to where the walk is
        std::vector<std::pair<int, bool>> walk{{before.root(), false}};
        while (!walk.empty()) {
            const auto [vertex, isDone] = walk.back();
            walk.pop_back();
            if (isDone) {
                above[m_flow.value(vertex).kind].pop_back();
                continue;
            }
            if (m_flow.isValue(vertex) && m_flow.value(vertex).kind >= 0) {
                std::vector<int> &same = above[m_flow.value(vertex).kind];
                m_same[static_cast<size_t>(vertex)] = same.empty() ? -1 : same.back();
                same.push_back(vertex);
                walk.emplace_back(vertex, true);
            }
            for (const int child : below[static_cast<size_t>(vertex)])
                walk.emplace_back(child, false);
        }
    }

    int above(int vertex) const { return m_flow.after().parent(vertex); }

    Found shortcutAround(size_t layer)
    {
        const auto join = [&](int vertex) { return m_joins[static_cast<size_t>(vertex)]; };
        for (int y = join(above(m_flow.vertexOf(m_flow.nodeOf(layer)))); y != m_flow.after().root();
             y = join(above(y)))
            if (const int x = startOfShortcut(layer, y); x >= 0)
                if (const size_t part = m_parts.between(x, y); m_parts[part].has(layer))
                    return part;
        return {};
    }

    /// The last value on a way to y, of values like y and past all that multiplies, that begins before the
    /// layer and does not come from it; -1: there is no such way.
    int startOfShortcut(size_t layer, int y) const
    {
        std::priority_queue<std::pair<int, int>> next;
        std::map<int, int> after; // by value the one that the way goes on to
        const auto goBack = [&](int to) {
            for (const int v : m_flow.node(m_flow.value(to).maker).reads)
                if (isLike(v, y) && after.emplace(v, to).second)
                    next.emplace(m_flow.position(v), v);
        };
        goBack(y);
        while (!next.empty()) {
            int v = next.top().second;
            next.pop();
            if (m_flow.leadsTo(v, layer)) {
                while (after.at(v) != y && !m_flow.comesFrom(after.at(v), layer))
                    v = after.at(v);
                return v;
            }
            if (!isTried(v, layer) && m_flow.value(v).maker >= 0 &&
                !m_flow.node(m_flow.value(v).maker).multiplies)
                goBack(v);
        }
        return -1;
    }

    /// What lies between it and the layer was looked at as something that comes together before.
    bool isTried(int value, size_t layer) const
    {
        return m_flow.comesFrom(value, layer) &&
               m_flow.after().isAtOrAbove(value, m_flow.vertexOf(m_flow.nodeOf(layer)));
    }

    /// Parts around which the shortcut leads past two or more others of the same shape: a whole network's.
    std::set<size_t> bodiesOfSeveral() const
    {
        const std::set<size_t> parts = found();
        std::map<int, int> outputs; // by node that gives them
        for (const size_t part : parts)
            outputs.emplace(m_flow.value(m_parts[part].y).maker, m_parts[part].y);
        std::set<size_t> bodies;
        for (const size_t body : parts) {
            const int y = m_parts[body].y;
            const auto isLikeIt = [&](int node) {
                const auto output = outputs.find(node);
                return output != outputs.end() && output->second != y && isLike(output->second, y);
            };
            if (std::ranges::count_if(m_parts[body].nodes, isLikeIt) > 1)
                bodies.insert(body);
        }
        return bodies;
    }

    Found plainAround(size_t layer)
    {
        const int node = m_flow.vertexOf(m_flow.nodeOf(layer));
        Found best;
        size_t passed = 1; // layers on the way, all of which go
        for (int y = above(node); y != m_flow.after().root(); y = above(y)) {
            if (!m_flow.isValue(y)) {
                passed += m_flow.node(y - m_flow.vertexOf(0)).layers.size();
                continue;
            }
            if (best && passed > m_parts[*best].layers.size())
                break;
            const int x = m_same[static_cast<size_t>(y)];
            if (x < 0 || !m_flow.before().isAtOrAbove(x, node))
                continue;
            const size_t part = m_parts.between(x, y);
            if (m_parts[part].has(layer) && readsOnlyItsInput(m_parts[part]) &&
                (!best || isSmaller(m_parts[part], m_parts[*best])))
                best = part;
        }
        return best ? std::optional(withWhatFollows(*best)) : std::nullopt;
    }

    bool readsOnlyItsInput(const BlockPart &part) const
    {
        const std::set<int> nodes(part.nodes.begin(), part.nodes.end());
        return std::ranges::all_of(part.nodes, [&](int n) {
            return std::ranges::all_of(m_flow.node(n).reads, [&](int v) {
                return v == part.x || !m_flow.value(v).flows || nodes.contains(m_flow.value(v).maker);
            });
        });
    }

    /// Of equal ones what comes later, so that a layer rather begins its block.
    bool isSmaller(const BlockPart &a, const BlockPart &b) const
    {
        return a.size() != b.size() ? a.size() < b.size() : m_flow.position(a.x) > m_flow.position(b.x);
    }

    /// Up to the last value of the same shape that is made of the output alone and multiplies nothing more: a
    /// normalization suits what was before it.
    size_t withWhatFollows(size_t part)
    {
        const int x = m_parts[part].x, first = m_parts[part].y;
        for (int y = above(first); y != m_flow.after().root(); y = above(y)) {
            if (!m_flow.isValue(y)) {
                if (m_flow.node(y - m_flow.vertexOf(0)).multiplies)
                    break;
                continue;
            }
            if (!isLike(x, y))
                continue;
            if (!m_flow.before().isAtOrAbove(first, y))
                break;
            const size_t wider = m_parts.between(x, y);
            if (m_parts[wider].products != m_parts[part].products)
                break;
            part = wider;
        }
        return part;
    }

    /// Layers around which nothing leads that go with a part all the same: they work for it alone on
    /// something else (keys and values of what is attended to).
    void addThoseThatServe(const std::set<size_t> &bodies)
    {
        std::vector<size_t> parts;
        std::ranges::set_difference(found(), bodies, std::back_inserter(parts));
        std::ranges::sort(parts, {}, [this](size_t part) { return m_parts[part].size(); });
        for (const size_t part : parts)
            for (const size_t layer : m_parts[part].layers)
                if (!m_ofLayer[layer])
                    m_ofLayer[layer] = part;
    }

    std::set<size_t> found() const
    {
        std::set<size_t> parts;
        for (const Found &part : m_ofLayer)
            if (part)
                parts.insert(*part);
        return parts;
    }

    Message obstacle(size_t layer) const
    {
        const int node = m_flow.nodeOf(layer);
        if (!m_flow.after().has(m_flow.vertexOf(node)))
            return Message::tr("no output of the model depends on it");
        const int given = m_flow.node(node).gives.front();
        if (m_flow.value(given).kind < 0)
            return Message::tr("the shape of its output is known only when the model runs");
        const std::vector<int> &alike = m_ofKind[static_cast<size_t>(m_flow.value(given).kind)];
        if (std::ranges::any_of(alike, [&](int v) { return m_flow.leadsTo(v, layer); }))
            return Message::tr("what has the shape of its output before it is passed by on other ways");
        return Message::tr("its output has another shape than anything before it");
    }

    Blocks result() const
    {
        std::set<std::tuple<size_t, size_t, size_t>> sorted; // first layer, layers, part
        for (const auto &part : m_ofLayer)
            if (part)
                sorted.emplace(m_parts[*part].layers.front(), m_parts[*part].layers.size(), *part);
        Blocks blocks{.blocks = {}, .ofLayer = {}, .obstacles = std::vector<Message>(m_ofLayer.size())};
        std::map<size_t, size_t> numbers;
        for (const auto &[first, count, part] : sorted) {
            numbers.emplace(part, blocks.blocks.size());
            blocks.blocks.push_back(m_parts.describe(part));
        }
        for (size_t layer = 0; layer < m_ofLayer.size(); ++layer) {
            const Found &part = m_ofLayer[layer];
            blocks.ofLayer.push_back(part ? std::optional(numbers.at(*part)) : std::nullopt);
            if (!part)
                blocks.obstacles[layer] = obstacle(layer);
        }
        return blocks;
    }

    const Model &m_model;
    const JobContext &m_ctx;
    ValueFlow m_flow;
    std::vector<int> m_joins;               ///< by vertex
    std::vector<int> m_same;                ///< by value
    std::vector<std::vector<int>> m_ofKind; ///< values
    BlockParts m_parts;
    std::vector<Found> m_ofLayer;
};

} // namespace

Blocks skippableBlocks(const Model &model, const JobContext &ctx)
{
    return Finder(model, ctx).run();
}

} // namespace lathe
