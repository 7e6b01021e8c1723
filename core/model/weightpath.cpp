#include "core/model/weightpath.h"

#include "core/base/error.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <numeric>
#include <unordered_set>

namespace lathe {
namespace {

constexpr int64_t maxRank = 64; ///< longer lists are no shapes

bool isOneOf(const std::string &op, std::initializer_list<std::string_view> names)
{
    return std::find(names.begin(), names.end(), op) != names.end();
}

Shape flattened(const onnx::NodeProto &node, const Shape &from)
{
    int64_t axis = intAttribute(node, "axis", 1);
    if (axis < 0)
        axis += static_cast<int64_t>(from.size());
    axis = std::clamp<int64_t>(axis, 0, static_cast<int64_t>(from.size()));
    const auto middle = from.begin() + axis;
    return {elementCount(Shape(from.begin(), middle)), elementCount(Shape(middle, from.end()))};
}

std::optional<Shape> unsqueezed(const Shape &from, const Shape &axes)
{
    const auto rank = static_cast<int64_t>(from.size() + axes.size());
    Shape to(static_cast<size_t>(rank), -1);
    for (const int64_t axis : axes) {
        const int64_t at = axis < 0 ? axis + rank : axis;
        if (at < 0 || at >= rank)
            return std::nullopt;
        to[static_cast<size_t>(at)] = 1;
    }
    auto next = from.begin();
    for (int64_t &d : to)
        if (d < 0) {
            if (next == from.end())
                return std::nullopt;
            d = *next++;
        }
    return next == from.end() ? std::optional(to) : std::nullopt;
}

std::optional<Shape> squeezed(const Shape &from, const Shape &axes, bool axesGiven)
{
    std::vector<bool> drop(from.size(), false);
    for (size_t d = 0; d < from.size() && !axesGiven; ++d)
        drop[d] = from[d] == 1;
    for (const int64_t axis : axes) {
        const int64_t at = axis < 0 ? axis + static_cast<int64_t>(from.size()) : axis;
        if (at < 0 || at >= static_cast<int64_t>(from.size()) || from[static_cast<size_t>(at)] != 1)
            return std::nullopt;
        drop[static_cast<size_t>(at)] = true;
    }
    Shape to;
    for (size_t d = 0; d < from.size(); ++d)
        if (!drop[d])
            to.push_back(from[d]);
    return to;
}

/// The shape input of Reshape with its 0 (keep) and -1 (the rest) worked out.
std::optional<Shape> resolved(Shape wanted, const Shape &from, bool zeroMeansZero)
{
    int64_t *rest = nullptr;
    for (size_t d = 0; d < wanted.size(); ++d) {
        if (wanted[d] == 0 && !zeroMeansZero) {
            if (d >= from.size())
                return std::nullopt;
            wanted[d] = from[d];
        } else if (wanted[d] == -1) {
            if (rest)
                return std::nullopt;
            rest = &wanted[d];
        }
    }
    if (!rest)
        return wanted;
    *rest = 1;
    const int64_t known = elementCount(wanted);
    const int64_t all = elementCount(from);
    if (known <= 0 || all % known != 0)
        return std::nullopt;
    *rest = all / known;
    return wanted;
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
    std::vector<int64_t> identity(m_shape.size());
    std::iota(identity.begin(), identity.end(), 0);
    if (permutation.empty())
        permutation.assign(identity.rbegin(), identity.rend());
    if (permutation == identity)
        return true;
    if (!std::is_permutation(permutation.begin(), permutation.end(), identity.begin(), identity.end()))
        return false;
    Shape to;
    for (const int64_t d : permutation)
        to.push_back(m_shape[static_cast<size_t>(d)]);
    m_steps.push_back({LayoutStep::Kind::Transpose, m_shape, to, std::move(permutation)});
    m_shape = std::move(to);
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
                path.obstacle = "its weight is stored as a sparse tensor";
            break;
        }
        const onnx::NodeProto &node = m_index.node(*definition);
        const bool passes = isStandardDomain(node.domain()) && node.input_size() > 0 &&
                            isOneOf(node.op_type(), {"Identity", "Cast", "Transpose", "Reshape", "Unsqueeze",
                                                     "Squeeze", "Flatten", "DequantizeLinear"});
        if (!passes) {
            if (madeOfConstants(graph, path.rootName)) {
                path.origin = WeightPath::Origin::Computed;
                path.obstacle =
                    fmt::format("its weight is computed by {} when the model runs", node.op_type());
            }
            return path;
        }
        way.push_back(*definition);
        graph = definition->graph;
        path.rootName = node.input(0);
    }
    for (auto step = way.rbegin(); step != way.rend(); ++step)
        if (!follow(path, m_index.node(*step), step->graph)) {
            path.obstacle = fmt::format("the {} before it cannot be followed", m_index.node(*step).op_type());
            path.layout = LayoutBuilder();
            break;
        }
    return path;
}

