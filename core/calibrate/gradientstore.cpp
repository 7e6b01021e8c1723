#include "core/calibrate/gradientstore.h"

#include <fmt/format.h>

namespace lathe {
namespace {

constexpr int formatVersion = 1; ///< of what is computed; a change makes old files useless

size_t bytesOf(const GradientStatistics &statistics)
{
    return static_cast<size_t>(3 * statistics.mean.size()) * sizeof(float);
}

} // namespace

GradientStore::GradientStore(std::shared_ptr<const GradientSource> source, std::string key,
                             std::shared_ptr<CacheBudget> budget)
    : m_source(std::move(source)), m_key(std::move(key)), m_held(std::move(budget))
{
}

std::string GradientStore::keyOf(size_t layer) const
{
    return fmt::format("{}-gradients{}-{}", m_key, formatVersion, layer);
}

bool GradientStore::reaches(const Model &model, size_t layer)
{
    std::call_once(m_reachOnce, [&] { m_reached = m_source->reaches(model); });
    return m_reached.at(layer);
}

Message GradientStore::obstacle(const Model &model, size_t layer)
{
    if (!m_source)
        return Message::tr("nothing computes gradients");
    if (Message missing = m_source->missing(); !missing.empty())
        return missing;
    return reaches(model, layer)
               ? Message()
               : Message::tr("its weight is no constant of the main graph that gradients are known of");
}

GradientStore::Statistics GradientStore::remembered(const Layer &layer, size_t index,
                                                    const CacheFolder &folder)
{
    if (auto known = m_held.find(index))
        return *known;
    {
        const std::lock_guard lock(m_mutex);
        if (const auto found = m_unfiled.find(index); found != m_unfiled.end())
            return found->second;
    }
    auto read = folder.findGradients(keyOf(index), layer.rows, layer.cols);
    if (!read)
        return nullptr;
    auto shared = std::make_shared<const GradientStatistics>(std::move(*read));
    m_held.insert(index, shared, bytesOf(*shared));
    return shared;
}

void GradientStore::remember(size_t layer, Statistics statistics, const CacheFolder &folder)
{
    folder.insert(keyOf(layer), *statistics);
    if (folder.holds(keyOf(layer))) {
        m_held.insert(layer, statistics, bytesOf(*statistics));
    } else {
        const std::lock_guard lock(m_mutex);
        m_unfiled[layer] = std::move(statistics);
    }
}

GradientStore::Statistics GradientStore::of(const Model &model, size_t layer, const SampleSet &samples,
                                            const CacheFolder &folder, const JobContext &ctx)
{
    if (!m_source || !reaches(model, layer))
        return nullptr;
    const Layer &wanted = model.layers().at(layer);
    if (auto known = remembered(wanted, layer, folder))
        return known;
    const std::lock_guard lock(m_computing);
    ctx.throwIfCancelled();
    if (auto known = remembered(wanted, layer, folder)) // another thread was faster
        return known;
    auto all = m_source->of(model, samples, ctx);
    Statistics found;
    for (size_t i = 0; i < all.size(); ++i) {
        if (!all[i])
            continue;
        auto shared = std::make_shared<const GradientStatistics>(std::move(*all[i]));
        all[i].reset();
        if (i == layer)
            found = shared;
        remember(i, std::move(shared), folder);
    }
    return found;
}

} // namespace lathe
