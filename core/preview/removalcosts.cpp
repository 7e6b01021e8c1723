#include "core/preview/removalcosts.h"

#include "core/compress/narrowing.h"
#include "core/rewrite/blocks.h"

#include <algorithm>
#include <set>

namespace lathe {
namespace {

std::vector<LayerSettings> settingsBy(const Recipe &recipe, const Model &model)
{
    std::vector<std::string> names;
    for (const Layer &layer : model.layers())
        names.push_back(layer.name);
    return recipe.resolve(names);
}

/// The recipe where all that it does is folding and what this method says.
template <class Method>
ResolvedRecipe resolvedFor(Method method, Compressor &compressor, const Recipe &recipe, const JobContext &ctx)
{
    std::vector<LayerSettings> settings = settingsBy(recipe, compressor.source());
    for (LayerSettings &layer : settings) {
        LayerSettings some{.fold = layer.fold, .keep = layer.keep};
        some.*method = layer.*method;
        layer = some;
    }
    return compressor.resolve(recipe, std::move(settings), ctx);
}

/// One thing that goes.
struct Removal {
    RewritePlan plan;
    RemovalCost cost;
};

std::vector<Removal> removalsOfChannels(const ResolvedRecipe &resolved, const CompressedModel &all)
{
    std::vector<Removal> removals;
    const RewritePlan &plan = resolved.rewrite;
    for (size_t g = 0; g < plan.removed.size(); ++g) {
        if (plan.removed[g].empty())
            continue;
        const ChannelGroup &group = all.narrowing->groups->groups[g];
        RewritePlan own{plan.folded,
                        {},
                        RemovedChannels(plan.removed.size()),
                        std::vector<ChannelRefit>(plan.removed.size()),
                        std::vector<bool>(plan.removed.size())};
        own.removed[g] = plan.removed[g];
        own.refits[g] = plan.refits[g];
        own.merged[g] = plan.merged[g];
        removals.push_back(
            {std::move(own), {group.name, false, plan.removed[g].size(), group.channels, 0, {}, {}}});
    }
    return removals;
}

std::vector<Removal> removalsOfBlocks(Compressor &compressor, const ResolvedRecipe &resolved,
                                      const JobContext &ctx)
{
    std::vector<Removal> removals;
    if (resolved.rewrite.dropped.empty())
        return removals;
    const auto blocks = compressor.blocks(ctx);
    std::set<size_t> known;
    for (const size_t layer : resolved.rewrite.dropped) {
        const size_t place = *blocks->ofLayer[layer];
        const Block &block = blocks->blocks[place];
        if (known.insert(place).second)
            removals.push_back({{.folded = resolved.rewrite.folded, .dropped = {layer}},
                                {block.name, true, block.layers.size(), block.layers.size(), 0, {}, {}}});
    }
    return removals;
}

void measure(Removal &removal, Compressor &compressor, Exporter &exporter, const Recipe &recipe,
             const ResolvedRecipe &nothing, const FileCosts &before, const Oracle &oracle,
             const JobContext &ctx)
{
    ResolvedRecipe alone = nothing;
    alone.rewrite = removal.plan;
    const CompressedModel trial = compressor.compress(recipe, alone, ctx.part(0.0, 0.5));
    const FileCosts after = exporter.costs(trial, ctx);
    removal.cost.bytes = before.fileBytes - after.fileBytes;
    if (before.macs && after.macs)
        removal.cost.macs = *before.macs - *after.macs;
    removal.cost.loss = oracle.loss(trial, ctx.part(0.5, 1.0));
}

} // namespace

std::vector<RemovalCost> costsOfRemovals(Compressor &compressor, Exporter &exporter, const Recipe &recipe,
                                         const Oracle &oracle, const JobContext &ctx)
{
    const JobContext choosing = ctx.part(0.0, 0.2);
    const ResolvedRecipe nothing = resolvedFor(&LayerSettings::fold, compressor, recipe, choosing);
    const ResolvedRecipe narrower = resolvedFor(&LayerSettings::channels, compressor, recipe, choosing);
    std::vector<Removal> removals;
    if (!narrower.rewrite.removed.empty())
        removals = removalsOfChannels(narrower, compressor.compress(recipe, narrower, choosing));
    const ResolvedRecipe shorter = resolvedFor(&LayerSettings::drop, compressor, recipe, choosing);
    std::ranges::move(removalsOfBlocks(compressor, shorter, choosing), std::back_inserter(removals));
    const FileCosts before = exporter.costs(compressor.compress(recipe, nothing, choosing), choosing);
    std::vector<RemovalCost> costs;
    for (size_t i = 0; i < removals.size(); ++i) {
        const auto all = static_cast<double>(removals.size());
        measure(
            removals[i], compressor, exporter, recipe, nothing, before, oracle,
            ctx.part(0.2 + 0.8 * static_cast<double>(i) / all, 0.2 + 0.8 * static_cast<double>(i + 1) / all));
        costs.push_back(removals[i].cost);
    }
    return costs;
}

CompressedModel encodedOnly(Compressor &compressor, const Recipe &recipe, const JobContext &ctx)
{
    std::vector<LayerSettings> settings = settingsBy(recipe, compressor.source());
    for (LayerSettings &layer : settings) {
        layer.channels.reset();
        layer.drop.reset();
    }
    const ResolvedRecipe resolved = compressor.resolve(recipe, std::move(settings), ctx);
    return compressor.compress(recipe, resolved, ctx);
}

} // namespace lathe