bool WeightTracer::follow(WeightPath &path, const onnx::NodeProto &node, int graph) const
{
    const std::string &op = node.op_type();
    const Shape from = path.layout.shape();
    if (op == "Transpose") {
        const auto *perm = findAttribute(node, "perm");
        return perm ? path.layout.transpose({perm->ints().begin(), perm->ints().end()})
                    : path.layout.transpose({});
    }
    if (op == "Reshape") {
        const std::optional<Shape> to = reshapedTo(node, graph, from);
        return to && path.layout.reshape(*to);
    }
    if (op == "Flatten")
        return path.layout.reshape(flattened(node, from));
    if (op == "Unsqueeze" || op == "Squeeze") {
        bool given = false;
        const std::optional<Shape> list = axes(node, graph, given);
        if (!list)
            return false;
        const std::optional<Shape> to =
            op == "Squeeze" ? squeezed(from, *list, given) : unsqueezed(from, *list);
        return to && path.layout.reshape(*to);
    }
    if (op == "DequantizeLinear")
        path.obstacle = fmt::format("its weight is already stored as {}", elementTypeName(path.type));
    if (op == "Cast" && !isFloat(static_cast<ElementType>(intAttribute(node, "to", 0))))
        path.obstacle = "its weight is cast to whole numbers";
    return true; // Identity, Cast, DequantizeLinear keep the order of the elements
}

bool WeightTracer::madeOfConstants(int graph, const std::string &name) const
{
    struct Value {
        int graph;
        std::string name;
    };
    std::vector<Value> open{{graph, name}};
    std::unordered_set<const onnx::NodeProto *> seen;
    while (!open.empty()) {
        const Value value = std::move(open.back());
        open.pop_back();
        const std::optional<Definition> definition = m_index.find(value.graph, value.name);
        if (!definition || definition->kind == Definition::Kind::Input)
            return false;
        if (definition->kind != Definition::Kind::Node)
            continue;
        const onnx::NodeProto &node = m_index.node(*definition);
        if (!seen.insert(&node).second)
            continue;
        const bool opaque = node.input_size() == 0 && node.op_type() != "Constant"; // random numbers, say
        const bool branches = std::any_of(node.attribute().begin(), node.attribute().end(),
                                          [](const auto &a) { return a.has_g() || a.graphs_size() > 0; });
        if (opaque || branches)
            return false;
        for (const std::string &input : node.input())
            if (!input.empty())
                open.push_back({definition->graph, input});
    }
    return true;
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

std::optional<Shape> WeightTracer::axes(const onnx::NodeProto &node, int graph, bool &given) const
{
    given = true;
    if (const auto *attribute = findAttribute(node, "axes"))
        return Shape(attribute->ints().begin(), attribute->ints().end());
    if (node.input_size() > 1 && !node.input(1).empty())
        return wholeNumbers(graph, node.input(1));
    given = false;
    return Shape{};
}

std::optional<Shape> WeightTracer::reshapedTo(const onnx::NodeProto &node, int graph, const Shape &from) const
{
    std::optional<Shape> wanted;
    if (const auto *attribute = findAttribute(node, "shape")) // up to opset 4
        wanted = Shape(attribute->ints().begin(), attribute->ints().end());
    else if (node.input_size() > 1)
        wanted = wholeNumbers(graph, node.input(1));
    return wanted ? resolved(*wanted, from, intAttribute(node, "allowzero", 0) != 0) : std::nullopt;
}

} // namespace lathe
