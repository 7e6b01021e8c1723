#include "core/exporting/factorize.h"

#include <algorithm>

namespace lathe {
namespace {

constexpr int64_t optionalBiasOpset = 11; ///< Gemm's C may be left out from here on
constexpr char firstValueSuffix = 'T';    ///< of what flows between the nodes

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

/// What a node of the chain is called, but for the last one, which has the layer's name.
const char *stepName(FactorForm form, size_t step)
{
    switch (form) {
    case FactorForm::Product:
        break;
    case FactorForm::Spatial:
        return ".vertical";
    case FactorForm::Tucker2:
        return step == 0 ? ".reduce" : ".core";
    case FactorForm::Separable:
        return ".depthwise";
    }
    return ".reduce";
}

class Chain {
public:
    Chain(const SourceGraph &graph, size_t layer, const onnx::NodeProto &node, const FactorEncoding &encoding)
        : m_graph(graph), m_layer(graph.source().layers()[layer]), m_node(node), m_target(graph.target()),
          m_encoding(encoding), m_input(graph.source().content().sites[layer].input),
          m_prefix(graph.layerPrefix(layer))
    {
        for (size_t i = 0; i < encoding.factors.size(); ++i) {
            const std::string name = m_prefix + static_cast<char>(firstFactorSuffix + i);
            m_result.slots.push_back({name, name, m_layer.weightType, {}, {}});
        }
    }

    FactorNodes conv()
    {
        const Shape &kernel = m_layer.kernel;
        const Shape point(kernel.size(), 1);
        switch (m_encoding.form) {
        case FactorForm::Product:
            addConv(kernel, m_layer.groups, Geometry::Whole);
            addConv(point, m_layer.groups, Geometry::None);
            break;
        case FactorForm::Spatial:
            addConv({kernel[0], 1}, 1, Geometry::Vertical);
            addConv({1, kernel[1]}, 1, Geometry::Horizontal);
            break;
        case FactorForm::Tucker2:
            addConv(point, 1, Geometry::None);
            addConv(kernel, 1, Geometry::Whole);
            addConv(point, 1, Geometry::None);
            break;
        case FactorForm::Separable:
            addConv(kernel, m_encoding.factors[0].rows, Geometry::Whole);
            addConv(point, 1, Geometry::None);
            break;
        }
        return std::move(m_result);
    }

    FactorNodes matMul()
    {
        for (size_t i = 0; i < m_result.slots.size(); ++i) {
            if (m_input == 1) {
                placeSwapped(i);
                finish(fresh("MatMul"), {fed(i, 0), m_result.slots[i].name});
            } else {
                place(i, {m_encoding.factors[i].rows, m_encoding.factors[i].cols}, {});
                finish(fresh("MatMul"), {m_result.slots[i].name, fed(i, 1)});
            }
        }
        return std::move(m_result);
    }

    FactorNodes gemm()
    {
        firstOfGemm();
        place(1, {m_encoding.factors[1].rows, m_encoding.factors[1].cols}, {});
        onnx::NodeProto second = fresh("Gemm");
        for (const char *name : {"alpha", "beta", "broadcast"})
            if (const auto *attribute = findAttribute(m_node, name))
                *second.add_attribute() = *attribute;
        if (m_input == 1)
            setInt(second, "transB", 1);
        std::vector<std::string> inputs{fed(1, 0), m_result.slots[1].name};
        if (m_input == 0)
            std::swap(inputs[0], inputs[1]);
        if (m_node.input_size() > 2)
            inputs.push_back(m_node.input(2));
        finish(second, inputs);
        return std::move(m_result);
    }

private:
    /// Which of the layer's strides, pads and dilations a convolution of the chain has.
    enum class Geometry { None, Whole, Vertical, Horizontal };

