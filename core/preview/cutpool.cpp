#include "core/preview/cutpool.h"

#include "core/base/error.h"

#include <algorithm>
#include <fmt/format.h>
#include <set>

namespace lathe {
namespace {

constexpr size_t cutsKept = 6; ///< each holds the weights of the model's part behind it

std::vector<size_t> withTied(const Model &source, const std::vector<size_t> &layers)
{
    std::set<size_t> roots;
    for (const size_t layer : layers)
        roots.insert(source.layers()[layer].tiedTo.value_or(layer));
    std::vector<size_t> all;
    for (size_t i = 0; i < source.layers().size(); ++i)
        if (roots.contains(source.layers()[i].tiedTo.value_or(i)))
            all.push_back(i);
    return all;
}

} // namespace

bool equalBut(const CompressedModel &a, const CompressedModel &b, const std::vector<size_t> &layers)
{
    if (&a.source.content() != &b.source.content())
        return false;
    for (size_t i = 0; i < a.layers.size(); ++i)
        if (!std::ranges::binary_search(layers, i) && a.layers[i].code != b.layers[i].code)
            return false;
    return true;
}

MovingConstants movingConstants(Exporter &exporter, const CompressedModel &compressed,
                                const std::vector<size_t> &layers)
{
    MovingConstants moving;
    moving.layers = withTied(compressed.source, layers);
    for (const size_t layer : moving.layers) {
        LayerConstants constants = exporter.constants(compressed, layer);
        moving.structures.push_back(std::move(constants.structure));
        if (!constants.inMainGraph)
            moving.obstacle = fmt::format("{} is inside a subgraph", compressed.source.layers()[layer].name);
        std::ranges::move(constants.values, std::back_inserter(moving.values));
    }
    if (moving.values.empty() && moving.obstacle.empty())
        moving.obstacle = "no layer that moves has a weight of its own";
    return moving;
}

std::shared_ptr<const Cut> CutPool::find(const CompressedModel &compressed, const MovingConstants &moving)
{
    const std::lock_guard lock(m_mutex);
    const auto found = std::ranges::find_if(m_cuts, [&](const auto &cut) {
        return cut->moving.layers == moving.layers && cut->moving.structures == moving.structures &&
               equalBut(cut->fixed, compressed, moving.layers);
    });
    if (found == m_cuts.end())
        return nullptr;
    m_cuts.splice(m_cuts.begin(), m_cuts, found);
    return m_cuts.front();
}

std::shared_ptr<const Cut> CutPool::cutFor(const CompressedModel &compressed, const MovingConstants &moving,
                                           const JobContext &ctx)
{
    std::shared_ptr<const Cut> cut = find(compressed, moving);
    if (!cut) {
        const std::shared_ptr<Cut> made = make(++m_lastId, compressed, moving, ctx);
        const std::lock_guard lock(m_mutex);
        made->id = idFor(*made);
        m_cuts.push_front(made);
        cut = made;
        dropOldest();
    }
    m_cache.touch(cut->id);
    return cut;
}

uint64_t CutPool::idFor(const Cut &made) const
{
    const auto alike = std::ranges::find_if(m_cuts, [&](const auto &cut) {
        return made.suffix && cut->suffix && cut->moving.layers == made.moving.layers &&
               cut->suffix->valueNames() == made.suffix->valueNames() &&
               equalBut(cut->fixed, made.fixed, made.moving.layers);
    });
    return alike == m_cuts.end() ? made.id : (*alike)->id;
}

void CutPool::dropOldest()
{
    if (m_cuts.size() <= cutsKept)
        return;
    const uint64_t id = m_cuts.back()->id;
    m_cuts.pop_back();
    if (std::ranges::none_of(m_cuts, [id](const auto &cut) { return cut->id == id; }))
        m_cache.remove(id);
}

void CutPool::replace(const std::shared_ptr<const Cut> &cut, CutCosts costs,
                      std::shared_ptr<const Suffix> whole)
{
    auto known = std::make_shared<Cut>(*cut);
    known->costs = costs;
    known->whole = std::move(whole);
    const std::lock_guard lock(m_mutex);
    if (const auto place = std::ranges::find(m_cuts, cut); place != m_cuts.end())
        *place = std::move(known);
}

std::shared_ptr<Cut> CutPool::make(uint64_t id, const CompressedModel &compressed,
                                   const MovingConstants &moving, const JobContext &ctx) const
{
    const MovingConstants names{moving.layers, moving.structures, {}, moving.obstacle};
    auto cut = std::make_shared<Cut>(Cut{id, names, compressed});
    cut->obstacle = moving.obstacle;
    if (!cut->obstacle.empty())
        return cut;
    try {
        const BuiltModel dense = m_exporter->build(compressed, Storage::Dense, ctx);
        ctx.throwIfCancelled();
        cut->suffix = std::make_shared<const Suffix>(dense.model, moving.values);
    } catch (const Error &error) { // the whole model can still be measured
        cut->obstacle = error.what();
    }
    return cut;
}

} // namespace lathe
