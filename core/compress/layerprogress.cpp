#include "core/compress/layerprogress.h"

#include <algorithm>
#include <numeric>

namespace lathe {

LayerProgress::LayerProgress(const JobContext &ctx, const std::vector<Layer> &all,
                             const std::vector<size_t> &layers, const std::vector<LayerSettings> &settings,
                             WorkRates *rates)
    : m_ctx(ctx), m_rates(rates), m_weights(all.size()), m_fractions(all.size()), m_work(all.size()),
      m_start(std::chrono::steady_clock::now()), m_total(layers.size())
{
    const WorkRates usual;
    constexpr double least = 1e-3, perWeight = 1e-7; // seconds of what every layer takes
    for (const size_t i : layers) {
        m_work[i] = slowWork(all[i], settings[i]);
        m_weights[i] = least + perWeight * static_cast<double>(all[i].parameters);
        for (const WorkAmount &amount : m_work[i])
            m_weights[i] += (rates ? *rates : usual).seconds(amount);
    }
    const double sum = std::reduce(m_weights.begin(), m_weights.end());
    for (double &weight : m_weights)
        weight /= std::max(sum, 1e-9);
}

void LayerProgress::finish()
{
    if (!m_rates)
        return;
    std::array<double, slowWorkCount> units{}, seconds{};
    double all = 0.0;
    for (const auto &ofLayer : m_work)
        for (const WorkAmount &amount : ofLayer) {
            const auto place = static_cast<size_t>(amount.work);
            units[place] += amount.units;
            seconds[place] += m_rates->seconds(amount);
            all += m_rates->seconds(amount);
        }
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - m_start;
    constexpr double nearlyAll = 0.8; // else nothing says which of them took the time
    for (size_t place = 0; place < units.size(); ++place)
        if (seconds[place] > nearlyAll * all)
            m_rates->learn({static_cast<SlowWork>(place), units[place]}, took.count());
}

JobContext LayerProgress::begin(size_t layer)
{
    m_ctx.throwIfCancelled();
    {
        const std::lock_guard lock(m_mutex);
        ++m_started;
    }
    report(layer, 0.0);
    JobContext inner = m_ctx;
    if (m_ctx.onProgress)
        inner.onProgress = [this, layer](const Progress &p) { report(layer, p.fraction); };
    return inner;
}

void LayerProgress::end(size_t layer)
{
    const std::lock_guard lock(m_mutex);
    m_fractions[layer] = 1.0;
}

Message LayerProgress::stage(size_t layer) const
{
    const auto &work = m_work[layer];
    if (work.empty())
        return Message::tr("compressing layer {} of {}", m_started, m_total);
    return Message::tr("{}: layer {} of {}", titleOf(work.front().work), m_started, m_total);
}

void LayerProgress::report(size_t layer, double fraction)
{
    const std::lock_guard lock(m_mutex);
    m_fractions[layer] = std::max(m_fractions[layer], std::min(fraction, 1.0));
    const double done = std::inner_product(m_weights.begin(), m_weights.end(), m_fractions.begin(), 0.0);
    m_ctx.checkpoint(std::min(done, 1.0), stage(layer));
}

} // namespace lathe
