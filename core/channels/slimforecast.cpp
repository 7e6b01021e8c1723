#include "core/channels/slimforecast.h"

#include "core/model/macs.h"
#include "core/onnx/constants.h"
#include "core/onnx/graphview.h"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>
#include <variant>

namespace lathe {
namespace {

int64_t bytesOf(const ConstantInfo &info, const Shape &shape)
{
    constexpr int64_t bitsOfByte = 8;
    return (elementCount(shape) * elementBits(info.type) + bitsOfByte - 1) / bitsOfByte;
}

struct Axis {
    std::string tensor;
    int reader = -1;
    size_t place = 0; ///< which of its tensor's
    int64_t length = 0, left = 0;
    bool summed = false;
};

/// Which of the axes that channels are on a shape has.
struct ShapeAxes {
    std::vector<std::pair<size_t, size_t>> axes; ///< dimension, axis

    Shape of(Shape shape, const std::vector<Axis> &all) const
    {
        for (const auto &[d, axis] : axes)
            if (d < shape.size() && shape[d] == all[axis].length)
                shape[d] = all[axis].left;
        return shape;
    }
};

struct LayerWork {
    size_t layer = 0;
    ShapeAxes input, output, weight;
};

struct ProductWork {
    size_t product = 0;
    std::vector<ShapeAxes> inputs;
    ShapeAxes output;
};

/// A constant as most nodes read it, and for those that have their own.
struct StoredConstant {
    ConstantInfo info;
    ShapeAxes common;
    std::map<int, ShapeAxes> own; ///< by reader
    bool hasOthers = false;       ///< something reads it that never has its own
};

} // namespace

struct SlimForecast::Impl {
    struct Item {
        std::variant<LayerWork, ProductWork, StoredConstant> what;
        Cost cost = Cost::Macs;
        int64_t now = 0;
    };

    Impl(const Model &ofModel, const ChannelGroups &ofGroups)
        : model(ofModel), content(ofModel.content()), groups(ofGroups)
    {
        axisOfUse.resize(groups.groups.size());
        for (size_t g = 0; g < groups.groups.size(); ++g)
            for (const ChannelUse &use : groups.groups[g].uses)
                axisOfUse[g].push_back(axisOf(use));
        itemsOfAxis.resize(axes.size());
        addWork();
        addConstants();
        itemsOfGroup.resize(groups.groups.size());
        for (size_t g = 0; g < groups.groups.size(); ++g) {
            std::set<size_t> touched;
            for (const size_t axis : axisOfUse[g])
                touched.insert(itemsOfAxis[axis].begin(), itemsOfAxis[axis].end());
            itemsOfGroup[g].assign(touched.begin(), touched.end());
        }
        for (Item &item : items)
            item.now = costOf(item);
        whole[Cost::Macs] = now[Cost::Macs] = model.macs().value_or(0);
        whole[Cost::Bytes] = now[Cost::Bytes] = storedBytes(model);
    }

    size_t axisOf(const ChannelUse &use)
    {
        const auto [found, isNew] =
            axisNumbers.try_emplace({use.tensor, use.readerIndex, use.axis}, axes.size());
        if (isNew) {
            axes.push_back({use.tensor, use.readerIndex, use.axis, use.length, use.length, false});
            axesOfTensor[{use.tensor, use.readerIndex}].push_back(found->second);
        }
        axes[found->second].summed = axes[found->second].summed || use.summed;
        return found->second;
    }

    /// Of a tensor as a node reads it.
    ShapeAxes axesOf(const std::string &tensor, int node) const
    {
        ShapeAxes result;
        for (const int reader : {node, -1})
            if (const auto found = axesOfTensor.find({tensor, reader}); found != axesOfTensor.end()) {
                for (const size_t axis : found->second)
                    result.axes.emplace_back(axes[axis].place, axis);
                break;
            }
        return result;
    }

    void add(Item item, const std::vector<const ShapeAxes *> &shapes)
    {
        std::set<size_t> touching;
        for (const ShapeAxes *shape : shapes)
            for (const auto &[d, axis] : shape->axes)
                touching.insert(axis);
        if (touching.empty())
            return;
        for (const size_t axis : touching)
            itemsOfAxis[axis].push_back(items.size());
        items.push_back(std::move(item));
    }

