#include "core/compress/readylayers.h"

#include "core/compress/compressorwork.h"

namespace lathe {

ReadyLayers::ReadyLayers(const ReadyListener &listener, const CompressedModel &begun,
                         const std::vector<size_t> &busy)
    : m_listener(listener), m_last(std::chrono::steady_clock::now())
{
    if (!listener.tell || busy.empty())
        return;
    m_known.emplace(PartlyCompressed{begun, std::vector<bool>(begun.layers.size(), true)});
    for (const size_t layer : busy)
        m_known->ready[layer] = false;
}

void ReadyLayers::add(size_t layer, const LayerResult &result)
{
    if (!m_known)
        return;
    std::unique_lock lock(m_mutex);
    m_known->model.layers[layer] = result;
    m_known->ready[layer] = true;
    const auto now = std::chrono::steady_clock::now();
    if (m_telling || now - m_last < m_listener.interval)
        return;
    m_last = now;
    m_telling = true;
    PartlyCompressed told = *m_known;
    lock.unlock();
    followTies(told.model);
    for (size_t i = 0; i < told.ready.size(); ++i)
        if (const auto &owner = told.model.source.layers()[i].tiedTo)
            told.ready[i] = told.ready[*owner];
    m_listener.tell(std::move(told));
    lock.lock();
    m_telling = false;
}

} // namespace lathe