    void addConv(const Shape &kernel, int64_t groups, Geometry geometry)
    {
        const size_t step = m_result.nodes.size();
        const MatrixEncoding &factor = m_encoding.factors[step];
        Shape shape{factor.rows, factor.cols / elementCount(kernel)};
        shape.insert(shape.end(), kernel.begin(), kernel.end());
        place(step, shape, reshaped(shape, factor.rows, factor.cols));
        onnx::NodeProto node = fresh("Conv");
        setInts(node, "kernel_shape", kernel); // could be left out, but OpenCV wants it
        if (groups > 1)
            setInt(node, "group", groups);
        addGeometry(node, geometry);
        std::vector<std::string> inputs{fed(step, 0), m_result.slots[step].name};
        if (step + 1 == m_encoding.factors.size() && m_node.input_size() > 2)
            inputs.push_back(m_node.input(2));
        finish(node, inputs);
    }

    void addGeometry(onnx::NodeProto &node, Geometry geometry) const
    {
        if (geometry == Geometry::None)
            return;
        const size_t gone = geometry == Geometry::Vertical ? 1 : 0; // the axis with a kernel of 1
        for (const onnx::AttributeProto &attribute : m_node.attribute()) {
            const std::string &name = attribute.name();
            if (name == "kernel_shape" || name == "group")
                continue;
            onnx::AttributeProto &copy = *node.add_attribute();
            copy = attribute;
            if (geometry == Geometry::Whole || copy.ints().empty())
                continue;
            const bool isPad = name == "pads";
            copy.set_ints(static_cast<int>(gone), isPad ? 0 : 1);
            if (isPad && copy.ints_size() > static_cast<int>(gone) + 2)
                copy.set_ints(static_cast<int>(gone) + 2, 0);
        }
    }

    /// What the node of a step is fed in the data input `input`.
    std::string fed(size_t step, int input) const
    {
        return step == 0 ? m_node.input(input) : valueAfter(step - 1);
    }
    std::string valueAfter(size_t step) const
    {
        return m_prefix + static_cast<char>(firstValueSuffix + step);
    }

    void place(size_t factor, const Shape &shape, const WeightLayout &layout)
    {
        m_result.slots[factor].shape = shape;
        m_result.slots[factor].layout = layout;
    }
    void placeSwapped(size_t factor)
    {
        const Shape shape{m_encoding.factors[factor].cols, m_encoding.factors[factor].rows};
        place(factor, shape, swapped(shape));
    }
    onnx::NodeProto fresh(const char *op) const
    {
        onnx::NodeProto node;
        if (!m_node.domain().empty())
            node.set_domain(m_node.domain());
        node.set_op_type(op);
        return node;
    }
    static void setInt(onnx::NodeProto &node, const char *name, int64_t value)
    {
        onnx::AttributeProto *attribute = node.add_attribute();
        attribute->set_name(name);
        attribute->set_type(onnx::AttributeProto::INT);
        attribute->set_i(value);
    }
    static void setInts(onnx::NodeProto &node, const char *name, const Shape &values)
    {
        onnx::AttributeProto *attribute = node.add_attribute();
        attribute->set_name(name);
        attribute->set_type(onnx::AttributeProto::INTS);
        attribute->mutable_ints()->Add(values.begin(), values.end());
    }
    /// The product of the first factor with what is fed, on the side and in the transposition of the
    /// original.
    void firstOfGemm()
    {
        const bool dataSwapped = intAttribute(m_node, m_input == 1 ? "transA" : "transB", 0) != 0;
        const bool asProduct = m_target.opset < optionalBiasOpset && !dataSwapped;
        if (asProduct && m_input == 1)
            placeSwapped(0);
        else
            place(0, {m_encoding.factors[0].rows, m_encoding.factors[0].cols}, {});
        onnx::NodeProto first = fresh(asProduct ? "MatMul" : "Gemm");
        if (!asProduct && dataSwapped)
            setInt(first, m_input == 1 ? "transA" : "transB", 1);
        if (!asProduct && m_input == 1)
            setInt(first, "transB", 1);
        std::vector<std::string> inputs{m_node.input(0), m_result.slots[0].name};
        if (m_input == 0)
            inputs = {m_result.slots[0].name, m_node.input(1)};
        if (!asProduct && m_target.opset < optionalBiasOpset)
            inputs.push_back(zeroBias());
        finish(first, inputs);
    }
    std::string zeroBias()
    {
        FragmentBuilder builder(m_target, {});
        const std::string key = "C" + std::to_string(static_cast<int>(m_layer.weightType));
        const std::string name = builder.shared(key, makeTensor(m_layer.weightType, {1}));
        m_result.extra = builder.take();
        return name;
    }
    void finish(onnx::NodeProto node, const std::vector<std::string> &inputs)
    {
        const size_t step = m_result.nodes.size();
        const bool isLast = step + 1 == m_encoding.factors.size();
        for (const std::string &input : inputs)
            node.add_input(input);
        node.add_output(isLast ? m_node.output(0) : valueAfter(step));
        if (!m_node.name().empty())
            node.set_name(isLast ? m_node.name()
                                 : m_graph.freeNodeName(m_node.name() + stepName(m_encoding.form, step)));
        m_result.nodes.push_back(std::move(node));
    }

