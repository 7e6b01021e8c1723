#include "core/rewrite/valueflow.h"

#include "core/model/proto.h"
#include "core/onnx/valuetypes.h"
#include "core/shapes/shapeinference.h"

#include <algorithm>
#include <map>
#include <optional>
#include <span>
#include <tuple>

namespace lathe {
namespace {

/// Lengths that divide and multiply by two as those of images do, another one for each symbol: with them and
/// with ones two shapes are hardly ever the same that are not.
class TellingLengths {
public:
    int64_t operator()(const std::string &symbol)
    {
        if (symbol.empty())
            return next();
        const auto [at, isNew] = m_lengths.try_emplace(symbol, 0);
        if (isNew)
            at->second = next();
        return at->second;
    }

private:
    int64_t next() { return halvings * (m_next += 2); }
    static constexpr int64_t halvings = 32;
    int64_t m_next = 1;
    std::map<std::string, int64_t> m_lengths;
};

} // namespace

class ValueFlow::Builder {
public:
    Builder(const Model &model, ValueFlow &flow, const JobContext &ctx)
        : m_model(model), m_content(model.content()), m_graph(m_content.proto.graph()),
          m_order(m_content.view->order(0)), m_ctx(ctx), m_flow(flow)
    {
    }

    void run()
    {
        addNodes();
        addLayers();
        m_ctx.throwIfCancelled();
        describeValues();
        m_ctx.throwIfCancelled();
        growAfter();
        growBefore();
        spreadLayers();
    }

private:
    Value &value(int v) { return m_flow.m_values[static_cast<size_t>(v)]; }
    Node &node(int n) { return m_flow.m_nodes[static_cast<size_t>(n)]; }

    void add(std::string_view name, int maker)
    {
        const int v = static_cast<int>(m_flow.m_values.size());
        if (name.empty() || !m_numbers.emplace(name, v).second)
            return;
        m_flow.m_values.push_back({.name = name, .maker = maker, .readers = {}});
        if (maker >= 0)
            node(maker).gives.push_back(v);
    }

    void addNodes()
    {
        m_flow.m_nodes.resize(static_cast<size_t>(m_graph.node_size()));
        for (const ValueInfo &input : m_model.inputs())
            add(input.name, -1);
        for (size_t i = 0; i < m_order.size(); ++i) {
            const int n = m_order[i];
            node(n).position = static_cast<int>(i);
            for (const std::string &output : m_graph.node(n).output())
                add(output, n);
        }
        for (const int n : m_order)
            for (const GraphView::Read &read : m_content.view->reads({0, n}))
                if (const auto known = m_numbers.find(read.name); known != m_numbers.end()) {
                    node(n).reads.push_back(known->second);
                    value(known->second).readers.push_back(n);
                }
        for (const auto &output : m_graph.output())
            if (const auto known = m_numbers.find(output.name()); known != m_numbers.end())
                value(known->second).isOutput = true;
    }

    int nodeAround(const LayerSite &site) const
    {
        NodeRef ref{site.graph, site.node};
        while (ref.graph != 0)
            ref = m_content.index->owner(ref.graph);
        return ref.node;
    }

    void addLayers()
    {
        for (size_t i = 0; i < m_content.layers.size(); ++i) {
            const int n = nodeAround(m_content.sites[i]);
            m_flow.m_nodeOfLayer.push_back(n);
            node(n).layers.push_back(i);
            node(n).macs += m_content.layers[i].macs.value_or(0);
            node(n).multiplies = true;
        }
        for (const OtherProduct &product : m_content.products) {
            const int n = nodeAround(product.site);
            node(n).macs += product.macs.value_or(0);
            node(n).multiplies = true;
        }
    }

    void describeValues()
    {
        const InferredValues known = inferValues(m_content.proto, *m_content.view, m_content.externalFiles);
        const ValueShapes others =
            inferShapes(m_content.proto, *m_content.view, m_content.externalFiles, TellingLengths());
        const ValueTypes types = valueTypes(*m_content.view);
        std::map<std::tuple<ElementType, Shape, Shape>, int> kinds;
        for (Value &v : m_flow.m_values) {
            const std::string name(v.name);
            const auto type = types.find(v.name);
            const auto shape = known.shapes.find(name), other = others.find(name);
            if (type != types.end() && isFloat(type->second) && shape != known.shapes.end() &&
                other != others.end())
                v.kind = kinds
                             .try_emplace({type->second, shape->second, other->second},
                                          static_cast<int>(kinds.size()))
                             .first->second;
            v.flows = v.maker < 0;
        }
        for (const int n : m_order) {
            const bool flows = std::ranges::any_of(node(n).reads, [&](int v) { return value(v).flows; });
            for (const int v : node(n).gives)
                value(v).flows = flows && !known.numbers.contains(std::string(value(v).name));
        }
    }

