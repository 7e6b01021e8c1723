#include "core/archive/tensoruse.h"

#include "core/model/proto.h"
#include "core/onnx/graphview.h"
#include "core/onnx/tensordata.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <set>

namespace lathe {
namespace {

/// A value: the graph that defines it and its name.
using Place = std::pair<int, std::string_view>;

class Uses {
public:
    explicit Uses(const Model &model) : m_view(*model.content().view), m_index(m_view.index())
    {
        const int graphs = static_cast<int>(m_index.graphs().size());
        for (int g = 0; g < graphs; ++g) {
            const onnx::GraphProto &graph = *m_index.graphs()[static_cast<size_t>(g)].graph;
            for (const auto &tensor : graph.initializer())
                addConstant({g, tensor.name()}, &tensor);
            for (const auto &tensor : graph.sparse_initializer())
                addConstant({g, tensor.values().name()}, nullptr);
        }
        for (int g = 0; g < graphs; ++g)
            for (const int node : m_view.order(g))
                addNode({g, node});
    }

    std::map<std::string, TensorUse> take()
    {
        std::map<std::string, TensorUse> uses;
        for (const auto &[place, tensor] : m_tensors)
            uses[std::string(place.second)] = {
                tensor ? codeBits(place, *tensor) : 0, layer(place), grid(place), {}, false};
        for (const NodeRef node : m_index.nodes())
            addPair(uses, node);
        return uses;
    }

private:
    void addConstant(Place place, const onnx::TensorProto *tensor)
    {
        m_constant.insert(place);
        m_tensors[place] = tensor;
    }
    void addNode(NodeRef ref)
    {
        const onnx::NodeProto &node = m_index.node(ref);
        if (node.op_type() == "Constant" && node.output_size() == 1) {
            const onnx::AttributeProto *value = findAttribute(node, "value");
            addConstant({ref.graph, node.output(0)}, value ? &value->t() : nullptr);
            return;
        }
        const bool constant =
            node.input_size() > 0 && std::ranges::all_of(node.input(), [&](const std::string &input) {
                return input.empty() || m_constant.contains(placeOf(ref.graph, input));
            });
        if (constant)
            for (const std::string &output : node.output())
                m_constant.insert({ref.graph, output});
    }

    /// Of a name as a graph sees it.
    Place placeOf(int graph, std::string_view name) const
    {
        const std::optional<Definition> maker = m_index.find(graph, name);
        return {maker ? maker->graph : -1, name};
    }
    /// The node that alone reads a value, when it has one of these operators.
    std::optional<NodeRef> onlyReader(Place place, std::initializer_list<const char *> operators) const
    {
        const std::optional<GraphView::Use> use = m_view.onlyReader(place.first, place.second);
        if (!use || std::ranges::none_of(
                        operators, [&](const char *op) { return m_index.node(use->node).op_type() == op; }))
            return std::nullopt;
        return use->node;
    }
    /// The same for what a node makes.
    std::optional<NodeRef> onlyReaderOf(std::optional<NodeRef> maker,
                                        std::initializer_list<const char *> operators) const
    {
        if (!maker || m_index.node(*maker).output_size() == 0)
            return std::nullopt;
        return onlyReader({maker->graph, m_index.node(*maker).output(0)}, operators);
    }
    /// Dimensions of the constant that is a node's second input.
    std::vector<int64_t> tableShape(NodeRef ref) const
    {
        const onnx::NodeProto &node = m_index.node(ref);
        const auto found =
            node.input_size() > 1 ? m_tensors.find(placeOf(ref.graph, node.input(1))) : m_tensors.end();
        if (found == m_tensors.end() || !found->second)
            return {};
        return {found->second->dims().begin(), found->second->dims().end()};
    }