    const SourceGraph &m_graph;
    const Layer &m_layer;
    const onnx::NodeProto &m_node;
    const ExportTarget &m_target;
    const FactorEncoding &m_encoding;
    int m_input;
    std::string m_prefix;
    FactorNodes m_result;
};

bool hasChain(const Layer &layer, const FactorEncoding &encoding)
{
    if (encoding.residual)
        return false;
    if (layer.kind == LayerKind::Conv)
        return encoding.groups == layer.groups &&
               (encoding.form != FactorForm::Spatial || layer.kernel.size() == 2);
    const bool isProduct = encoding.form == FactorForm::Product && encoding.groups == 1;
    return isProduct && (layer.kind == LayerKind::Gemm ||
                         (layer.kind == LayerKind::MatMul && layer.weightShape.size() == 2));
}

/// Places at which a convolution computes; 0: not known.
int64_t places(const Shape &shape)
{
    return shape.size() < 2 ? 0 : elementCount(Shape(shape.begin() + 2, shape.end()));
}

} // namespace

bool runsAsChain(const SourceGraph &graph, size_t layer, const FactorEncoding &encoding)
{
    const Layer &l = graph.source().layers()[layer];
    if (!hasChain(l, encoding))
        return false;
    const std::optional<std::vector<NodeRef>> way = graph.ownWay(layer);
    const GraphIndex &index = *graph.source().content().index;
    return way && std::all_of(way->begin(), way->end(), [&](NodeRef ref) {
               const std::string &op = index.node(ref).op_type();
               return keepsMatrix(op) || (l.kind != LayerKind::MatMul && op == "Reshape");
           });
}

FactorNodes factorNodes(const SourceGraph &graph, size_t layer, const onnx::NodeProto &node,
                        const FactorEncoding &encoding)
{
    Chain chain(graph, layer, node, encoding);
    switch (graph.source().layers()[layer].kind) {
    case LayerKind::Conv:
        return chain.conv();
    case LayerKind::Gemm:
        return chain.gemm();
    case LayerKind::MatMul:
        return chain.matMul();
    case LayerKind::ConvTranspose:
    case LayerKind::Embedding:
    case LayerKind::Lstm:
    case LayerKind::Gru:
        break;
    }
    throw Error(ErrorCode::Internal, Message::tr("A layer without such a form is to run as several nodes."));
}

std::optional<int64_t> chainMacs(const Layer &layer, const FactorEncoding &encoding)
{
    if (!layer.macs || layer.rows * layer.cols == 0)
        return std::nullopt;
    const int64_t output = *layer.macs / (layer.rows * layer.cols);
    std::vector<int64_t> at(encoding.factors.size(), output);
    if (encoding.form == FactorForm::Tucker2) {
        at[0] = places(layer.inputShape);
    } else if (encoding.form == FactorForm::Spatial) { // the width is still the input's
        const bool known = layer.inputShape.size() == 4 && layer.outputShape.size() == 4;
        at[0] = known ? output / layer.outputShape[3] * layer.inputShape[3] : 0;
    }
    int64_t sum = 0;
    for (size_t i = 0; i < at.size(); ++i) {
        if (at[i] <= 0)
            return std::nullopt;
        sum += at[i] * encoding.factors[i].rows * encoding.factors[i].cols;
    }
    return sum;
}

} // namespace lathe
