#include "core/exporting/factorize.h"

#include <algorithm>

namespace lathe {
namespace {

constexpr int64_t optionalBiasOpset = 11; ///< Gemm's C may be left out from here on

bool keepsMatrix(const std::string &op)
{
    return op == "Identity" || op == "Transpose";
}

WeightLayout reshaped(const Shape &from, Index rows, Index cols)
{
    const Shape to{rows, cols};
    return from == to ? WeightLayout{} : WeightLayout{{{LayoutStep::Kind::Reshape, from, to, {}}}};
}

WeightLayout swapped(const Shape &from)
{
    return {{{LayoutStep::Kind::Transpose, from, {from[1], from[0]}, {1, 0}}}};
}

class Splitter {
public:
    Splitter(const SourceGraph &graph, size_t layer, Index rank)
        : m_layer(graph.source().layers()[layer]), m_node(graph.node(layer)), m_target(graph.target()),
          m_rank(rank), m_input(graph.source().content().sites[layer].input)
    {
        const std::string prefix = graph.layerPrefix(layer);
        m_between = prefix + 'T';
        m_result.right = slot(prefix + 'A');
        m_result.left = slot(prefix + 'B');
    }

    TwoNodes conv()
    {
        Shape right{m_rank, m_layer.cols / elementCount(m_layer.kernel)};
        Shape left{m_layer.rows, m_rank};
        right.insert(right.end(), m_layer.kernel.begin(), m_layer.kernel.end());
        left.insert(left.end(), m_layer.kernel.size(), 1);
        place(m_result.right, right, reshaped(right, m_rank, m_layer.cols));
        place(m_result.left, left, reshaped(left, m_layer.rows, m_rank));
        onnx::NodeProto first = m_node; // with the strides, pads, dilations of the original
        first.clear_input();
        finish(first, {m_node.input(0), m_result.right.name}, m_between);
        std::vector<std::string> inputs{m_between, m_result.left.name};
        if (m_node.input_size() > 2)
            inputs.push_back(m_node.input(2));
        onnx::NodeProto second = fresh("Conv");
        onnx::AttributeProto *kernel = second.add_attribute(); // could be left out, but OpenCV wants it
        kernel->set_name("kernel_shape");
        kernel->set_type(onnx::AttributeProto::INTS);
        kernel->mutable_ints()->Resize(static_cast<int>(m_layer.kernel.size()), 1);
        finish(second, inputs, m_node.output(0));
        return std::move(m_result);
    }

    TwoNodes matMul()
    {
        if (m_input == 1) {
            placeSwapped(m_result.right, m_rank, m_layer.cols);
            placeSwapped(m_result.left, m_layer.rows, m_rank);
            finish(fresh("MatMul"), {m_node.input(0), m_result.right.name}, m_between);
            finish(fresh("MatMul"), {m_between, m_result.left.name}, m_node.output(0));
        } else {
            place(m_result.right, {m_rank, m_layer.cols}, {});
            place(m_result.left, {m_layer.rows, m_rank}, {});
            finish(fresh("MatMul"), {m_result.right.name, m_node.input(1)}, m_between);
            finish(fresh("MatMul"), {m_result.left.name, m_between}, m_node.output(0));
        }
        return std::move(m_result);
    }

