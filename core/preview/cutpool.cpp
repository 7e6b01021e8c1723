#include "core/preview/cutpool.h"

#include "core/base/error.h"
#include "core/preview/readbehind.h"

#include <algorithm>

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

std::vector<size_t> changedLayers(const CompressedModel &compressed)
{
    std::vector<size_t> layers;
    for (size_t i = 0; i < compressed.layers.size(); ++i)
        if (!compressed.layers[i].code.changesNothing())
            layers.push_back(i);
    return layers;
}

bool isSame(const Tensor &a, const Tensor &b)
{
    return a.type == b.type && a.shape == b.shape && a.bytes == b.bytes;
}

/// Whether all that `a` replaces and does not move is replaced by the same in `b`.
bool holdsFixed(const Tuning::Constants &a, const Tuning::Constants &b, const std::set<std::string> &moving)
{
    return std::ranges::all_of(a, [&](const auto &constant) {
        if (moving.contains(constant.first))
            return true;
        const auto other = b.find(constant.first);
        return other != b.end() && isSame(constant.second, other->second);
    });
}

MovingConstants gathered(Exporter &exporter, const CompressedModel &compressed, std::vector<size_t> layers,
                         Tuning::Constants loose)
{
    MovingConstants moving;
    moving.layers = std::move(layers);
    for (const size_t layer : moving.layers) {
        LayerConstants constants = exporter.constants(compressed, layer);
        moving.structures.push_back(std::move(constants.structure));
        if (compressed.source.layers()[layer].absent)
            moving.obstacle = Message::tr("{} goes with its block", compressed.source.layers()[layer].name);
        else if (!constants.inMainGraph)
            moving.obstacle = Message::tr("{} is inside a subgraph", compressed.source.layers()[layer].name);
        std::ranges::move(constants.values, std::back_inserter(moving.values));
    }
    for (auto &[name, tensor] : loose)
        moving.values.emplace_back(name, std::move(tensor));
    for (const auto &[name, tensor] : moving.values)
        moving.names.insert(name);
    if (moving.values.empty() && moving.obstacle.empty())
        moving.obstacle = Message::tr("no layer that moves has a weight of its own");
    return moving;
}

} // namespace

bool equalBut(const CompressedModel &a, const CompressedModel &b, const MovingConstants &moving)
{
    if (&a.source.content() != &b.source.content())
        return false;
    for (size_t i = 0; i < a.layers.size(); ++i)
        if (!std::ranges::binary_search(moving.layers, i) && a.layers[i].code != b.layers[i].code)
            return false;
    return a.tuning == b.tuning || (holdsFixed(a.constants(), b.constants(), moving.names) &&
                                    holdsFixed(b.constants(), a.constants(), moving.names));
}

MovingConstants movingConstants(Exporter &exporter, const CompressedModel &compressed,
                                const std::vector<size_t> &layers)
{
    const std::vector<size_t> all = withTied(compressed.source, layers);
    Tuning::Constants loose = exporter.looseConstants(compressed);
    if (!loose.empty())
        std::erase_if(loose, [behind = readBehind(compressed.source, all)](const auto &constant) {
            return !behind.contains(constant.first);
        });
    return gathered(exporter, compressed, all, std::move(loose));
}

MovingConstants allConstants(Exporter &exporter, const CompressedModel &compressed)
{
    return gathered(exporter, compressed, withTied(compressed.source, changedLayers(compressed)),
                    exporter.looseConstants(compressed));
}

std::shared_ptr<const Cut> CutPool::find(const CompressedModel &compressed, const MovingConstants &moving)
{
    const std::lock_guard lock(m_mutex);
    const auto found = std::ranges::find_if(m_cuts, [&](const auto &cut) {
        return cut->moving.names == moving.names && cut->moving.structures == moving.structures &&
               cut->moving.layers == moving.layers && equalBut(cut->fixed, compressed, moving);
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
        takeOver(*made);
        m_cuts.push_front(made);
        cut = made;
        dropOldest();
    }
    m_cache.touch(cut->id);
    return cut;
}

void CutPool::takeOver(Cut &made) const
{
    const auto alike = std::ranges::find_if(m_cuts, [&](const auto &cut) {
        return made.suffix && cut->suffix && cut->moving.layers == made.moving.layers &&
               cut->suffix->valueNames() == made.suffix->valueNames() &&
               equalBut(cut->fixed, made.fixed, made.moving);
    });
    if (alike == m_cuts.end())
        return;
    made.id = (*alike)->id;
    made.costs = (*alike)->costs;
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
    MovingConstants names = moving;
    names.values.clear();
    auto cut = std::make_shared<Cut>(Cut{id, names, compressed});
    cut->obstacle = moving.obstacle;
    if (!cut->obstacle.empty())
        return cut;
    try {
        const BuiltModel dense = m_exporter->build(compressed, Storage::Dense, ctx);
        ctx.throwIfCancelled();
        cut->suffix = std::make_shared<const Suffix>(dense.model, moving.values);
    } catch (const Error &error) { // the whole model can still be measured
        cut->obstacle = error.message();
    }
    return cut;
}

} // namespace lathe
