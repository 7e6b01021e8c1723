#include "tests/support/channelremoval.h"

#include "core/model/proto.h"
#include "core/onnx/graphindex.h"
#include "core/onnx/graphview.h"
#include "core/shapes/shapeinference.h"

#include <algorithm>
#include <numeric>
#include <set>
#include <stdexcept>

namespace lathe::test {
namespace {

using Places = std::set<int64_t>;

Places placesOf(const ChannelUse &use, const Channels &channels)
{
    Places places;
    for (const size_t channel : channels)
        places.insert(use.of(channel).begin(), use.of(channel).end());
    return places;
}

/// Calls visit(byte offset, place) for each element of a tensor.
template <class Visit>
void forEachElement(const Shape &shape, size_t axis, const Visit &visit)
{
    int64_t inner = 1;
    for (size_t d = axis + 1; d < shape.size(); ++d)
        inner *= shape[d];
    const int64_t count = elementCount(shape);
    for (int64_t i = 0; i < count; ++i)
        visit(static_cast<size_t>(i), i / inner % shape[axis]);
}

Tensor cut(const Tensor &tensor, size_t axis, const Places &places)
{
    Tensor result;
    result.type = tensor.type;
    result.shape = tensor.shape;
    result.shape[axis] -= std::ssize(places);
    const size_t size = static_cast<size_t>(elementBits(tensor.type)) / 8;
    forEachElement(tensor.shape, axis, [&](size_t i, int64_t place) {
        if (!places.contains(place))
            result.bytes.insert(result.bytes.end(), tensor.bytes.begin() + static_cast<ptrdiff_t>(i * size),
                                tensor.bytes.begin() + static_cast<ptrdiff_t>((i + 1) * size));
    });
    return result;
}

Tensor multiplied(const Tensor &tensor, size_t axis, const Places &places, bool byZero)
{
    if (!isFloat(tensor.type)) {
        Tensor result = tensor;
        const size_t size = static_cast<size_t>(elementBits(tensor.type)) / 8;
        forEachElement(tensor.shape, axis, [&](size_t i, int64_t place) {
            if (byZero && places.contains(place))
                std::fill_n(result.bytes.begin() + static_cast<ptrdiff_t>(i * size), size, std::byte{0});
        });
        return result;
    }
    std::vector<float> values = toFloats(tensor);
    forEachElement(tensor.shape, axis, [&](size_t i, int64_t place) {
        if (places.contains(place))
            values[i] *= byZero ? 0.0F : 1.25F + 0.25F * static_cast<float>(place % 5);
    });
    return fromFloats(tensor.type, tensor.shape, values);
}

class Editor {
public:
    Editor(const Model &model, const ChannelGroup &group, const Channels &channels)
        : m_model(model), m_group(group), m_channels(channels), m_proto(model.content().proto)
    {
    }

    /// @param change gives a constant anew
    template <class Change>
    void forEachConstant(const Change &change)
    {
        for (const ChannelUse &use : m_group.uses) {
            const Places places = placesOf(use, m_channels);
            if (!use.stored || places.empty())
                continue;
            const std::string name = use.reader.empty() ? use.tensor : ownCopy(use);
            put(name, change(tensor(name), use, places));
        }
    }

    void rewriteNodes()
    {
        for (const ChannelChange &change : m_group.changes)
            rewrite(node(change.index), change);
    }

    Model finish()
    {
        m_proto.mutable_graph()->clear_value_info(); // of shapes that were
        return modelFromProto(std::move(m_proto), m_model);
    }

private:
    onnx::NodeProto &node(int index) { return *m_proto.mutable_graph()->mutable_node(index); }

    Tensor tensor(const std::string &name)
    {
        const ConstantSite site = findConstant(m_proto, name);
        if (site.initializer >= 0)
            return readTensor(site.graph->initializer(site.initializer), m_model.content());
        const auto &node = site.graph->node(site.constantNode);
        const auto *value = findAttribute(node, "value");
        return value ? readTensor(value->t(), m_model.content()) : numbersOf(node);
    }