    TwoNodes gemm()
    {
        firstOfGemm();
        place(m_result.left, {m_layer.rows, m_rank}, {});
        onnx::NodeProto second = fresh("Gemm");
        for (const char *name : {"alpha", "beta", "broadcast"})
            if (const auto *attribute = findAttribute(m_node, name))
                *second.add_attribute() = *attribute;
        if (m_input == 1)
            setFlag(second, "transB");
        std::vector<std::string> inputs{m_between, m_result.left.name};
        if (m_input == 0)
            std::swap(inputs[0], inputs[1]);
        if (m_node.input_size() > 2)
            inputs.push_back(m_node.input(2));
        finish(second, inputs, m_node.output(0));
        return std::move(m_result);
    }

private:
    WeightSlot slot(const std::string &name) const
    {
        WeightSlot result;
        result.name = name;
        result.prefix = name;
        result.type = m_layer.weightType;
        return result;
    }
    static void place(WeightSlot &slot, const Shape &shape, const WeightLayout &layout)
    {
        slot.shape = shape;
        slot.layout = layout;
    }
    static void placeSwapped(WeightSlot &slot, Index rows, Index cols)
    {
        const Shape shape{cols, rows};
        place(slot, shape, swapped(shape));
    }
    onnx::NodeProto fresh(const char *op) const
    {
        onnx::NodeProto node;
        node.set_domain(m_node.domain());
        if (m_node.domain().empty())
            node.clear_domain();
        node.set_op_type(op);
        return node;
    }
    static void setFlag(onnx::NodeProto &node, const char *name)
    {
        onnx::AttributeProto *attribute = node.add_attribute();
        attribute->set_name(name);
        attribute->set_type(onnx::AttributeProto::INT);
        attribute->set_i(1);
    }
    /// The product of `right` with what is fed, on the side and in the transposition of the original.
    void firstOfGemm()
    {
        const bool dataSwapped = intAttribute(m_node, m_input == 1 ? "transA" : "transB", 0) != 0;
        const bool asProduct = m_target.opset < optionalBiasOpset && !dataSwapped;
        if (asProduct && m_input == 1)
            placeSwapped(m_result.right, m_rank, m_layer.cols);
        else
            place(m_result.right, {m_rank, m_layer.cols}, {});
        onnx::NodeProto first = fresh(asProduct ? "MatMul" : "Gemm");
        if (!asProduct && dataSwapped)
            setFlag(first, m_input == 1 ? "transA" : "transB");
        if (!asProduct && m_input == 1)
            setFlag(first, "transB");
        std::vector<std::string> inputs{m_node.input(0), m_result.right.name};
        if (m_input == 0)
            inputs = {m_result.right.name, m_node.input(1)};
        if (!asProduct && m_target.opset < optionalBiasOpset)
            inputs.push_back(zeroBias());
        finish(first, inputs, m_between);
    }
    std::string zeroBias()
    {
        FragmentBuilder builder(m_target, {});
        const std::string key = "C" + std::to_string(static_cast<int>(m_layer.weightType));
        const std::string name = builder.shared(key, makeTensor(m_layer.weightType, {1}));
        m_result.extra = builder.take();
        return name;
    }
    /// The first node is the layer's "reduce", the second one goes by its name.
    void finish(onnx::NodeProto node, const std::vector<std::string> &inputs, const std::string &output)
    {
        const bool isFirst = m_result.nodes.empty();
        node.clear_output();
        for (const std::string &input : inputs)
            node.add_input(input);
        node.add_output(output);
        if (!m_node.name().empty())
            node.set_name(isFirst ? m_node.name() + ".reduce" : m_node.name());
        m_result.nodes.push_back(std::move(node));
    }

    const Layer &m_layer;
    const onnx::NodeProto &m_node;
    const ExportTarget &m_target;
    Index m_rank;
    int m_input;
    std::string m_between;
    TwoNodes m_result;
};

} // namespace

bool canRunAsTwoNodes(const SourceGraph &graph, size_t layer)
{
    const Layer &l = graph.source().layers()[layer];
    const bool hasForm = (l.kind == LayerKind::Conv && l.groups == 1) || l.kind == LayerKind::Gemm ||
                         (l.kind == LayerKind::MatMul && l.weightShape.size() == 2);
    if (!hasForm)
        return false;
    const std::optional<std::vector<NodeRef>> way = graph.ownWay(layer);
    const GraphIndex &index = *graph.source().content().index;
    return way && std::all_of(way->begin(), way->end(), [&](NodeRef ref) {
               const std::string &op = index.node(ref).op_type();
               return keepsMatrix(op) || (l.kind != LayerKind::MatMul && op == "Reshape");
           });
}

TwoNodes twoNodes(const SourceGraph &graph, size_t layer, Index rank)
{
    Splitter splitter(graph, layer, rank);
    switch (graph.source().layers()[layer].kind) {
    case LayerKind::Conv:
        return splitter.conv();
    case LayerKind::Gemm:
        return splitter.gemm();
    case LayerKind::MatMul:
        return splitter.matMul();
    case LayerKind::ConvTranspose:
    case LayerKind::Embedding:
    case LayerKind::Lstm:
    case LayerKind::Gru:
        break;
    }
    throw Error(ErrorCode::Internal, "A layer without such a form is to run as two nodes.");
}

} // namespace lathe
