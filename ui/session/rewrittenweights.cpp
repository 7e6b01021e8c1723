#include "ui/session/rewrittenweights.h"

#include <algorithm>
#include <functional>
#include <string_view>
#include <unordered_map>

namespace lathe::ui {
namespace {

size_t mixed(size_t hash, size_t value)
{
    return hash ^ (std::hash<size_t>{}(value) + 0x9e3779b97f4a7c15U + (hash << 6U) + (hash >> 2U));
}

/// Of what became of a group of channels.
size_t hashOf(const Narrowing &narrowing, size_t group)
{
    size_t hash = mixed(group, narrowing.merged[group] ? 1 : 0);
    hash = mixed(hash, static_cast<size_t>(narrowing.refits[group]));
    for (const size_t channel : narrowing.removed[group])
        hash = mixed(hash, channel);
    return hash;
}

bool isFitted(const Narrowing &narrowing)
{
    return std::ranges::any_of(narrowing.refits,
                               [](ChannelRefit refit) { return refit == ChannelRefit::Data; });
}

/// Layers that are fitted go by all that went before them.
void addNarrowing(std::vector<RewrittenWeight> &weights, const Narrowing &narrowing)
{
    std::unordered_map<std::string_view, std::vector<size_t>> layers;
    for (size_t i = 0; i < narrowing.wide.layers().size(); ++i)
        layers[narrowing.wide.layers()[i].weightName].push_back(i);
    size_t all = 1;
    for (size_t g = 0; g < narrowing.removed.size(); ++g)
        if (!narrowing.removed[g].empty())
            all = mixed(all, hashOf(narrowing, g));
    for (size_t g = 0; g < narrowing.removed.size(); ++g) {
        if (narrowing.removed[g].empty())
            continue;
        const size_t hash = isFitted(narrowing) ? all : hashOf(narrowing, g);
        for (const ChannelUse &use : narrowing.groups->groups[g].uses)
            if (const auto found = layers.find(use.tensor); use.stored && found != layers.end())
                for (const size_t layer : found->second)
                    weights[layer].narrowed = mixed(weights[layer].narrowed, hash);
    }
}

} // namespace

std::vector<RewrittenWeight> rewrittenWeights(const CompressedModel &compressed)
{
    if (!compressed.isRewritten())
        return {};
    std::vector<RewrittenWeight> weights(compressed.layers.size());
    for (size_t i = 0; i < weights.size(); ++i)
        weights[i].folded = compressed.layers[i].settings.fold.has_value();
    if (compressed.narrowing)
        addNarrowing(weights, *compressed.narrowing);
    for (size_t i = 0; i < weights.size(); ++i)
        if (compressed.source.layers()[i].absent)
            weights[i] = {};
    return weights;
}

} // namespace lathe::ui
