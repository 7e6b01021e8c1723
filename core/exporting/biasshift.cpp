#include "core/exporting/biasshift.h"

#include <algorithm>

namespace lathe {
namespace {

constexpr int64_t broadcastingOpset = 7; ///< Add takes operands of different shapes from here on

bool hasReshape(const WeightLayout &layout)
{
    return std::any_of(layout.steps.begin(), layout.steps.end(),
                       [](const LayoutStep &step) { return step.kind == LayoutStep::Kind::Reshape; });
}

/// One or two dimensions as two.
std::pair<int64_t, int64_t> asMatrix(const Shape &shape)
{
    const size_t rank = shape.size();
    return {rank > 1 ? shape[rank - 2] : 1, rank > 0 ? shape[rank - 1] : 1};
}

/// factor * a + b, each spread over the larger of both shapes of at most two dimensions.
Tensor weightedSum(double factor, const Tensor &a, const Shape &shiftShape, const Vector &b)
{
    const std::vector<float> x = toFloats(a);
    const auto [aRows, aCols] = asMatrix(a.shape);
    const auto [bRows, bCols] = asMatrix(shiftShape);
    const int64_t rows = std::max(aRows, bRows);
    const int64_t cols = std::max(aCols, bCols);
    std::vector<float> sum;
    sum.reserve(static_cast<size_t>(rows * cols));
    for (int64_t r = 0; r < rows; ++r)
        for (int64_t c = 0; c < cols; ++c) {
            const int64_t i = (aRows > 1 ? r : 0) * aCols + (aCols > 1 ? c : 0);
            const int64_t j = (bRows > 1 ? r : 0) * bCols + (bCols > 1 ? c : 0);
            sum.push_back(static_cast<float>(factor * static_cast<double>(x[static_cast<size_t>(i)]) +
                                             static_cast<double>(b[j])));
        }
    const bool isRow = a.shape.size() < 2 && shiftShape.size() < 2;
    return fromFloats(a.type, isRow ? Shape{cols} : Shape{rows, cols}, sum);
}

class Corrector {
public:
    Corrector(const SourceGraph &graph, size_t layer, const Vector &shift, const Tensor *bias)
        : m_graph(graph), m_layer(graph.source().layers()[layer]), m_shift(shift), m_replaced(bias),
          m_site(graph.source().content().sites[layer]), m_type(graph.computeType(layer)),
          m_name(graph.layerPrefix(layer) + biasSuffix)
    {
        m_result.node = graph.node(layer);
    }

    BiasedNode run()
    {
        if (m_shift.size() == 0)
            return std::move(m_result);
        switch (m_layer.kind) {
        case LayerKind::Conv:
        case LayerKind::ConvTranspose:
            intoBias(1.0F, {m_layer.rows});
            break;
        case LayerKind::Gemm:
            gemm();
            break;
        case LayerKind::MatMul:
            matMul();
            break;
        case LayerKind::Embedding:
        case LayerKind::Lstm:
        case LayerKind::Gru:
            m_result.obstacle = Message::tr("its outputs are not its rows");
        }
        return std::move(m_result);
    }

private:
    void gemm()
    {
        const Shape shape = m_site.input == 1 ? Shape{m_layer.rows} : Shape{m_layer.rows, 1};
        const auto *beta = findAttribute(m_result.node, "beta");
        intoBias(beta ? beta->f() : 1.0F, shape);
        if (m_result.bias.empty() || m_graph.target().opset >= broadcastingOpset)
            return;
        removeAttribute("broadcast");
        onnx::AttributeProto &broadcast = *m_result.node.add_attribute();
        broadcast.set_name("broadcast");
        broadcast.set_type(onnx::AttributeProto::INT);
        broadcast.set_i(1);
    }

    /// @param beta by which the node multiplies its bias.
    void intoBias(float beta, const Shape &shape)
    {
        onnx::NodeProto &node = m_result.node;
        const std::string old =
            node.input_size() > biasInput && beta != 0.0F ? node.input(biasInput) : std::string();
        if (old.empty()) {
            setBias(shiftTensor(shape));
        } else if (const std::optional<Tensor> values =
                       m_replaced ? *m_replaced : m_graph.constantValue(old, m_site.graph)) {
            setBias(weightedSum(static_cast<double>(beta), *values, shape, m_shift));
            if (m_graph.isReadOnce(old, m_site.graph))
                m_result.gone.push_back({old, m_graph.constantCalled(old, m_site.graph)});
        } else {
            addToComputed(old, beta, shape);
            return;
        }
        removeAttribute("beta"); // it is in the constant now
    }

    Tensor shiftTensor(const Shape &shape, float divisor = 1.0F) const
    {
        const Vector values = m_shift / divisor;
        return fromFloats(m_type, shape, {values.data(), static_cast<size_t>(values.size())});
    }

    void setBias(const Tensor &bias)
    {
        store(bias);
        giveBias(m_name);
    }

    void giveBias(const std::string &name)
    {
        onnx::NodeProto &node = m_result.node;
        while (node.input_size() <= biasInput)
            node.add_input("");
        node.set_input(biasInput, name);
    }

    void addToComputed(const std::string &old, float beta, const Shape &shape)
    {
        if (m_layer.kind == LayerKind::Gemm && m_graph.target().opset < broadcastingOpset) {
            m_result.obstacle =
                Message::tr("its bias is computed, and operators of this opset cannot add to it");
            return;
        }
        store(shiftTensor(shape, beta));
        m_result.before.push_back(makeNode("Add", {old, m_name}, m_name + ".0"));
        giveBias(m_name + ".0");
    }

    void matMul()
    {
        const bool left = m_site.input == 0;
        if (m_layer.weightShape.size() != 2 || hasReshape(m_layer.layout))
            m_result.obstacle = Message::tr("its constant holds several matrices");
        else if (m_graph.target().opset < broadcastingOpset)
            m_result.obstacle = Message::tr("Add spreads a constant over rows from opset 7 on only");
        else if (left && m_layer.outputShape.empty())
            m_result.obstacle = Message::tr("the shape of its output is not known");
        if (!m_result.obstacle.empty())
            return;
        const bool column = left && m_layer.outputShape.size() > 1;
        store(shiftTensor(column ? Shape{m_layer.rows, 1} : Shape{m_layer.rows}));
        onnx::NodeProto &node = m_result.node;
        const std::string product = m_name + ".0";
        m_result.after.push_back(makeNode("Add", {product, m_name}, node.output(0)));
        node.set_output(0, product);
    }

    void store(const Tensor &tensor)
    {
        m_result.constants.constants.push_back(makeTensorProto(m_name, tensor));
        m_result.bias = m_name;
    }

    void removeAttribute(std::string_view name)
    {
        auto &attributes = *m_result.node.mutable_attribute();
        for (int i = attributes.size(); i-- > 0;)
            if (attributes[i].name() == name)
                attributes.DeleteSubrange(i, 1);
    }

    const SourceGraph &m_graph;
    const Layer &m_layer;
    const Vector &m_shift;
    const Tensor *m_replaced;
    const LayerSite &m_site;
    ElementType m_type;
    std::string m_name;
    BiasedNode m_result;
};

} // namespace

BiasedNode withBias(const SourceGraph &graph, size_t layer, const Vector &shift, const Tensor *bias)
{
    return Corrector(graph, layer, shift, bias).run();
}

} // namespace lathe
