#include "core/rewrite/slim.h"

#include "core/base/error.h"
#include "core/onnx/constants.h"
#include "core/rewrite/slimnodes.h"

#include <fmt/format.h>

namespace lathe {
namespace {

using Places = RemovedPlaces::Places;

Tensor without(const Tensor &tensor, size_t axis, const Places &places)
{
    const auto product = [&](size_t first, size_t last) {
        return static_cast<size_t>(elementCount(Shape(tensor.shape.begin() + static_cast<ptrdiff_t>(first),
                                                      tensor.shape.begin() + static_cast<ptrdiff_t>(last))));
    };
    const size_t outer = product(0, axis), length = static_cast<size_t>(tensor.shape[axis]);
    const size_t inner =
        product(axis + 1, tensor.shape.size()) * static_cast<size_t>(elementBits(tensor.type)) / 8;
    Tensor result{tensor.type, tensor.shape, {}};
    result.shape[axis] -= std::ssize(places);
    result.bytes.reserve(outer * (length - places.size()) * inner);
    for (size_t o = 0; o < outer; ++o) {
        size_t next = 0; // of those that go
        for (size_t i = 0; i < length; ++i) {
            if (next < places.size() && static_cast<size_t>(places[next]) == i) {
                ++next;
                continue;
            }
            const auto first = tensor.bytes.begin() + static_cast<ptrdiff_t>((o * length + i) * inner);
            result.bytes.insert(result.bytes.end(), first, first + static_cast<ptrdiff_t>(inner));
        }
    }
    return result;
}

class Slimmer {
public:
    Slimmer(const Model &model, const ChannelGroups &groups, const RemovedPlaces &removed)
        : m_model(model), m_content(model.content()), m_groups(groups), m_removed(removed),
          m_proto(m_content.proto), m_constants(model, m_proto), m_nodes(model, removed, m_proto, m_constants)
    {
    }

    Model run(const std::vector<std::vector<size_t>> &removed)
    {
        for (const ChannelChange &change : changesOf(removed))
            m_nodes.rewrite(change);
        for (const RemovedPlaces::Constant &constant : m_removed.constants())
            cut(constant);
        shorten(*m_proto.mutable_graph()->mutable_value_info());
        shorten(*m_proto.mutable_graph()->mutable_input());
        m_nodes.finish();
        m_constants.dropUnread();
        return modelFromProto(std::move(m_proto), m_model);
    }

private:
    /// Each node is rewritten once, though several groups may shorten what it gives.
    std::vector<ChannelChange> changesOf(const std::vector<std::vector<size_t>> &removed) const
    {
        std::map<std::pair<int, std::string>, ChannelChange> joined;
        for (size_t g = 0; g < removed.size(); ++g) {
            if (removed[g].empty())
                continue;
            for (const ChannelChange &change : m_groups.groups[g].changes) {
                ChannelChange &all = joined.try_emplace({change.index, change.what}, change).first->second;
                for (const size_t entry : change.entries)
                    if (std::ranges::find(all.entries, entry) == all.entries.end())
                        all.entries.push_back(entry);
            }
        }
        std::vector<ChannelChange> changes;
        for (auto &[key, change] : joined)
            changes.push_back(std::move(change));
        return changes;
    }

    Tensor stored(const std::string &name) const
    {
        const auto definition = m_content.index->find(0, name);
        Tensor tensor = readConstant(*m_content.index, *definition, m_content.externalFiles, m_content.label);
        if (elementBits(tensor.type) % 8 != 0)
            throw Error(
                ErrorCode::Unsupported,
                Message::tr("{} holds several numbers in a byte: channels of it cannot be removed.", name));
        return tensor;
    }

    void cut(const RemovedPlaces::Constant &constant)
    {
        Tensor tensor = stored(constant.name);
        for (const auto &[axis, places] : constant.axes)
            tensor = without(tensor, axis, places);
        if (constant.reader >= 0)
            giveOwn(constant, tensor);
        else
            m_constants.replace(constant.name, tensor);
    }

    void giveOwn(const RemovedPlaces::Constant &constant, const Tensor &tensor)
    {
        onnx::NodeProto &reader = *m_proto.mutable_graph()->mutable_node(constant.reader);
        const std::string own = m_constants.add(
            *m_proto.mutable_graph(), fmt::format("{} of {}", constant.name, nodeLabel(reader)), tensor);
        m_constants.mayBeUnread(constant.name);
        for (std::string &input : *reader.mutable_input())
            if (input == constant.name)
                input = own;
    }

    /// What the file says of shapes; constants are listed as inputs in old ones.
    template <class Infos>
    void shorten(Infos &infos)
    {
        for (auto &info : infos) {
            if (!info.type().tensor_type().has_shape())
                continue;
            auto &shape = *info.mutable_type()->mutable_tensor_type()->mutable_shape();
            for (int d = 0; d < shape.dim_size(); ++d)
                if (shape.dim(d).has_dim_value())
                    shape.mutable_dim(d)->set_dim_value(shape.dim(d).dim_value() -
                                                        m_removed.count(info.name(), static_cast<size_t>(d)));
        }
    }

    const Model &m_model;
    const Model::Content &m_content;
    const ChannelGroups &m_groups;
    const RemovedPlaces &m_removed;
    onnx::ModelProto m_proto;
    EditedConstants m_constants;
    SlimNodes m_nodes;
};

} // namespace

Model slim(const Model &model, const ChannelGroups &groups, const std::vector<std::vector<size_t>> &removed)
{
    const RemovedPlaces places(groups, removed);
    return places.empty() ? model : Slimmer(model, groups, places).run(removed);
}

} // namespace lathe
