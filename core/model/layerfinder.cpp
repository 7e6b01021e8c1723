#include "core/model/layerfinder.h"

#include "core/model/products.h"
#include "core/model/weightpath.h"
#include "core/onnx/filebytes.h"
#include "core/onnx/graphindex.h"
#include "core/onnx/makers.h"

#include <algorithm>
#include <fmt/format.h>
#include <numeric>
#include <set>
#include <tuple>
#include <unordered_set>

namespace lathe {
namespace {

/// An operator with a weight. Of several weight inputs of a product the first constant one counts.
struct LayerOp {
    std::string_view op;
    LayerKind kind;
    std::vector<int> weightInputs;
    bool integer = false; ///< works on quantized weights only
};

/// Of ONNX Runtime: a product with codes of 4 or 8 bits, which it unpacks by itself to [N, K].
constexpr std::string_view blockProduct = "MatMulNBits";
constexpr size_t mostMakers =
    1024; ///< of one weight: what is longer stores nothing that a person would want to see
const std::string latheKey = "lathe.version"; ///< in the metadata of files that Lathe wrote

const LayerOp *layerOp(const onnx::NodeProto &node)
{
    static const std::vector<LayerOp> ops = {
        {"Conv", LayerKind::Conv, {1}},
        {"ConvTranspose", LayerKind::ConvTranspose, {1}},
        {"Gemm", LayerKind::Gemm, {1, 0}},
        {"MatMul", LayerKind::MatMul, {1, 0}},
        {"Gather", LayerKind::Embedding, {0}},
        {"LSTM", LayerKind::Lstm, {1, 2}},
        {"GRU", LayerKind::Gru, {1, 2}},
        {"ConvInteger", LayerKind::Conv, {1}, true},
        {"MatMulInteger", LayerKind::MatMul, {1, 0}, true},
        {"QLinearConv", LayerKind::Conv, {3}, true},
        {"QLinearMatMul", LayerKind::MatMul, {3, 0}, true},
    };
    static const LayerOp blocks{blockProduct, LayerKind::MatMul, {1}};
    if (node.domain() == "com.microsoft" && node.op_type() == blockProduct)
        return &blocks;
    if (!isStandardDomain(node.domain()))
        return nullptr;
    const auto found =
        std::find_if(ops.begin(), ops.end(), [&](const LayerOp &o) { return o.op == node.op_type(); });
    return found == ops.end() ? nullptr : &*found;
}

bool isRecurrent(LayerKind kind)
{
    return kind == LayerKind::Lstm || kind == LayerKind::Gru;
}

std::vector<int64_t> lastTwoSwapped(size_t rank)
{
    std::vector<int64_t> permutation(rank);
    std::iota(permutation.begin(), permutation.end(), 0);
    std::swap(permutation[rank - 2], permutation[rank - 1]);
    return permutation;
}

bool toRows(LayoutBuilder &layout, int64_t rows)
{
    const int64_t count = elementCount(layout.shape());
    return rows > 0 && count > 0 && count % rows == 0 && layout.reshape({rows, count / rows});
}

bool convolutionMatrix(LayoutBuilder &layout, bool transposed, int64_t groups)
{
    const Shape shape = layout.shape();
    if (shape.size() < 3 || groups < 1)
        return false;
    if (!transposed)
        return toRows(layout, shape[0]);
    if (shape[0] % groups != 0) // [in, out / groups, kernel...]
        return false;
    const int64_t kernel = elementCount(Shape(shape.begin() + 2, shape.end()));
    return layout.reshape({groups, shape[0] / groups, shape[1], kernel}) && layout.transpose({0, 2, 1, 3}) &&
           toRows(layout, groups * shape[1]);
}

bool gemmMatrix(LayoutBuilder &layout, const onnx::NodeProto &node, int input)
{
    if (layout.shape().size() != 2)
        return false;
    // As A the constant is [out, in] already, as B it is [in, out].
    const bool swapped = intAttribute(node, input == 0 ? "transA" : "transB", 0) != 0;
    return swapped == (input == 1) || layout.transpose({1, 0});
}

bool productMatrix(LayoutBuilder &layout, bool onTheRight)
{
    const Shape &shape = layout.shape();
    if (shape.empty())
        return layout.reshape({1, 1});
    if (shape.size() == 1)
        return toRows(layout, 1);
    if (onTheRight && !layout.transpose(lastTwoSwapped(shape.size())))
        return false;
    const int64_t count = elementCount(layout.shape());
    const int64_t cols = layout.shape().back();
    return cols > 0 && toRows(layout, count / cols);
}

bool recurrentMatrix(LayoutBuilder &layout)
{
    const Shape shape = layout.shape(); // [directions, gates * hidden, in]
    return shape.size() == 3 && toRows(layout, shape[0] * shape[1]);
}

/// Goes on from the shape at the node's input to {rows, cols}.
bool toMatrix(LayoutBuilder &layout, const onnx::NodeProto &node, LayerKind kind, int input)
{
    switch (kind) {
    case LayerKind::Conv:
        return convolutionMatrix(layout, false, intAttribute(node, "group", 1));
    case LayerKind::ConvTranspose:
        return convolutionMatrix(layout, true, intAttribute(node, "group", 1));
    case LayerKind::Gemm:
        return gemmMatrix(layout, node, input);
    case LayerKind::MatMul:
        return productMatrix(layout, input != 0);
    case LayerKind::Embedding:
        return layout.shape().size() == 2;
    case LayerKind::Lstm:
    case LayerKind::Gru:
        return recurrentMatrix(layout);
    }
    return false;
}

bool isEmbedding(const onnx::NodeProto &node, const WeightPath &path)
{
    const int64_t axis = intAttribute(node, "axis", 0);
    return path.origin == WeightPath::Origin::Constant && isFloat(path.type) &&
           path.layout.shape().size() == 2 && (axis == 0 || axis == -2);
}

class Finder {
public:
    Finder(Model::Content &content, const ValueShapes &shapes)
        : m_content(content), m_shapes(shapes), m_tracer(*content.index, content.externalFiles, content.label)
    {
        for (const GraphIndex::Entry &entry : content.index->graphs())
            for (const auto &[name, definition] : entry.names)
                if (constantInfo(*content.index, definition))
                    ++m_constantsNamed[name];
    }