    int codeBits(Place place, const onnx::TensorProto &tensor) const
    {
        const auto type = static_cast<ElementType>(tensor.data_type());
        const int width = elementBits(type);
        if (width != 8 && width != 4)
            return 0;
        if (const std::optional<NodeRef> node = onlyReader(place, {"MatMulNBits"}))
            return static_cast<int>(std::clamp<int64_t>(intAttribute(m_index.node(*node), "bits", 4), 1, 8));
        return type == ElementType::UInt8 ? unpackedBits(place).value_or(width) : width;
    }
    /// Bytes [groups, b] times a matrix [b, pieces], rounded down, times a matrix [pieces, codes].
    std::optional<int> unpackedBits(Place place) const
    {
        const std::optional<NodeRef> shift = onlyReaderOf(onlyReader(place, {"Cast"}), {"MatMul"});
        const std::optional<NodeRef> merge = onlyReaderOf(onlyReaderOf(shift, {"Floor"}), {"MatMul", "Gemm"});
        if (!merge)
            return std::nullopt;
        const std::vector<int64_t> shifts = tableShape(*shift), codes = tableShape(*merge);
        if (shifts.size() != 2 || codes.size() != 2 || codes[1] < 1 || shifts[0] < 1 || shifts[0] > 8)
            return std::nullopt;
        const int64_t bits = 8 * shifts[0] / codes[1];
        return bits >= 1 && bits <= 8 ? std::optional(static_cast<int>(bits)) : std::nullopt;
    }

    /// The constant that a value is unpacked from, and whether it was counted up on the way.
    struct Source {
        Place constant;
        bool counted = false;
    };
    std::optional<Source> source(int graph, std::string_view name) const
    {
        Source source;
        for (source.constant = placeOf(graph, name); !m_tensors.contains(source.constant);) {
            if (source.constant.first < 0)
                return std::nullopt;
            const std::optional<NodeRef> maker =
                m_view.producer(source.constant.first, source.constant.second);
            if (!maker || m_index.node(*maker).input_size() == 0)
                return std::nullopt;
            const onnx::NodeProto &node = m_index.node(*maker);
            const bool counts = isAnyOf(node, {"CumSum", "Add"}); // Add: block by block, before opset 11
            if (!counts &&
                !isAnyOf(node, {"Cast", "MatMul", "Gemm", "Floor", "Reshape", "Slice", "Sub", "Mul"}))
                return std::nullopt;
            source.counted |= counts;
            source.constant = placeOf(maker->graph, node.input(0));
        }
        return source;
    }

    /// What a Gather or ScatterElements spreads by a mask or by steps.
    void addPair(std::map<std::string, TensorUse> &uses, NodeRef ref) const
    {
        const onnx::NodeProto &node = m_index.node(ref);
        const bool isSteps = isAnyOf(node, {"ScatterElements"});
        if ((!isSteps && !isAnyOf(node, {"Gather"})) || node.input_size() != (isSteps ? 3 : 2) ||
            node.output_size() == 0)
            return;
        const std::optional<Source> positions = source(ref.graph, node.input(1)),
                                    codes = source(ref.graph, node.input(isSteps ? 2 : 0));
        if (!positions || !codes || !positions->counted || codes->counted ||
            positions->constant == codes->constant)
            return;
        TensorUse &use = uses[std::string(positions->constant.second)];
        const TensorUse &other = uses[std::string(codes->constant.second)];
        if (use.codeBits == 0 || other.codeBits == 0 || (!isSteps && use.codeBits != 1))
            return;
        use.codes = codes->constant.second;
        use.isSteps = isSteps;
        use.grid = gridOf(shapeBehind({ref.graph, node.output(0)}));
        if (isSteps) // the zeros that all is written into
            if (const auto zeros = m_view.producer(ref.graph, node.input(0));
                zeros && m_index.node(*zeros).input_size() > 0)
                if (const Shape count = integers(placeOf(zeros->graph, m_index.node(*zeros).input(0)));
                    count.size() == 1)
                    use.grid.cells = static_cast<uint64_t>(std::max<int64_t>(count.front(), 0));
    }