    static Tensor numbersOf(const onnx::NodeProto &node)
    {
        const auto &list = findAttribute(node, "value_ints")->ints();
        Tensor tensor = makeTensor(ElementType::Int64, {list.size()});
        std::ranges::copy(list, tensor.as<int64_t>().begin());
        return tensor;
    }

    void put(const std::string &name, const Tensor &tensor)
    {
        const ConstantSite site = findConstant(m_proto, name);
        if (site.initializer >= 0) {
            *site.graph->mutable_initializer(site.initializer) = makeTensorProto(name, tensor);
            for (auto &input : *m_proto.mutable_graph()->mutable_input()) // old files list constants there
                if (input.name() == name)
                    for (int d = 0; d < input.type().tensor_type().shape().dim_size(); ++d)
                        input.mutable_type()
                            ->mutable_tensor_type()
                            ->mutable_shape()
                            ->mutable_dim(d)
                            ->set_dim_value(tensor.shape[static_cast<size_t>(d)]);
            return;
        }
        onnx::NodeProto &node = *site.graph->mutable_node(site.constantNode);
        node.clear_attribute();
        auto *value = node.add_attribute();
        value->set_name("value");
        value->set_type(onnx::AttributeProto::TENSOR);
        *value->mutable_t() = makeTensorProto("", tensor);
    }

    std::string ownCopy(const ChannelUse &use)
    {
        std::string name = use.tensor + " of " + use.reader;
        if (m_copied.insert(name).second)
            addCopy(use.tensor, name, node(use.readerIndex));
        return name;
    }

    void addCopy(const std::string &from, const std::string &name, onnx::NodeProto &reader)
    {
        *m_proto.mutable_graph()->add_initializer() = makeTensorProto(name, tensor(from));
        if (m_proto.ir_version() < 4) {
            auto *input = m_proto.mutable_graph()->add_input();
            input->set_name(name);
            auto *type = input->mutable_type()->mutable_tensor_type();
            type->set_elem_type(static_cast<int>(tensor(from).type));
            for (const int64_t d : tensor(from).shape)
                type->mutable_shape()->add_dim()->set_dim_value(d);
        }
        for (auto &input : *reader.mutable_input())
            if (input == from)
                input = name;
    }

    Places gone(const std::string &tensor, size_t axis) const
    {
        Places places;
        for (const ChannelUse &use : m_group.uses)
            if (use.tensor == tensor && use.axis == axis)
                places.merge(placesOf(use, m_channels));
        return places;
    }
    int64_t countGone(const std::string &tensor, size_t axis) const { return std::ssize(gone(tensor, axis)); }
    int64_t countBefore(const std::string &tensor, size_t axis, int64_t end) const
    {
        const Places places = gone(tensor, axis);
        return std::distance(places.begin(), places.lower_bound(end));
    }
    int64_t lengthOf(const std::string &tensor, size_t axis) const
    {
        for (const ChannelUse &use : m_group.uses)
            if (use.tensor == tensor && use.axis == axis)
                return use.length;
        return -1;
    }

    static void setInteger(onnx::NodeProto &node, const char *name, int64_t value)
    {
        for (auto &attribute : *node.mutable_attribute())
            if (attribute.name() == name)
                attribute.set_i(value);
    }

    std::vector<int64_t> list(const onnx::NodeProto &node, const char *name, int input)
    {
        if (const auto *attribute = findAttribute(node, name))
            return {attribute->ints().begin(), attribute->ints().end()};
        if (input >= node.input_size() || node.input(input).empty())
            return {};
        const Tensor values = tensor(node.input(input));
        if (values.type == ElementType::Int32)
            return {values.as<int32_t>().begin(), values.as<int32_t>().end()};
        return {values.as<int64_t>().begin(), values.as<int64_t>().end()};
    }