    /// The common one of those that are in the tree.
    static std::optional<int> common(const GrowingTree &tree, std::optional<int> all, int vertex)
    {
        if (!tree.has(vertex))
            return all;
        return all ? tree.common(*all, vertex) : vertex;
    }

    void growAfter()
    {
        GrowingTree &tree = m_flow.m_after = GrowingTree(m_flow.m_values.size() + m_flow.m_nodes.size());
        const auto addValue = [&](int v) {
            std::optional<int> all = value(v).isOutput ? std::optional(tree.root()) : std::nullopt;
            for (const int reader : value(v).readers)
                all = common(tree, all, m_flow.vertexOf(reader));
            if (all)
                tree.add(v, *all);
        };
        for (auto n = m_order.rbegin(); n != m_order.rend(); ++n) {
            std::optional<int> all;
            for (const int v : node(*n).gives) {
                addValue(v);
                all = common(tree, all, v);
            }
            if (all)
                tree.add(m_flow.vertexOf(*n), *all);
        }
        forEachInput(addValue);
    }

    void growBefore()
    {
        GrowingTree &tree = m_flow.m_before = GrowingTree(m_flow.m_values.size() + m_flow.m_nodes.size());
        forEachInput([&](int v) { tree.add(v, tree.root()); });
        for (const int n : m_order) {
            std::optional<int> all;
            for (const int v : node(n).reads)
                all = common(tree, all, v);
            if (!all)
                continue;
            tree.add(m_flow.vertexOf(n), *all);
            for (const int v : node(n).gives)
                if (value(v).flows)
                    tree.add(v, m_flow.vertexOf(n));
        }
    }

    template <class Visit>
    void forEachInput(const Visit &visit)
    {
        for (size_t v = 0; v < m_flow.m_values.size(); ++v)
            if (m_flow.m_values[v].maker < 0)
                visit(static_cast<int>(v));
    }

    using Set = std::span<uint64_t>;
    Set set(std::vector<uint64_t> &sets, int v) const
    {
        return Set(sets).subspan(static_cast<size_t>(v) * m_flow.m_words, m_flow.m_words);
    }
    static void unite(Set all, Set other)
    {
        for (size_t i = 0; i < all.size(); ++i)
            all[i] |= other[i];
    }
    void addOwn(Set all, int n)
    {
        for (const size_t layer : node(n).layers)
            all[layer / 64] |= uint64_t{1} << (layer % 64);
    }

    void spreadLayers()
    {
        m_flow.m_words = m_content.layers.size() / 64 + 1;
        m_flow.m_layersAfter.resize(m_flow.m_values.size() * m_flow.m_words);
        m_flow.m_layersBefore.resize(m_flow.m_values.size() * m_flow.m_words);
        std::vector<uint64_t> own(m_flow.m_words);
        const auto spread = [&](int n, std::vector<uint64_t> &sets, const std::vector<int> &from,
                                const std::vector<int> &to) {
            std::ranges::fill(own, 0);
            addOwn(own, n);
            for (const int v : from)
                if (value(v).flows)
                    unite(own, set(sets, v));
            for (const int v : to)
                if (value(v).flows)
                    unite(set(sets, v), own);
        };
        for (const int n : m_order)
            spread(n, m_flow.m_layersBefore, node(n).reads, node(n).gives);
        for (auto n = m_order.rbegin(); n != m_order.rend(); ++n)
            spread(*n, m_flow.m_layersAfter, node(*n).gives, node(*n).reads);
    }

    const Model &m_model;
    const Model::Content &m_content;
    const onnx::GraphProto &m_graph;
    const std::vector<int> &m_order;
    const JobContext &m_ctx;
    ValueFlow &m_flow;
    std::unordered_map<std::string_view, int> m_numbers; ///< of values by name
};

ValueFlow::ValueFlow(const Model &model, const JobContext &ctx)
{
    Builder(model, *this, ctx).run();
}

} // namespace lathe
