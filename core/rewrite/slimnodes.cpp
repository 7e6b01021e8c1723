#include "core/rewrite/slimnodes.h"

#include "core/base/error.h"
#include "core/onnx/graphindex.h"

#include <fmt/format.h>
#include <numeric>
#include <optional>
#include <set>

namespace lathe {
namespace {

constexpr int64_t splitByInput = 13; ///< opset from which on sizes, and the axes of Squeeze, are an input

/// @param scalar of one value, without an axis
Tensor tensorOf(const std::vector<int64_t> &values, ElementType type = ElementType::Int64,
                bool scalar = false)
{
    Tensor tensor = makeTensor(type, scalar ? Shape{} : Shape{std::ssize(values)});
    if (type == ElementType::Int32)
        std::ranges::transform(values, tensor.as<int32_t>().begin(),
                               [](int64_t value) { return static_cast<int32_t>(value); });
    else
        std::ranges::copy(values, tensor.as<int64_t>().begin());
    return tensor;
}

onnx::AttributeProto *attributeOf(onnx::NodeProto &node, std::string_view name)
{
    auto &all = *node.mutable_attribute();
    const auto found = std::ranges::find(all, name, &onnx::AttributeProto::name);
    return found == all.end() ? nullptr : &*found;
}

/// The step between numbers at one distance; of fewer than two of them the one there was.
std::optional<int64_t> distanceOf(const std::vector<int64_t> &places, int64_t step)
{
    if (places.size() < 2)
        return step;
    for (size_t i = 2; i < places.size(); ++i)
        if (places[i] - places[i - 1] != places[1] - places[0])
            return {};
    return places[1] - places[0];
}

} // namespace

SlimNodes::SlimNodes(const Model &model, const RemovedPlaces &removed, onnx::ModelProto &proto,
                     EditedConstants &constants)
    : m_removed(removed), m_proto(proto), m_constants(constants), m_opset(model.opset())
{
    const Model::Content &content = model.content();
    m_values = inferValues(content.proto, *content.view, content.externalFiles);
}

void SlimNodes::rewrite(const ChannelChange &change)
{
    m_index = change.index;
    const std::string &what = change.what;
    if (what == "group" || what == "num_groups")
        setInteger(what, intAttribute(node(), what, 1) - gone(input(0), 1));
    else if (what == "hidden_size")
        setInteger(what, intAttribute(node(), what, 0) - gone(input(2), 2)); // recurrent weights
    else if (what == "num_heads" || what == "q_num_heads")
        setShare(what, node().output(0));
    else if (what == "kv_num_heads")
        setShare(what, input(1));
    else if (what == "qkv_hidden_sizes")
        rewriteHiddenSizes();
    else if (what == "split")
        rewriteSplit();
    else if (what == "shape")
        rewriteShape("shape", node().op_type() == "ConstantOfShape" ? 0 : 1, change.entries);
    else if (what == "sizes")
        rewriteShape("sizes", 3, change.entries);
    else if (what == "pads")
        rewritePads();
    else if (what == "starts, ends")
        rewriteSlice();
    else if (what == "indices")
        rewriteIndices();
    else if (what == "axes")
        nameSqueezedAxes();
    else
        throw Error(ErrorCode::Internal, Message::tr("Nothing rewrites {} of {}.", what, change.node));
}

void SlimNodes::finish()
{
    if (m_before.empty())
        return;
    auto &nodes = *m_proto.mutable_graph()->mutable_node();
    google::protobuf::RepeatedPtrField<onnx::NodeProto> all;
    for (int i = 0; i < nodes.size(); ++i) {
        if (const auto made = m_before.find(i); made != m_before.end())
            for (onnx::NodeProto &node : made->second)
                *all.Add() = std::move(node);
        *all.Add() = std::move(*nodes.Mutable(i));
    }
    nodes.Swap(&all);
}

size_t SlimNodes::axisOf(int64_t given, const std::string &tensor) const
{
    return static_cast<size_t>(given < 0 ? given + std::ssize(shapeOf(tensor)) : given);
}

/// Numbers that an attribute or an input holds; none: they are not given.
SlimNodes::Numbers SlimNodes::list(const char *name, int place)
{
    if (const auto *attribute = attributeOf(node(), name))
        return {attribute->ints().begin(), attribute->ints().end()};
    if (place >= node().input_size() || input(place).empty())
        return {};
    return m_values.numbers.at(input(place)).values;
}

/// As an attribute where it was one, else as a constant of its own: others may read the old one.
void SlimNodes::setList(const char *name, int place, const Numbers &values)
{
    if (auto *attribute = attributeOf(node(), name)) {
        attribute->mutable_ints()->Assign(values.begin(), values.end());
        return;
    }
    const std::string own =
        m_constants.add(*m_proto.mutable_graph(), fmt::format("{} of {}", name, nodeLabel(node())),
                        tensorOf(values, typeOfList(place), isScalar(place)));
    if (place < node().input_size())
        m_constants.mayBeUnread(input(place));
    while (node().input_size() <= place)
        node().add_input("");
    node().set_input(place, own);
}

bool SlimNodes::isScalar(int place) const
{
    const onnx::NodeProto &at = m_proto.graph().node(m_index);
    const auto known =
        place < at.input_size() ? m_values.numbers.find(at.input(place)) : m_values.numbers.end();
    return known != m_values.numbers.end() && known->second.scalar;
}

/// As it was; of one that was not given as the list before it: those of a Slice are all of one type.
ElementType SlimNodes::typeOfList(int place)
{
    for (int i = std::min(place, node().input_size() - 1); i > 0; --i) {
        const ConstantSite site = findConstant(m_proto, input(i));
        const onnx::TensorProto *stored = nullptr;
        if (site.initializer >= 0)
            stored = &site.graph->initializer(site.initializer);
        else if (site.constantNode >= 0)
            if (const auto *value = findAttribute(site.graph->node(site.constantNode), "value"))
                stored = &value->t();
        if (stored && stored->data_type() == onnx::TensorProto::INT32)
            return ElementType::Int32;
        if (stored)
            break;
    }
    return ElementType::Int64;
}

void SlimNodes::setInteger(const std::string &name, int64_t value)
{
    auto *attribute = attributeOf(node(), name);
    if (!attribute) {
        attribute = node().add_attribute();
        attribute->set_name(name);
        attribute->set_type(onnx::AttributeProto::INT);
    }
    attribute->set_i(value);
}

/// As many heads less as the last axis of a tensor gets shorter.
void SlimNodes::setShare(const std::string &name, const std::string &wide)
{
    const int64_t heads = intAttribute(node(), name, 0), length = shapeOf(wide).back();
    if (heads > 0)
        setInteger(name, heads * (length - gone(wide, shapeOf(wide).size() - 1)) / length);
}

void SlimNodes::rewriteHiddenSizes()
{
    const std::string &wide = node().output(0);
    const int64_t length = shapeOf(wide).back(), left = length - gone(wide, shapeOf(wide).size() - 1);
    Numbers sizes = list("qkv_hidden_sizes", node().input_size());
    for (int64_t &size : sizes)
        size = size * left / length;
    if (!sizes.empty())
        setList("qkv_hidden_sizes", node().input_size(), sizes);
}

/// A shape may be shorter than what it shapes: its entries belong to the last axes then, and an entry of one
/// is right where the input goes on being as wide as the output.
void SlimNodes::rewriteShape(const std::string &name, int place, const std::vector<size_t> &entries)
{
    const std::string &output = node().output(0);
    const Shape &wide = shapeOf(output);
    const bool isWritten = attributeOf(node(), name) || findConstant(m_proto, input(place)).graph != nullptr;
    const bool isKnown = isWritten || m_values.numbers.contains(input(place));
    Numbers shape = isKnown ? list(name.c_str(), place) : Numbers(wide.begin(), wide.end());
    Numbers stays(shape.size(), 1), instead(shape.size(), 0);
    const size_t ahead = wide.size() - std::min(wide.size(), shape.size());
    for (const size_t d : entries) {
        if (d < ahead || (shape[d - ahead] == 1 && wide[d] != 1))
            continue;
        shape[d - ahead] = instead[d - ahead] = wide[d] - gone(output, d);
        stays[d - ahead] = 0;
    }
    if (isWritten)
        setList(name.c_str(), place, shape);
    else if (std::ranges::count(stays, 0) > 0)
        setEntries(place, stays, instead);
}

/// Of a shape that is computed.
/// @param stays by entry: 1 leaves it as it is computed, 0 puts what is known in its place
void SlimNodes::setEntries(int place, const Numbers &stays, const Numbers &instead)
{
    const std::string label = nodeLabel(node());
    std::string shape = input(place);
    const auto add = [&](const char *type, const char *what, const Numbers &values) {
        const std::string result = m_constants.freeName(fmt::format("{} of {}", what, label));
        onnx::NodeProto made;
        made.set_op_type(type);
        made.set_name(result);
        made.add_input(shape);
        made.add_input(m_constants.add(*m_proto.mutable_graph(), result + " by", tensorOf(values)));
        made.add_output(result);
        m_before[m_index].push_back(std::move(made));
        shape = result;
    };
    add("Mul", "entries of the shape that stay", stays);
    add("Add", "shape without channels", instead);
    node().set_input(place, shape);
}

void SlimNodes::rewriteSplit()
{
    const size_t axis = axisOf(intAttribute(node(), "axis", 0), input(0));
    Numbers lengths;
    for (const std::string &output : node().output())
        lengths.push_back(shapeOf(output)[axis] - gone(output, axis));
    if (m_opset < splitByInput && !attributeOf(node(), "split")) {
        auto *attribute = node().add_attribute();
        attribute->set_name("split");
        attribute->set_type(onnx::AttributeProto::INTS);
    }
    setList("split", 1, lengths);
    auto &attributes = *node().mutable_attribute(); // of equal parts, which they need not be any more
    attributes.erase(std::remove_if(attributes.begin(), attributes.end(),
                                    [](const auto &a) { return a.name() == "num_outputs"; }),
                     attributes.end());
}

void SlimNodes::rewritePads()
{
    const char *name = attributeOf(node(), "paddings") ? "paddings" : "pads";
    Numbers pads = list(name, 1), axes = list("axes", 3);
    const size_t count = pads.size() / 2;
    if (axes.empty()) {
        axes.resize(count);
        std::iota(axes.begin(), axes.end(), 0);
    }
    const std::string &from = input(0), &to = node().output(0);
    for (size_t i = 0; i < count; ++i) {
        const size_t d = axisOf(axes[i], from);
        const int64_t before = pads[i] > 0 ? goneBefore(to, d, pads[i]) : -goneBefore(from, d, -pads[i]);
        pads[i + count] -= gone(to, d) - gone(from, d) - before;
        pads[i] -= before;
    }
    setList(name, 1, pads);
}

void SlimNodes::rewriteSlice()
{
    Numbers starts = list("starts", 1), ends = list("ends", 2), axes = list("axes", 3),
            steps = list("steps", 4);
    if (axes.empty()) {
        axes.resize(starts.size());
        std::iota(axes.begin(), axes.end(), 0);
    }
    bool steep = false; // a step is another
    for (size_t i = 0; i < starts.size(); ++i) {
        const size_t axis = axisOf(axes[i], input(0));
        const int64_t length = shapeOf(input(0))[axis], count = shapeOf(node().output(0))[axis];
        const auto &away = m_removed.on(input(0), axis, m_index);
        if (away.empty())
            continue;
        const int64_t step = steps.empty() ? 1 : steps[i];
        const int64_t start =
            std::clamp<int64_t>(starts[i] < 0 ? starts[i] + length : starts[i], 0, length - 1);
        Numbers kept;
        for (int64_t k = 0; k < count; ++k)
            if (const int64_t place = start + k * step; !std::ranges::binary_search(away, place))
                kept.push_back(place - goneBefore(input(0), axis, place));
        const auto distance = distanceOf(kept, step);
        if (!distance || kept.empty() || (steps.empty() && *distance != 1))
            throw Error(ErrorCode::Unsupported,
                        Message::tr("{} takes channels at one distance, which they would no longer have.",
                                    nodeLabel(node())));
        steep = steep || *distance != step;
        starts[i] = kept.front();
        ends[i] = kept.back() + (*distance > 0 ? 1 : -1);
        if (ends[i] < 0)
            ends[i] = -length - 1; // before the first one
        if (!steps.empty())
            steps[i] = *distance;
    }
    setList("starts", 1, starts);
    setList("ends", 2, ends);
    if (steep)
        setList("steps", 4, steps);
}

void SlimNodes::nameSqueezedAxes()
{
    if (attributeOf(node(), "axes") || node().input_size() > 1)
        return; // for another group
    Numbers axes;
    for (size_t d = 0; d < shapeOf(input(0)).size(); ++d)
        if (shapeOf(input(0))[d] == 1)
            axes.push_back(static_cast<int64_t>(d));
    if (m_opset < splitByInput) {
        auto *attribute = node().add_attribute();
        attribute->set_name("axes");
        attribute->set_type(onnx::AttributeProto::INTS);
    }
    setList("axes", 1, axes);
}

void SlimNodes::rewriteIndices()
{
    const size_t axis = axisOf(intAttribute(node(), "axis", 0), input(0));
    const auto &away = m_removed.on(input(0), axis, m_index);
    const int64_t length = shapeOf(input(0))[axis];
    Numbers kept;
    for (const int64_t given : list("indices", 1)) {
        const int64_t place = given < 0 ? given + length : given;
        if (!std::ranges::binary_search(away, place))
            kept.push_back(place - goneBefore(input(0), axis, place));
    }
    setList("indices", 1, kept);
}

} // namespace lathe
