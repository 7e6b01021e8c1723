#include "tests/support/channelremoval.h"

#include "core/model/proto.h"
#include "core/onnx/graphindex.h"

#include "core/rewrite/slim.h"

#include <algorithm>
#include <set>

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

Tensor copied(const Tensor &tensor, size_t axis, std::span<const int32_t> from, std::span<const int32_t> to)
{
    std::vector<float> values = toFloats(tensor);
    const std::vector<float> before = values;
    int64_t inner = 1;
    for (size_t d = axis + 1; d < tensor.shape.size(); ++d)
        inner *= tensor.shape[d];
    forEachElement(tensor.shape, axis, [&](size_t i, int64_t place) {
        for (size_t k = 0; k < to.size(); ++k)
            if (place == to[k])
                values[i] = before[static_cast<size_t>(static_cast<int64_t>(i) + (from[k] - to[k]) * inner)];
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

    Model finish() { return modelFromProto(std::move(m_proto), m_model); }

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
        std::string name = use.tensor + " for " + use.reader;
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

    const Model &m_model;
    const ChannelGroup &m_group;
    const Channels &m_channels;
    onnx::ModelProto m_proto;
    std::set<std::string> m_copied;
};

} // namespace

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

Model copyingChannel(const Model &model, const ChannelGroup &group, size_t from, size_t to)
{
    const Channels channels{to};
    Editor editor(model, group, channels);
    editor.forEachConstant([&](const Tensor &tensor, const ChannelUse &use, const Places &) {
        return use.summed ? tensor : copied(tensor, use.axis, use.of(from), use.of(to));
    });
    return editor.finish();
}

Model withoutChannels(const Model &model, const ChannelGroups &groups, const ChannelGroup &group,
                      const Channels &channels)
{
    std::vector<Channels> removed(groups.groups.size());
    removed[static_cast<size_t>(&group - groups.groups.data())] = channels;
    return slim(model, groups, removed);
}

} // namespace lathe::test