    void run()
    {
        for (const NodeRef ref : m_content.index->nodes())
            if (const LayerOp *op = layerOp(m_content.index->node(ref)))
                visit(ref, *op);
        tie();
    }

private:
    void visit(NodeRef ref, const LayerOp &op)
    {
        const onnx::NodeProto &node = m_content.index->node(ref);
        const bool both = isRecurrent(op.kind);
        for (const int input : op.weightInputs) {
            if (input >= node.input_size() || node.input(input).empty())
                continue;
            const WeightPath path = m_tracer.trace(ref.graph, node.input(input));
            if (path.origin == WeightPath::Origin::Dynamic ||
                (op.kind == LayerKind::Embedding && !isEmbedding(node, path)) ||
                worksOnConstants(ref, op, input))
                continue;
            add(ref, op, input, path);
            if (!both)
                break;
        }
    }

    /// A product of constants is no layer: it prepares one, as the nodes do that unpack an exported weight.
    bool worksOnConstants(NodeRef ref, const LayerOp &op, int weightInput) const
    {
        int data = 0;
        if (op.kind == LayerKind::Gemm || op.kind == LayerKind::MatMul)
            data = weightInput == 0 ? 1 : 0;
        else if (op.kind != LayerKind::Conv && op.kind != LayerKind::ConvTranspose)
            return false;
        const onnx::NodeProto &node = m_content.index->node(ref);
        return !op.integer && data < node.input_size() &&
               m_tracer.trace(ref.graph, node.input(data)).origin != WeightPath::Origin::Dynamic;
    }

