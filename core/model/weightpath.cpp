#include "core/model/weightpath.h"

#include "core/model/proto.h"
#include "core/shapes/shapeops.h"

#include <algorithm>
#include <fmt/format.h>

namespace lathe {
namespace {

constexpr int64_t maxRank = 64; ///< longer lists are no shapes
constexpr size_t maxWay = 64;   ///< nodes between a constant and its reader

/// Makes something of nothing (random numbers), or has branches whose values are not looked into.
bool isOpaque(const onnx::NodeProto &node)
{
    return (node.input_size() == 0 && node.op_type() != "Constant") ||
           std::any_of(node.attribute().begin(), node.attribute().end(), [](const auto &attribute) {
               return attribute.has_g() || attribute.graphs_size() > 0;
           });
}

bool isOneOf(const std::string &op, std::initializer_list<std::string_view> names)
{
    return std::find(names.begin(), names.end(), op) != names.end();
}

} // namespace

bool LayoutBuilder::reshape(Shape to)
{
    const int64_t count = elementCount(to);
    if (count < 0 || count != elementCount(m_shape))
        return false;
    if (to == m_shape)
        return true;
    if (!m_steps.empty() && m_steps.back().kind == LayoutStep::Kind::Reshape) {
        m_steps.back().to = to;
        if (m_steps.back().from == to)
            m_steps.pop_back();
    } else {
        m_steps.push_back({LayoutStep::Kind::Reshape, m_shape, to, {}});
    }
    m_shape = std::move(to);
    return true;
}

bool LayoutBuilder::transpose(std::vector<int64_t> permutation)
{
    const std::optional<Shape> to = transposedShape(m_shape, permutation);
    if (!to)
        return false;
    Shape from = m_shape;
    if (!m_steps.empty() && m_steps.back().kind == LayoutStep::Kind::Transpose) { // two make one
        for (int64_t &d : permutation)
            d = m_steps.back().permutation[static_cast<size_t>(d)];
        from = m_steps.back().from;
        m_steps.pop_back();
    }
    m_shape = *to;
    if (!std::is_sorted(permutation.begin(), permutation.end()))
        m_steps.push_back({LayoutStep::Kind::Transpose, std::move(from), *to, std::move(permutation)});
    return true;
}

WeightPath WeightTracer::trace(int graph, const std::string &name) const
{
    WeightPath path;
    path.rootName = name;
    std::vector<Definition> way; // from the reader back to the root
    for (;;) {
        const std::optional<Definition> definition = m_index.find(graph, path.rootName);
        if (!definition || definition->kind == Definition::Kind::Input)
            return path;
        if (const std::optional<ConstantInfo> info = constantInfo(m_index, *definition)) {
            path.origin = WeightPath::Origin::Constant;
            path.root = *definition;
            path.type = info->type;
            path.rootShape = info->shape;
            path.layout = LayoutBuilder(info->shape);
            if (definition->kind == Definition::Kind::SparseInitializer)
                path.obstacle = Message::tr("its weight is stored as a sparse tensor");
            break;
        }
        const onnx::NodeProto &node = m_index.node(*definition);
        const bool passes = way.size() < maxWay && isStandardDomain(node.domain()) && node.input_size() > 0 &&
                            isOneOf(node.op_type(), {"Identity", "Cast", "Transpose", "Reshape", "Unsqueeze",
                                                     "Squeeze", "Flatten", "DequantizeLinear"});
        if (!passes) {
            if (madeOfConstants(graph, path.rootName)) {
                path.origin = WeightPath::Origin::Computed;
                path.obstacle =
                    Message::tr("its weight is computed by {} when the model runs", node.op_type());
            }
            return path;
        }
        way.push_back(*definition);
        graph = definition->graph;
        path.rootName = node.input(0);
    }
    for (auto step = way.rbegin(); step != way.rend(); ++step)
        if (!follow(path, m_index.node(*step), step->graph)) {
            path.obstacle = Message::tr("the {} before it cannot be followed", m_index.node(*step).op_type());
            path.layout = LayoutBuilder();
            break;
        }
    return path;
}

bool WeightTracer::follow(WeightPath &path, const onnx::NodeProto &node, int graph) const
{
    const std::string &op = node.op_type();
    const Shape from = path.layout.shape();
    std::optional<Shape> to;
    if (op == "Transpose")
        return path.layout.transpose(permutationOf(node, from.size()));
    if (op == "Reshape")
        to = reshapedTo(node, graph, from);
    else if (op == "Flatten")
        to = flattenedShape(from, intAttribute(node, "axis", 1));
    else if (op == "Unsqueeze" || op == "Squeeze")
        to = withOtherRank(node, graph, from);
    else
        to = from; // Identity, Cast and DequantizeLinear keep the order of the elements
    if (!to || !path.layout.reshape(*to))
        return false;
    if (op == "DequantizeLinear")
        path.obstacle = Message::tr("its weight is already stored as {}", elementTypeName(path.type));
    if (op == "Cast" && !isFloat(static_cast<ElementType>(intAttribute(node, "to", 0))))
        path.obstacle = Message::tr("its weight is cast to whole numbers");
    return true;
}

bool WeightTracer::madeOfConstants(int graph, const std::string &name) const
{
    struct Visit {
        const onnx::NodeProto *node;
        int graph;
        int nextInput;
    };
    std::vector<Visit> open;
    const auto decided = [&](int g, const std::string &value) -> std::optional<bool> {
        const std::optional<Definition> definition = value.empty() ? std::nullopt : m_index.find(g, value);
        if (!definition || definition->kind != Definition::Kind::Node)
            return value.empty() || (definition && definition->kind != Definition::Kind::Input);
        const onnx::NodeProto &node = m_index.node(*definition);
        if (const auto known = m_madeOfConstants.find(&node); known != m_madeOfConstants.end())
            return known->second;
        open.push_back({&node, definition->graph, 0});
        return std::nullopt;
    };
    std::optional<bool> answer = decided(graph, name);
    while (!open.empty()) { // no recursion: graphs may be deep
        const Visit visit = open.back();
        answer = visit.nextInput > 0 || !isOpaque(*visit.node);
        if (*answer && visit.nextInput < visit.node->input_size()) {
            answer = decided(visit.graph, visit.node->input(visit.nextInput));
            if (!answer)
                continue; // the maker of that input lies on top now
            if (*answer) {
                ++open.back().nextInput;
                continue;
            }
        }
        m_madeOfConstants[visit.node] = *answer;
        open.pop_back();
    }
    return *answer;
}

std::optional<Shape> WeightTracer::wholeNumbers(int graph, const std::string &name) const
{
    const std::optional<Definition> definition = m_index.find(graph, name);
    if (!definition)
        return std::nullopt;
    const std::optional<ConstantInfo> info = constantInfo(m_index, *definition);
    if (!info || info->type != ElementType::Int64 || elementCount(info->shape) > maxRank)
        return std::nullopt;
    const Tensor tensor = readConstant(m_index, *definition, m_files, m_source);
    return Shape(tensor.as<int64_t>().begin(), tensor.as<int64_t>().end());
}

std::optional<Shape> WeightTracer::withOtherRank(const onnx::NodeProto &node, int graph,
                                                 const Shape &from) const
{
    std::optional<Shape> axes;
    const bool fromInput = node.input_size() > 1 && !node.input(1).empty();
    if (const auto *attribute = findAttribute(node, "axes"))
        axes = Shape(attribute->ints().begin(), attribute->ints().end());
    else if (fromInput)
        axes = wholeNumbers(graph, node.input(1));
    if (!axes && (fromInput || node.op_type() == "Unsqueeze"))
        return std::nullopt;
    return node.op_type() == "Squeeze" ? squeezedShape(from, axes) : unsqueezedShape(from, *axes);
}

std::optional<Shape> WeightTracer::reshapedTo(const onnx::NodeProto &node, int graph, const Shape &from) const
{
    std::optional<Shape> wanted;
    if (const auto *attribute = findAttribute(node, "shape")) // up to opset 4
        wanted = Shape(attribute->ints().begin(), attribute->ints().end());
    else if (node.input_size() > 1)
        wanted = wholeNumbers(graph, node.input(1));
    return wanted ? reshapedShape(*wanted, from, intAttribute(node, "allowzero", 0) != 0) : std::nullopt;
}

Shape weightShapeAtNode(const Model &model, size_t layer)
{
    const Model::Content &content = model.content();
    const LayerSite &site = content.sites.at(layer);
    const onnx::NodeProto &node = content.index->node(NodeRef{site.graph, site.node});
    const WeightTracer tracer(*content.index, content.externalFiles, content.label);
    return tracer.trace(site.graph, node.input(site.input)).layout.shape();
}

} // namespace lathe