    void addWork()
    {
        const onnx::GraphProto &graph = content.proto.graph();
        const auto output = [&](const onnx::NodeProto &node) {
            return node.output_size() > 0 ? axesOf(node.output(0), -1) : ShapeAxes();
        };
        for (size_t i = 0; i < content.layers.size(); ++i) {
            const LayerSite &site = content.sites[i];
            if (site.graph != 0 || !content.layers[i].macs)
                continue;
            const onnx::NodeProto &node = graph.node(site.node);
            const int data = dataInput(content.layers[i], site.input);
            const LayerWork work{i,
                                 data < node.input_size() ? axesOf(node.input(data), site.node) : ShapeAxes(),
                                 output(node), axesOf(node.input(site.input), site.node)};
            add({work, Cost::Macs, 0}, {&work.input, &work.output, &work.weight});
        }
        for (size_t i = 0; i < content.products.size(); ++i) {
            const OtherProduct &product = content.products[i];
            if (product.site.graph != 0 || !product.macs)
                continue;
            const onnx::NodeProto &node = graph.node(product.site.node);
            ProductWork work{i, {}, output(node)};
            for (const std::string &name : node.input())
                work.inputs.push_back(axesOf(name, product.site.node));
            std::vector<const ShapeAxes *> shapes{&work.output};
            for (const ShapeAxes &input : work.inputs)
                shapes.push_back(&input);
            add({work, Cost::Macs, 0}, shapes);
        }
    }

    void addConstants()
    {
        std::map<std::string, StoredConstant> constants;
        for (const ChannelGroup &group : groups.groups)
            for (const ChannelUse &use : group.uses) {
                if (!use.stored)
                    continue;
                const auto definition = content.index->find(0, use.tensor);
                const auto info = definition ? constantInfo(*content.index, *definition) : std::nullopt;
                if (!info)
                    continue;
                StoredConstant &constant = constants[use.tensor];
                constant.info = *info;
                if (use.readerIndex < 0)
                    constant.common = axesOf(use.tensor, -1);
                else
                    constant.own[use.readerIndex] = axesOf(use.tensor, use.readerIndex);
            }
        for (auto &[name, constant] : constants) {
            constant.hasOthers = content.view->isOutput(0, name);
            for (const GraphView::Use &reader : content.view->readers(0, name))
                constant.hasOthers =
                    constant.hasOthers || reader.node.graph != 0 || !constant.own.contains(reader.node.node);
            std::vector<const ShapeAxes *> shapes{&constant.common};
            for (const auto &[reader, own] : constant.own)
                shapes.push_back(&own);
            add({constant, Cost::Bytes, 0}, shapes);
        }
    }

    int64_t costOf(const Item &item) const
    {
        return std::visit([this](const auto &what) { return costOf(what); }, item.what);
    }

    int64_t costOf(const LayerWork &work) const
    {
        Layer layer = content.layers[work.layer];
        layer.inputShape = work.input.of(layer.inputShape, axes);
        layer.outputShape = work.output.of(layer.outputShape, axes);
        for (const auto &[d, axis] : work.weight.axes) {
            const Axis &a = axes[axis];
            layer.parameters = layer.parameters / a.length * a.left;
            if (a.summed)
                layer.cols = layer.cols / a.length * a.left;
        }
        return macsByShapes(layer, content.inputs).value_or(0);
    }

    int64_t costOf(const ProductWork &work) const
    {
        OtherProduct product = content.products[work.product];
        for (size_t i = 0; i < product.inputs.size(); ++i)
            product.inputs[i] = work.inputs[i].of(product.inputs[i], axes);
        product.output = work.output.of(product.output, axes);
        return macsByShapes(content.proto.graph().node(product.site.node), product, content.inputs)
            .value_or(0);
    }