    CellGrid grid(Place constant) const
    {
        Shape shape = shapeBehind(constant);
        const auto found = m_tensors.find(constant);
        if (shape.empty() && found != m_tensors.end() && found->second)
            shape = shapeOf(*found->second);
        return gridOf(shape);
    }
    /// To which a value is reshaped before a node works with it.
    Shape shapeBehind(Place value) const
    {
        constexpr int mostSteps = 24;
        for (int step = 0; step < mostSteps; ++step) {
            const std::optional<GraphView::Use> use = m_view.onlyReader(value.first, value.second);
            if (!use || m_index.node(use->node).output_size() == 0)
                return {};
            const onnx::NodeProto &node = m_index.node(use->node);
            if (isAnyOf(node, {"Reshape"}) && node.input_size() > 1)
                if (Shape shape = integers(placeOf(use->node.graph, node.input(1)));
                    shape.size() > 1 && std::ranges::all_of(shape, [](int64_t size) { return size > 0; }))
                    return shape;
            value = {use->node.graph, node.output(0)};
            if (!m_constant.contains(value))
                return {};
        }
        return {};
    }
    static CellGrid gridOf(const Shape &shape)
    {
        constexpr int64_t leastImage = 8;
        CellGrid grid;
        const int64_t cells = elementCount(shape);
        if (shape.size() < 2 || cells <= 0 || cells / shape.front() > int64_t{1} << 20)
            return grid;
        const int64_t columns = cells / shape.front();
        grid.cells = static_cast<uint64_t>(cells);
        grid.columns = static_cast<uint32_t>(columns);
        if (shape.size() > 2) {
            const int64_t kernel = columns / shape[1];
            grid.period = static_cast<uint32_t>(kernel);
            grid.stride = kernel > 1 && shape.back() < columns ? static_cast<uint32_t>(shape.back()) : 0;
            return grid;
        }
        const auto side = static_cast<int64_t>(std::lround(std::sqrt(static_cast<double>(columns))));
        if (side * side == columns && side >= leastImage)
            grid.stride = static_cast<uint32_t>(side); // perhaps the pixels of an image
        return grid;
    }

    static bool isAnyOf(const onnx::NodeProto &node, std::initializer_list<const char *> operators)
    {
        return std::ranges::any_of(operators, [&](const char *op) { return node.op_type() == op; });
    }
    /// Of a constant of 64-bit integers; none of another one.
    Shape integers(Place place) const
    {
        const auto found = m_tensors.find(place);
        if (found == m_tensors.end() || !found->second || typeOf(*found->second) != ElementType::Int64)
            return {};
        const onnx::TensorProto &tensor = *found->second;
        Shape values(tensor.int64_data().begin(), tensor.int64_data().end());
        if (!tensor.raw_data().empty()) {
            values.resize(tensor.raw_data().size() / sizeof(int64_t));
            std::memcpy(values.data(), tensor.raw_data().data(), values.size() * sizeof(int64_t));
        }
        return values;
    }

    /// The first node that reads a constant, or what is made of it, and makes no constant.
    std::string layer(Place constant) const
    {
        std::set<Place> seen{constant};
        std::vector<Place> open{constant};
        for (size_t i = 0; i < open.size(); ++i) {
            for (const GraphView::Use &use : m_view.readers(open[i].first, open[i].second)) {
                const onnx::NodeProto &node = m_index.node(use.node);
                const auto placeOfOutput = [&](const std::string &output) {
                    return Place(use.node.graph, output);
                };
                if (!std::ranges::all_of(node.output(), [&](const std::string &output) {
                        return m_constant.contains(placeOfOutput(output));
                    }))
                    return nodeLabel(node);
                for (const std::string &output : node.output())
                    if (seen.insert(placeOfOutput(output)).second)
                        open.push_back(placeOfOutput(output));
            }
        }
        return {};
    }

    const GraphView &m_view;
    const GraphIndex &m_index;
    std::set<Place> m_constant;
    std::map<Place, const onnx::TensorProto *> m_tensors;
};

} // namespace

std::map<std::string, TensorUse> tensorUses(const Model &model)
{
    return Uses(model).take();
}

} // namespace lathe
