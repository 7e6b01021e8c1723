// The part of Compressor that rewrites the origin before its layers are encoded.
#include "core/channels/channelrefit.h"
#include "core/compress/latercalibration.h"
#include "core/compress/rewrites.h"
#include "core/model/absentlayers.h"
#include "core/rewrite/mergechannels.h"
#include "core/rewrite/slim.h"

#include <algorithm>
#include <set>

namespace lathe {
namespace {

constexpr const char *saidIn = "lathe.origin"; // a literal in the sentence would be taken for a comment on it

/// The model without the smallest blocks around these layers, which stay in its list.
Model withoutBlocksOf(const Model &model, const std::vector<size_t> &layers, const JobContext &ctx)
{
    const Blocks blocks = skippableBlocks(model, ctx);
    std::set<size_t> chosen;
    for (const size_t layer : layers)
        if (const auto block = blocks.ofLayer[layer])
            chosen.insert(*block);
    return withAbsentLayers(withoutBlocks(model, blocks, {chosen.begin(), chosen.end()}), model.layers());
}

/// @param obstacles by layer; those that have one are left out
std::vector<size_t> layersDropped(const std::vector<LayerSettings> &settings,
                                  const std::vector<Message> &obstacles)
{
    std::vector<size_t> dropped;
    for (size_t i = 0; i < settings.size(); ++i)
        if (settings[i].drop && obstacles[i].empty())
            dropped.push_back(i);
    return dropped;
}

} // namespace

const Folding &Compressor::Rewrites::folding(const Model &origin)
{
    std::call_once(once, [&] { foldingOfOrigin = std::make_unique<const Folding>(origin); });
    return *foldingOfOrigin;
}

std::shared_ptr<const Blocks> Compressor::Rewrites::blocks(const Model &origin, const JobContext &ctx)
{
    {
        const std::lock_guard lock(mutex);
        if (blocksOfOrigin)
            return blocksOfOrigin;
    }
    auto found = std::make_shared<const Blocks>(skippableBlocks(origin, ctx));
    const std::lock_guard lock(mutex);
    if (!blocksOfOrigin)
        blocksOfOrigin = std::move(found);
    return blocksOfOrigin;
}

std::shared_ptr<WideModel> Compressor::Rewrites::wide(const Model &origin, const std::vector<size_t> &folded,
                                                      const std::vector<size_t> &dropped,
                                                      const JobContext &ctx)
{
    {
        const std::lock_guard lock(mutex);
        if (const auto *known = wides.find({folded, dropped}))
            return *known;
    }
    const Model whole = folded.empty() ? origin : folding(origin).folded(folded);
    const Model model = dropped.empty() ? whole : withoutBlocksOf(whole, dropped, ctx);
    auto made = std::make_shared<WideModel>(model, origin,
                                            std::make_shared<const ChannelGroups>(channelGroups(model, ctx)));
    const std::lock_guard lock(mutex);
    if (const auto *known = wides.find({folded, dropped})) // another thread was first
        return *known;
    wides.keep({folded, dropped}, made);
    return made;
}

namespace {

/// Of the layers that the settings fold those that can be. @param skipped gets the others
std::vector<size_t> foldable(const Folding &folding, const std::vector<LayerSettings> &settings,
                             std::vector<size_t> &skipped)
{
    std::vector<size_t> folded;
    for (size_t i = 0; i < settings.size(); ++i)
        if (settings[i].fold)
            (folding.obstacle(i).empty() ? folded : skipped).push_back(i);
    return folded;
}

bool foldsAnything(const std::vector<LayerSettings> &settings)
{
    return std::ranges::any_of(settings, [](const LayerSettings &s) { return s.fold.has_value(); });
}

} // namespace

std::vector<size_t> Compressor::foldedLayers(const std::vector<LayerSettings> &settings,
                                             std::vector<Issue> &issues)
{
    if (!foldsAnything(settings))
        return {};
    const Folding &folding = m_rewrites->folding(m_origin);
    std::vector<size_t> skipped;
    std::vector<size_t> folded = foldable(folding, settings, skipped);
    for (const size_t layer : skipped) {
        const std::string &name = m_origin.layers()[layer].name;
        issues.push_back({Issue::Severity::Note, name,
                          Message::tr("Nothing is folded into {}: {}.", name, folding.obstacle(layer))});
    }
    return folded;
}

const Message &Compressor::foldObstacle(size_t layer) const
{
    return m_rewrites->folding(m_origin).obstacle(layer);
}

Model rewrittenBy(const Recipe &recipe, const Model &origin, const RemovedChannels *removed)
{
    std::vector<std::string> names;
    for (const Layer &layer : origin.layers())
        names.push_back(layer.name);
    const std::vector<LayerSettings> settings = recipe.resolve(names);
    Model model = origin;
    if (foldsAnything(settings)) {
        const Folding folding(origin);
        std::vector<size_t> skipped;
        const std::vector<size_t> folded = foldable(folding, settings, skipped);
        if (!folded.empty())
            model = folding.folded(folded);
    }
    if (std::ranges::any_of(settings, [](const LayerSettings &s) { return s.drop.has_value(); }))
        model = withoutBlocksOf(model, layersDropped(settings, skippableBlocks(origin).obstacles), {});
    if (removed == nullptr)
        return model;
    const ChannelGroups groups = channelGroups(model);
    RemovedChannels all = *removed;
    for (size_t g = 0; g < all.size(); ++g)
        for (const size_t channel : all[g])
            if (g >= groups.groups.size() || channel >= groups.groups[g].channels)
                throw Error(
                    ErrorCode::MalformedModel,
                    Message::tr("The channels that the file says it lacks ({}) are not those of a model "
                                "like {}.",
                                saidIn, origin.path().filename().string()));
    all.resize(groups.groups.size());
    return withAbsentLayers(slim(model, groups, all), model.layers());
}

std::shared_ptr<const Blocks> Compressor::blocks(const JobContext &ctx) const
{
    return m_rewrites->blocks(m_origin, ctx);
}

Message Compressor::dropObstacle(size_t layer) const
{
    return blocks()->obstacles.at(layer);
}

void Compressor::planBlocks(ResolvedRecipe &resolved, const JobContext &ctx)
{
    const std::vector<LayerSettings> &settings = resolved.settings;
    if (std::ranges::none_of(settings, [](const LayerSettings &s) { return s.drop.has_value(); }))
        return;
    const auto blocks = m_rewrites->blocks(m_origin, ctx);
    resolved.rewrite.dropped = layersDropped(settings, blocks->obstacles);
    for (size_t i = 0; i < settings.size(); ++i) {
        const std::string &name = m_origin.layers()[i].name;
        if (settings[i].drop && !blocks->obstacles[i].empty())
            resolved.notes.push_back(
                {Issue::Severity::Note, name, Message::tr("{} stays: {}.", name, blocks->obstacles[i])});
    }
    std::erase_if(resolved.rewrite.dropped, [&](size_t layer) {
        const Block &block = blocks->blocks[*blocks->ofLayer[layer]];
        const auto kept =
            std::ranges::find_if(block.layers, [&](size_t other) { return settings[other].keep; });
        if (kept == block.layers.end())
            return false;
        const std::string &name = m_origin.layers()[layer].name;
        resolved.notes.push_back({Issue::Severity::Note, name,
                                  Message::tr("The block of {} stays: {} is in it, and is kept as it is.",
                                              name, m_origin.layers()[*kept].name)});
        return true;
    });
}

std::shared_ptr<Compressor> Compressor::rewritten(const RewritePlan &plan, const JobContext &ctx)
{
    {
        const std::lock_guard lock(m_rewrites->mutex);
        if (const auto *known = m_rewrites->stages.find(plan))
            return *known;
    }
    std::shared_ptr<Compressor> made = madeBy(plan, ctx);
    const std::lock_guard lock(m_rewrites->mutex);
    if (const auto *known = m_rewrites->stages.find(plan)) // another thread was first
        return *known;
    m_rewrites->stages.keep(plan, made);
    return made;
}

Narrowing Compressor::narrowed(const WideModel &wide, const RewritePlan &plan, const JobContext &ctx) const
{
    Narrowing narrowing{wide.model, wide.model, wide.groups, plan.removed, plan.refits, plan.merged, {}};
    if (std::ranges::count(plan.merged, true) > 0) {
        std::vector<size_t> kept;
        for (size_t g = 0; g < plan.removed.size(); ++g)
            kept.push_back(wide.groups->groups[g].channels - (plan.merged[g] ? plan.removed[g].size() : 0));
        Merging merging = mergedChannels(narrowing.filled, *wide.groups, kept, ctx);
        narrowing.filled = withAbsentLayers(merging.model, wide.model.layers());
        for (size_t g = 0; g < plan.removed.size(); ++g)
            if (plan.merged[g])
                narrowing.removed[g] = std::move(merging.removed[g]);
    }
    if (std::ranges::any_of(plan.refits, [](ChannelRefit refit) { return refit != ChannelRefit::Off; }))
        narrowing.filled = withAbsentLayers(refitted(narrowing.filled, *wide.groups, narrowing.removed,
                                                     plan.refits, m_calibration.get(), narrowing.notes, ctx),
                                            wide.model.layers());
    return narrowing;
}

std::shared_ptr<Compressor> Compressor::madeBy(const RewritePlan &plan, const JobContext &ctx)
{
    const auto make = [this](Model source, std::shared_ptr<const Narrowing> narrowing,
                             std::shared_ptr<const Calibration> calibration) {
        return std::shared_ptr<Compressor>(new Compressor(m_origin, std::move(source), std::move(narrowing),
                                                          std::move(calibration), m_options));
    };
    if (plan.removed.empty() && plan.dropped.empty()) // what layers get is the same as in the origin
        return make(m_rewrites->folding(m_origin).folded(plan.folded), nullptr, m_calibration);
    const auto wide = m_rewrites->wide(m_origin, plan.folded, plan.dropped, ctx);
    std::optional<Narrowing> narrowing;
    Model source = wide->model;
    if (!plan.removed.empty()) {
        narrowing.emplace(narrowed(*wide, plan, ctx));
        const ChannelGroups groups = channelGroups(narrowing->filled, ctx); // with biases that were added
        source = withAbsentLayers(slim(narrowing->filled, groups, narrowing->removed), wide->model.layers());
    }
    auto calibration =
        m_calibration ? std::make_shared<const LaterCalibration>(m_calibration, source) : nullptr;
    return make(std::move(source),
                narrowing ? std::make_shared<const Narrowing>(std::move(*narrowing)) : nullptr,
                std::move(calibration));
}

} // namespace lathe
