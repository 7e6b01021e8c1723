#pragma once
// Which ways values take through the main graph, and what all of them pass. Inside core/rewrite only.
#include "core/model/model.h"
#include "core/rewrite/growingtree.h"

#include <string_view>

namespace lathe {

class ValueFlow {
public:
    struct Value {
        std::string_view name;
        int maker = -1;           ///< node; -1: an input of the model
        std::vector<int> readers; ///< nodes, each once, also those that read it in their subgraphs
        bool isOutput = false;
        bool flows = false; ///< made of what is fed to the model, by more than its shape
        /// Equal for values of real numbers of the same type and shape, whatever the free dimensions are; -1:
        /// something else or not known.
        int kind = -1;
    };
    struct Node {
        std::vector<int> reads, gives; ///< values; no stored constants
        std::vector<size_t> layers;    ///< also those inside of its subgraphs
        int64_t macs = 0;              ///< of these and of products
        bool multiplies = false;       ///< a layer, or a product of computed values
        int position = 0;              ///< in running order
    };

    /// @throws Cancelled
    ValueFlow(const Model &model, const JobContext &ctx);

    const std::vector<Value> &values() const { return m_values; }
    const Value &value(int v) const { return m_values[static_cast<size_t>(v)]; }
    const std::vector<Node> &nodes() const { return m_nodes; }
    const Node &node(int n) const { return m_nodes[static_cast<size_t>(n)]; }
    int nodeOf(size_t layer) const { return m_nodeOfLayer[layer]; } ///< of the main graph
    /// In running order; inputs of the model first.
    int position(int value) const
    {
        const int maker = this->value(value).maker;
        return maker < 0 ? -1 : node(maker).position;
    }

    /// Vertices of the trees: values by their number, nodes behind them.
    int vertexOf(int node) const { return static_cast<int>(m_values.size()) + node; }
    bool isValue(int vertex) const { return vertex < static_cast<int>(m_values.size()); }
    /// Above a vertex stands what all ways from it to outputs of the model pass; what leads to none is not in
    /// it.
    const GrowingTree &after() const { return m_after; }
    /// Above a vertex stands what all ways of what is fed pass to come to it, shapes aside; what nothing
    /// flows to is not in it.
    const GrowingTree &before() const { return m_before; }

    /// Whether something flows from the value to the layer; from the layer to the value.
    bool leadsTo(int value, size_t layer) const { return has(m_layersAfter, value, layer); }
    bool comesFrom(int value, size_t layer) const { return has(m_layersBefore, value, layer); }

private:
    class Builder;
    /// Of sets of layers, one for each value.
    bool has(const std::vector<uint64_t> &sets, int value, size_t layer) const
    {
        return (sets[static_cast<size_t>(value) * m_words + layer / 64] >> (layer % 64) & 1) != 0;
    }

    std::vector<Value> m_values;
    std::vector<Node> m_nodes; ///< as in the graph
    std::vector<int> m_nodeOfLayer;
    GrowingTree m_after{0}, m_before{0};
    size_t m_words = 0; ///< of a set
    std::vector<uint64_t> m_layersAfter, m_layersBefore;
};

} // namespace lathe
