#include "core/channels/channelentries.h"

#include "core/model/proto.h"
#include "core/onnx/constants.h"

#include <algorithm>
#include <set>

namespace lathe {
namespace {

std::vector<int32_t> channelsOf(const ChannelUse &use, const Shape &shape)
{
    std::vector<int32_t> ofPlace(static_cast<size_t>(use.length), -1);
    for (size_t c = 0; c + 1 < use.begins.size(); ++c)
        for (const int32_t place : use.of(c))
            ofPlace[static_cast<size_t>(place)] = static_cast<int32_t>(c);
    const auto inner = static_cast<size_t>(
        elementCount(Shape(shape.begin() + static_cast<ptrdiff_t>(use.axis) + 1, shape.end())));
    std::vector<int32_t> channels(static_cast<size_t>(elementCount(shape)));
    for (size_t i = 0; i < channels.size(); ++i)
        channels[i] = ofPlace[i / inner % ofPlace.size()];
    return channels;
}

/// The way from the stored constant to the matrix, taken by the channels' numbers, which floats hold exactly.
ChannelNumbers laidOut(const Layer &layer, const ChannelUse &use)
{
    const std::vector<int32_t> channels = channelsOf(use, layer.weightShape);
    const std::vector<float> numbers(channels.begin(), channels.end());
    return constantToMatrix(layer.layout, numbers, layer.rows, layer.cols).cast<int32_t>();
}

/// The use of a layer's constant on the wanted side; nullptr: the group has none there.
const ChannelUse *useOf(const ChannelGroup &group, const Layer &layer, int node, bool summed)
{
    for (const ChannelUse &use : group.uses)
        if (use.stored && use.summed == summed && use.tensor == layer.weightName &&
            (use.readerIndex < 0 || use.readerIndex == node) && use.axis < layer.weightShape.size() &&
            use.length == layer.weightShape[use.axis])
            return &use;
    return nullptr;
}

/// Calls visit(layer, use) for the layers whose nodes are among the named ones.
template <class Visit>
void forEachLayer(const Model &model, const ChannelGroup &group, bool summed, const Visit &visit)
{
    const Model::Content &content = model.content();
    const std::vector<std::string> &nodes = summed ? group.readers : group.makers;
    std::set<std::pair<std::string, size_t>> seen; // tied layers read the same numbers
    for (size_t i = 0; i < content.layers.size(); ++i) {
        const LayerSite &site = content.sites[i];
        const Layer &layer = content.layers[i];
        if (site.graph != 0 || !layer.untouchable.empty() ||
            std::ranges::find(nodes, nodeLabel(content.proto.graph().node(site.node))) == nodes.end())
            continue;
        const ChannelUse *use = useOf(group, layer, site.node, summed);
        if (use && seen.emplace(layer.weightName, use->axis).second)
            visit(i, *use);
    }
}

std::vector<LayerEntries> entriesOf(const Model &model, const ChannelGroup &group, bool summed)
{
    std::vector<LayerEntries> entries;
    forEachLayer(model, group, summed, [&](size_t layer, const ChannelUse &use) {
        entries.push_back({layer, model.weight(layer), laidOut(model.layers()[layer], use)});
    });
    return entries;
}

} // namespace

std::vector<LayerEntries> madeEntries(const Model &model, const ChannelGroup &group)
{
    return entriesOf(model, group, false);
}

std::vector<LayerEntries> readEntries(const Model &model, const ChannelGroup &group)
{
    return entriesOf(model, group, true);
}

std::vector<size_t> readingLayers(const Model &model, const ChannelGroup &group)
{
    std::vector<size_t> layers;
    forEachLayer(model, group, true, [&](size_t layer, const ChannelUse &) { layers.push_back(layer); });
    return layers;
}

StoredEntries storedEntries(const Model &model, const ChannelUse &use)
{
    const Model::Content &content = model.content();
    const auto definition = content.index->find(0, use.tensor);
    const Tensor tensor = readConstant(*content.index, *definition, content.externalFiles, content.label);
    return {toFloats(tensor), channelsOf(use, tensor.shape)};
}

} // namespace lathe
