#include "core/rewrite/slimnodes.h"

#include "core/base/error.h"
#include "core/onnx/graphindex.h"

#include <fmt/format.h>
#include <numeric>
#include <optional>
#include <set>

namespace lathe {
namespace {

constexpr int64_t splitByInput = 13; ///< opset from which on sizes are an input

Tensor tensorOf(const std::vector<int64_t> &values)
{
    Tensor tensor = makeTensor(ElementType::Int64, {std::ssize(values)});
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
    const std::string own = m_constants.add(
        *m_proto.mutable_graph(), fmt::format("{} of {}", name, nodeLabel(node())), tensorOf(values));
    if (place < node().input_size())
        m_constants.mayBeUnread(input(place));
    while (node().input_size() <= place)
        node().add_input("");
    node().set_input(place, own);
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

void SlimNodes::rewriteShape(const std::string &name, int place, const std::vector<size_t> &entries)
{
    const std::string &output = node().output(0);
    Numbers less(shapeOf(output).size(), 0);
    for (const size_t d : entries)
        less[d] = gone(output, d);
    const auto isStored = [&](const std::string &tensor) {
        return findConstant(m_proto, tensor).graph != nullptr;
    };
    if (!attributeOf(node(), name) && !isStored(input(place))) {
        subtract(place, less);
        return;
    }
    Numbers shape = list(name.c_str(), place);
    for (size_t d = 0; d < shape.size(); ++d)
        shape[d] -= less[d];
    setList(name.c_str(), place, shape);
}

/// From a shape that is computed.
void SlimNodes::subtract(int place, const Numbers &less)
{
    const std::string label = nodeLabel(node());
    const std::string result = m_constants.freeName(fmt::format("shape of {} without channels", label));
    const std::string amount =
        m_constants.add(*m_proto.mutable_graph(), fmt::format("channels less of {}", label), tensorOf(less));
    onnx::NodeProto difference;
    difference.set_op_type("Sub");
    difference.set_name(result);
    difference.add_input(input(place));
    difference.add_input(amount);
    difference.add_output(result);
    m_before[m_index].push_back(std::move(difference));
    node().set_input(place, result);
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
