// The part of Compressor that rewrites the origin before its layers are encoded.
#include "core/compress/rewrites.h"

#include <algorithm>

namespace lathe {
namespace {

constexpr size_t stagesKept = 2; ///< each holds a whole model

}

const Folding &Compressor::Rewrites::folding(const Model &origin)
{
    std::call_once(once, [&] { foldingOfOrigin = std::make_unique<const Folding>(origin); });
    return *foldingOfOrigin;
}

std::shared_ptr<Compressor> Compressor::Rewrites::known(const std::vector<size_t> &folded)
{
    const auto found = std::ranges::find(stages, folded, &Stage::first);
    if (found == stages.end())
        return nullptr;
    stages.splice(stages.begin(), stages, found);
    return stages.front().second;
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

Model rewrittenBy(const Recipe &recipe, const Model &origin)
{
    std::vector<std::string> names;
    for (const Layer &layer : origin.layers())
        names.push_back(layer.name);
    const std::vector<LayerSettings> settings = recipe.resolve(names);
    if (!foldsAnything(settings))
        return origin;
    const Folding folding(origin);
    std::vector<size_t> skipped;
    const std::vector<size_t> folded = foldable(folding, settings, skipped);
    return folded.empty() ? origin : folding.folded(folded);
}

std::shared_ptr<Compressor> Compressor::rewritten(const std::vector<size_t> &folded)
{
    {
        const std::lock_guard lock(m_rewrites->mutex);
        if (auto known = m_rewrites->known(folded))
            return known;
    }
    std::shared_ptr<Compressor> made(
        new Compressor(m_origin, m_rewrites->folding(m_origin).folded(folded), m_calibration, m_options));
    const std::lock_guard lock(m_rewrites->mutex);
    if (auto known = m_rewrites->known(folded)) // another thread was first
        return known;
    m_rewrites->stages.emplace_front(folded, made);
    if (m_rewrites->stages.size() > stagesKept)
        m_rewrites->stages.pop_back();
    return made;
}

} // namespace lathe