    void add(NodeRef ref, const LayerOp &op, int input, const WeightPath &path)
    {
        const onnx::NodeProto &node = m_content.index->node(ref);
        Layer layer;
        layer.op = node.op_type();
        layer.kind = op.kind;
        layer.untouchable = path.obstacle;
        LayoutBuilder layout = path.layout;
        if (path.origin == WeightPath::Origin::Constant) {
            layer.weightName = path.rootName;
            layer.weightType = path.type;
            layer.weightShape = path.rootShape;
            layer.parameters = elementCount(path.rootShape);
            layer.weightBytes = (layer.parameters * elementBits(path.type) + 7) / 8;
            if (const auto root = m_content.index->find(ref.graph, path.rootName))
                layer.fileBytes = bytesInFile(*m_content.index, *root);
        } else if (const auto known = m_shapes.find(node.input(input)); known != m_shapes.end()) {
            layout = LayoutBuilder(known->second);
            layer.parameters = elementCount(known->second);
        }
        if (op.op == blockProduct)
            describeBlocks(layer, ref);
        else
            describeMatrix(layer, layout, ref, input, op);
        if (layer.decodable && layer.parameters > 0 && m_content.metadata.contains(latheKey))
            layer.untouchable = Message::tr("Lathe has already stored its weight, in {:.1f} bits a number",
                                            layer.storedBits());
        const char *part = input == 1 ? "/W" : "/R";
        layer.name = uniqueName(nodeLabel(node) + (isRecurrent(op.kind) ? part : ""));
        m_content.layers.push_back(std::move(layer));
        m_content.sites.push_back({ref.graph, ref.node, input});
    }

    void describeMatrix(Layer &layer, LayoutBuilder &layout, NodeRef ref, int input, const LayerOp &op)
    {
        const onnx::NodeProto &node = m_content.index->node(ref);
        if (!layer.untouchable.empty()) { // nodes make it of constants
            describeStored(layer, ref, {input});
            layer.decodable = layer.decodable && !op.integer;
            layout = LayoutBuilder(layout.shape());
        }
        fitMatrix(layer, layout, node, input);
        if (layer.untouchable.empty())
            layer.untouchable = obstacleOf(layer, op);
    }

    void describeBlocks(Layer &layer, NodeRef ref)
    {
        const onnx::NodeProto &node = m_content.index->node(ref);
        const int64_t rows = intAttribute(node, "N", 0), cols = intAttribute(node, "K", 0);
        const int64_t count = rows > 0 && cols > 0 ? elementCount({rows, cols}) : -1;
        describeStored(layer, ref, {1, 2, 3, 4}); // codes, scales, zero points, order of groups
        layer.untouchable =
            Message::tr("its weight is already stored in {} bits", intAttribute(node, "bits", 4));
        layer.parameters = std::max<int64_t>(count, 0);
        layer.decodable = layer.decodable && count > 0 && isReadableBlocks(ref);
        if (count > 0) {
            layer.rows = rows;
            layer.cols = cols;
        }
    }

    /// Codes of 4 or 8 bits in their order, with float32 scales: what can be unpacked here.
    bool isReadableBlocks(NodeRef ref) const
    {
        const onnx::NodeProto &node = m_content.index->node(ref);
        const int64_t bits = intAttribute(node, "bits", 4);
        const bool isReordered = node.input_size() > 4 && !node.input(4).empty();
        const auto scales =
            node.input_size() > 2 ? m_content.index->find(ref.graph, node.input(2)) : std::nullopt;
        const auto info = scales ? constantInfo(*m_content.index, *scales) : std::nullopt;
        return (bits == 4 || bits == 8) && !isReordered && info && info->type == ElementType::Float32;
    }

    /// What the constants behind some inputs of a node take, and whether they are all that these are made of.
    void describeStored(Layer &layer, NodeRef ref, std::initializer_list<int> inputs)
    {
        const onnx::NodeProto &node = m_content.index->node(ref);
        std::vector<ValuePlace> places;
        for (const int input : inputs)
            if (input < node.input_size() && !node.input(input).empty())
                places.push_back({ref.graph, node.input(input)});
        const std::vector<Definition> makers =
            makersOf(*m_content.view, places, std::min(m_makersLeft, mostMakers));
        m_makersLeft -= makers.size();
        layer.weightBytes = bytesOfConstants(*m_content.index, makers);
        layer.fileBytes = 0;
        for (const Definition &maker : makers)
            if (m_counted.emplace(maker.graph, maker.kind, maker.index).second)
                layer.fileBytes += bytesInFile(*m_content.index, maker);
        layer.decodable = !makers.empty() && std::ranges::none_of(makers, [](const Definition &maker) {
            return maker.kind == Definition::Kind::Input;
        });
    }

