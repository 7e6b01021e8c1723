#include "core/preview/activationcache.h"

namespace lathe {

void ActivationCache::touch(uint64_t cut)
{
    const std::lock_guard lock(m_mutex);
    m_entries[cut].lastUse = ++m_clock;
}

std::shared_ptr<const CutValues> ActivationCache::find(uint64_t cut, size_t chunk) const
{
    const std::lock_guard lock(m_mutex);
    const auto entry = m_entries.find(cut);
    if (entry == m_entries.end())
        return nullptr;
    const auto found = entry->second.chunks.find(chunk);
    return found == entry->second.chunks.end() ? nullptr : found->second;
}

bool ActivationCache::insert(uint64_t cut, size_t chunk, std::shared_ptr<const CutValues> values)
{
    const std::lock_guard lock(m_mutex);
    const int64_t bytes = bytesOf(*values);
    if (m_entries[cut].chunks.contains(chunk))
        return true;
    if (!makeRoom(cut, bytes))
        return false;
    m_entries[cut].chunks[chunk] = std::move(values);
    m_bytes += bytes;
    return true;
}

void ActivationCache::remove(uint64_t cut)
{
    const std::lock_guard lock(m_mutex);
    const auto entry = m_entries.find(cut);
    if (entry == m_entries.end())
        return;
    for (const auto &[chunk, values] : entry->second.chunks)
        m_bytes -= bytesOf(*values);
    m_entries.erase(entry);
}

int64_t ActivationCache::bytes() const
{
    const std::lock_guard lock(m_mutex);
    return m_bytes;
}

bool ActivationCache::makeRoom(uint64_t cut, int64_t bytes)
{
    while (m_bytes + bytes > m_capacity) {
        Entry *oldest = nullptr;
        for (auto &[id, entry] : m_entries)
            if (id != cut && !entry.chunks.empty() && (!oldest || entry.lastUse < oldest->lastUse))
                oldest = &entry;
        if (!oldest)
            return false;
        const auto last = std::prev(oldest->chunks.end()); // the first chunks are asked for most
        m_bytes -= bytesOf(*last->second);
        oldest->chunks.erase(last);
    }
    return true;
}

} // namespace lathe