    /// As an attribute where it was one, else as a constant of its own: others may read the old one.
    void setList(onnx::NodeProto &node, const char *name, int input, const std::vector<int64_t> &values)
    {
        for (auto &attribute : *node.mutable_attribute())
            if (attribute.name() == name) {
                attribute.clear_ints();
                for (const int64_t value : values)
                    attribute.add_ints(value);
                return;
            }
        const std::string own = std::string(name) + " of " + nodeLabel(node);
        Tensor tensor = makeTensor(ElementType::Int64, {std::ssize(values)});
        std::ranges::copy(values, tensor.as<int64_t>().begin());
        *m_proto.mutable_graph()->add_initializer() = makeTensorProto(own, tensor);
        while (node.input_size() <= input)
            node.add_input("");
        node.set_input(input, own);
    }

    void rewrite(onnx::NodeProto &node, const ChannelChange &change)
    {
        const std::string &what = change.what;
        if (what == "group") {
            setInteger(node, "group", intAttribute(node, "group", 1) - countGone(node.input(0), 1));
        } else if (what == "num_groups") {
            setInteger(node, "num_groups", intAttribute(node, "num_groups", 1) - countGone(node.input(0), 1));
        } else if (what == "hidden_size") {
            setInteger(node, "hidden_size",
                       intAttribute(node, "hidden_size", 0) - countGone(node.output(0), 3));
        } else if (what == "num_heads" || what == "kv_num_heads") {
            const std::string &wide = what == "num_heads" ? node.output(0) : node.input(1);
            const int64_t length = lengthOf(wide, 2);
            setInteger(node, what.c_str(),
                       intAttribute(node, what, 0) * (length - countGone(wide, 2)) / length);
        } else if (what == "qkv_hidden_sizes") {
            if (findAttribute(node, "qkv_hidden_sizes"))
                throw std::runtime_error("no rewriting of " + what);
        } else if (what == "split") {
            rewriteSplit(node);
        } else if (what == "shape") {
            rewriteShape(node, change.entries);
        } else if (what == "pads") {
            std::vector<int64_t> pads = list(node, "pads", 1);
            const size_t rank = pads.size() / 2;
            for (size_t d = 0; d < rank; ++d) {
                const int64_t before = countBefore(node.output(0), d, pads[d]);
                pads[d + rank] -= countGone(node.output(0), d) - countGone(node.input(0), d) - before;
                pads[d] -= before;
            }
            setList(node, "pads", 1, pads);
        } else if (what == "starts, ends") {
            rewriteSlice(node);
        } else if (what == "indices") {
            const auto axis = static_cast<size_t>(intAttribute(node, "axis", 0));
            const Places away = gone(node.input(0), axis);
            std::vector<int64_t> kept;
            for (const int64_t i : list(node, "indices", 1))
                if (!away.contains(i))
                    kept.push_back(i - std::distance(away.begin(), away.lower_bound(i)));
            setList(node, "indices", 1, kept);
        } else {
            throw std::runtime_error("no rewriting of " + what);
        }
    }

    /// Also what is computed: less by what is gone.
    void rewriteShape(onnx::NodeProto &node, const std::vector<size_t> &entries)
    {
        const int input = node.op_type() == "ConstantOfShape" ? 0 : 1;
        if (!findAttribute(node, "shape") && !findConstant(m_proto, node.input(input)).graph) {
            std::vector<int64_t> less(rankOf(node.output(0)), 0);
            for (const size_t d : entries)
                less[d] = countGone(node.output(0), d);
            const std::string name = "less of " + nodeLabel(node), result = "new shape of " + nodeLabel(node);
            Tensor tensor = makeTensor(ElementType::Int64, {std::ssize(less)});
            std::ranges::copy(less, tensor.as<int64_t>().begin());
            *m_proto.mutable_graph()->add_initializer() = makeTensorProto(name, tensor);
            const std::string old = node.input(input);
            node.set_input(input, result);
            auto *difference = m_proto.mutable_graph()->add_node();
            difference->set_op_type("Sub");
            difference->add_input(old);
            difference->add_input(name);
            difference->add_output(result);
            return;
        }
        std::vector<int64_t> shape = list(node, "shape", input);
        for (const size_t d : entries)
            shape[d] -= countGone(node.output(0), d);
        setList(node, "shape", input, shape);
    }