    static void fitMatrix(Layer &layer, LayoutBuilder &layout, const onnx::NodeProto &node, int input)
    {
        const Shape shape = layout.shape();
        if (layer.kind == LayerKind::Conv || layer.kind == LayerKind::ConvTranspose) {
            layer.groups = intAttribute(node, "group", 1);
            if (shape.size() > 2)
                layer.kernel.assign(shape.begin() + 2, shape.end());
        }
        if (toMatrix(layout, node, layer.kind, input) && elementCount(layout.shape()) > 0) {
            layer.layout = layout.layout();
            layer.rows = layout.shape()[0];
            layer.cols = layout.shape()[1];
        } else if (layer.untouchable.empty()) {
            layer.untouchable =
                Message::tr("the shape {} of its weight does not fit {}", shapeText(shape), layer.op);
        }
    }

    Message obstacleOf(const Layer &layer, const LayerOp &op) const
    {
        const std::string type = elementTypeName(layer.weightType);
        if (op.integer || type.starts_with("float8"))
            return Message::tr("its weight is already stored as {}", type);
        if (!isFloat(layer.weightType))
            return Message::tr("its weight is of type {}, which holds no real numbers", type);
        if (m_constantsNamed.at(layer.weightName) > 1)
            return Message::tr("the model has several constants named \"{}\"", layer.weightName);
        return {};
    }

    std::string uniqueName(const std::string &wanted)
    {
        std::string name = wanted;
        for (int &n = m_lastNumber[wanted]; !m_names.insert(name).second;)
            name = fmt::format("{}#{}", wanted, n = std::max(n + 1, 2));
        return name;
    }

    void tie()
    {
        std::unordered_map<std::string, std::vector<size_t>> readers; // the first one of each way of reading
        for (size_t i = 0; i < m_content.layers.size(); ++i) {
            Layer &layer = m_content.layers[i];
            if (!layer.untouchable.empty())
                continue;
            std::vector<size_t> &earlier = readers[layer.weightName];
            if (!isReadAlike(layer, earlier))
                earlier.push_back(i);
            if (earlier.front() == i)
                continue;
            layer.tiedTo = earlier.front();
            if (earlier.back() == i)
                noteOtherReading(layer, m_content.layers[earlier.front()].name);
        }
    }

    bool isReadAlike(const Layer &layer, const std::vector<size_t> &earlier) const
    {
        return std::any_of(earlier.begin(), earlier.end(), [&](size_t i) {
            const Layer &other = m_content.layers[i];
            return other.layout.steps == layer.layout.steps && other.rows == layer.rows;
        });
    }

    void noteOtherReading(const Layer &layer, const std::string &first)
    {
        m_content.issues.push_back(
            {Issue::Severity::Note, layer.name,
             Message::tr("{} reads the constant \"{}\" of {} in another way; compressing {} changes both.",
                         layer.name, layer.weightName, first, first)});
    }

    Model::Content &m_content;
    const ValueShapes &m_shapes;
    WeightTracer m_tracer;
    std::unordered_map<std::string_view, int> m_constantsNamed;
    std::unordered_set<std::string> m_names;
    size_t m_makersLeft = 1 << 18; ///< constants and nodes behind weights that are still looked at
    std::set<std::tuple<int, Definition::Kind, int>> m_counted; ///< of those, in the size of a layer
    std::unordered_map<std::string, int> m_lastNumber;          ///< given to a name that came up again
};

} // namespace

void findLayers(Model::Content &content, const ValueShapes &shapes)
{
    Finder(content, shapes).run();
    findProducts(content);
    completeLayers(content, shapes);
}

} // namespace lathe
