#include "core/model/absentlayers.h"

#include "core/model/proto.h"

#include <algorithm>

namespace lathe {
namespace {

Layer absent(const Layer &of)
{
    Layer layer;
    layer.name = of.name;
    layer.op = of.op;
    layer.kind = of.kind;
    layer.weightType = of.weightType;
    layer.macs = 0;
    layer.untouchable = Message::tr("it went with its block");
    layer.absent = true;
    return layer;
}

} // namespace

Model withAbsentLayers(const Model &model, const std::vector<Layer> &all)
{
    const std::vector<Layer> &left = model.layers();
    std::vector<Layer> layers;
    std::vector<LayerSite> sites;
    std::vector<size_t> placeOf; // of those that are left
    for (const Layer &layer : all) {
        const auto found = std::ranges::find(left, layer.name, &Layer::name);
        if (found == left.end()) {
            layers.push_back(absent(layer));
            sites.emplace_back();
            continue;
        }
        placeOf.resize(left.size());
        placeOf[static_cast<size_t>(found - left.begin())] = layers.size();
        sites.push_back(model.content().sites[static_cast<size_t>(found - left.begin())]);
        layers.push_back(*found);
    }
    if (layers.size() == left.size())
        return model;
    for (Layer &layer : layers)
        if (layer.tiedTo)
            layer.tiedTo = placeOf[*layer.tiedTo];
    return withLayers(model, std::move(layers), std::move(sites));
}

} // namespace lathe