    size_t rankOf(const std::string &tensor) const
    {
        const Model::Content &content = m_model.content();
        return inferShapes(content.proto, *content.view, content.externalFiles).at(tensor).size();
    }

    void rewriteSplit(onnx::NodeProto &node)
    {
        for (size_t axis = 0; axis < 8; ++axis) {
            if (lengthOf(node.input(0), axis) < 0 || countGone(node.input(0), axis) == 0)
                continue;
            std::vector<int64_t> lengths = list(node, "split", 1);
            if (lengths.empty())
                lengths.assign(static_cast<size_t>(node.output_size()),
                               lengthOf(node.input(0), axis) / node.output_size());
            for (size_t i = 0; i < lengths.size(); ++i)
                lengths[i] -= countGone(node.output(static_cast<int>(i)), axis);
            setList(node, "split", 1, lengths);
            auto &attributes = *node.mutable_attribute(); // of equal parts, which they need not be any more
            attributes.erase(std::remove_if(attributes.begin(), attributes.end(),
                                            [](const auto &a) { return a.name() == "num_outputs"; }),
                             attributes.end());
        }
    }

    void rewriteSlice(onnx::NodeProto &node)
    {
        std::vector<int64_t> starts = list(node, "starts", 1), ends = list(node, "ends", 2);
        std::vector<int64_t> axes = list(node, "axes", 3);
        if (axes.empty()) {
            axes.resize(starts.size());
            std::iota(axes.begin(), axes.end(), 0);
        }
        for (size_t i = 0; i < starts.size(); ++i) {
            const auto axis = static_cast<size_t>(axes[i]);
            const int64_t length = lengthOf(node.input(0), axis);
            if (length < 0)
                continue;
            int64_t start = starts[i] < 0 ? starts[i] + length : starts[i];
            int64_t end = std::min(ends[i] < 0 ? ends[i] + length : ends[i], length);
            starts[i] = start - countBefore(node.input(0), axis, start);
            ends[i] = end - countBefore(node.input(0), axis, end);
        }
        setList(node, "starts", 1, starts);
        setList(node, "ends", 2, ends);
    }

    const Model &m_model;
    const ChannelGroup &m_group;
    const Channels &m_channels;
    onnx::ModelProto m_proto;
    std::set<std::string> m_copied;
};

} // namespace

Model withoutChannels(const Model &model, const ChannelGroup &group, const Channels &channels)
{
    Editor editor(model, group, channels);
    editor.rewriteNodes(); // which reads constants as they were
    editor.forEachConstant([](const Tensor &tensor, const ChannelUse &use, const Places &places) {
        return cut(tensor, use.axis, places);
    });
    return editor.finish();
}

Model ignoringChannels(const Model &model, const ChannelGroup &group, const Channels &channels)
{
    Editor editor(model, group, channels);
    editor.forEachConstant([](const Tensor &tensor, const ChannelUse &use, const Places &places) {
        return use.summed ? multiplied(tensor, use.axis, places, true) : tensor;
    });
    return editor.finish();
}

Model scramblingChannels(const Model &model, const ChannelGroup &group, const Channels &channels)
{
    Editor editor(model, group, channels);
    editor.forEachConstant([](const Tensor &tensor, const ChannelUse &use, const Places &places) {
        return use.summed ? tensor : multiplied(tensor, use.axis, places, false);
    });
    return editor.finish();
}

} // namespace lathe::test
