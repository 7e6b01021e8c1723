#include "core/compress/cachebudget.h"

#include <algorithm>
#include <iterator>

namespace lathe {

size_t CacheBudget::bytes() const
{
    const std::lock_guard lock(m_mutex);
    return m_bytes;
}

size_t CacheBudget::mostBytes() const
{
    const std::lock_guard lock(m_mutex);
    return m_most;
}

void CacheBudget::use(Place place)
{
    m_items.splice(m_items.begin(), m_items, place);
}

void CacheBudget::makeRoom(size_t bytes)
{
    while (m_bytes + bytes > m_capacity) {
        m_items.back().drop();
        forget(std::prev(m_items.end()));
    }
}

CacheBudget::Place CacheBudget::take(size_t bytes, std::function<void()> drop)
{
    m_items.push_front({bytes, std::move(drop)});
    m_bytes += bytes;
    m_most = std::max(m_most, m_bytes);
    return m_items.begin();
}

void CacheBudget::forget(Place place)
{
    m_bytes -= place->bytes;
    m_items.erase(place);
}

} // namespace lathe