    /// A reader whose channels go gets its own; once all have theirs, the common one is gone.
    int64_t costOf(const StoredConstant &constant) const
    {
        int64_t bytes = 0;
        bool isRead = constant.hasOthers || constant.own.empty();
        for (const auto &[reader, own] : constant.own) {
            if (const Shape shape = own.of(constant.info.shape, axes); shape != constant.info.shape)
                bytes += bytesOf(constant.info, shape);
            else
                isRead = true;
        }
        return isRead ? bytes + bytesOf(constant.info, constant.common.of(constant.info.shape, axes)) : bytes;
    }

    /// Channels fewer on all their axes; negative: more.
    void shift(size_t g, std::span<const size_t> channels, int64_t sign)
    {
        const std::vector<ChannelUse> &uses = groups.groups[g].uses;
        for (size_t u = 0; u < uses.size(); ++u)
            for (const size_t channel : channels)
                axes[axisOfUse[g][u]].left -= sign * std::ssize(uses[u].of(channel));
    }

    void update(size_t g)
    {
        for (const size_t i : itemsOfGroup[g]) {
            Item &item = items[i];
            const int64_t cost = costOf(item);
            now[item.cost] += cost - item.now;
            item.now = cost;
        }
    }

    const Model &model;
    const Model::Content &content;
    const ChannelGroups &groups;
    std::vector<Axis> axes;
    std::map<std::tuple<std::string, int, size_t>, size_t> axisNumbers; ///< by tensor, reader, place
    std::map<std::pair<std::string, int>, std::vector<size_t>> axesOfTensor;
    std::vector<std::vector<size_t>> axisOfUse; ///< by group
    std::vector<Item> items;
    std::vector<std::vector<size_t>> itemsOfAxis, itemsOfGroup;
    std::map<Cost, int64_t> whole, now;
};

SlimForecast::SlimForecast(const Model &model, const ChannelGroups &groups)
    : m_impl(std::make_unique<Impl>(model, groups))
{
}

SlimForecast::~SlimForecast() = default;
SlimForecast::SlimForecast(SlimForecast &&) noexcept = default;

bool SlimForecast::canRemove(size_t group, std::span<const size_t> channels) const
{
    const std::vector<ChannelUse> &uses = m_impl->groups.groups[group].uses;
    for (size_t u = 0; u < uses.size(); ++u) {
        int64_t going = 0;
        for (const size_t channel : channels)
            going += std::ssize(uses[u].of(channel));
        if (going > 0 && m_impl->axes[m_impl->axisOfUse[group][u]].left <= going)
            return false;
    }
    return true;
}

void SlimForecast::remove(size_t group, std::span<const size_t> channels)
{
    m_impl->shift(group, channels, 1);
    m_impl->update(group);
}

void SlimForecast::putBack(size_t group, std::span<const size_t> channels)
{
    m_impl->shift(group, channels, -1);
    m_impl->update(group);
}

int64_t SlimForecast::of(Cost cost) const
{
    return m_impl->now.at(cost);
}

void SlimForecast::setWhole(const Model &origin)
{
    m_impl->whole[Cost::Macs] = origin.macs().value_or(0);
    m_impl->whole[Cost::Bytes] = storedBytes(origin);
}

int64_t SlimForecast::ofWhole(Cost cost) const
{
    return m_impl->whole.at(cost);
}

int64_t SlimForecast::saved(Cost cost, size_t group, std::span<const size_t> channels)
{
    Impl &impl = *m_impl;
    impl.shift(group, channels, 1);
    int64_t saved = 0;
    for (const size_t i : impl.itemsOfGroup[group])
        if (const Impl::Item &item = impl.items[i]; item.cost == cost)
            saved += item.now - impl.costOf(item);
    impl.shift(group, channels, -1);
    return saved;
}

int64_t storedBytes(const Model &model)
{
    const GraphIndex &index = *model.content().index;
    int64_t bytes = 0;
    for (const GraphIndex::Entry &graph : index.graphs())
        for (const auto &[name, definition] : graph.names)
            if (const auto info = constantInfo(index, definition))
                bytes += bytesOf(*info, info->shape);
    return bytes;
}

} // namespace lathe
