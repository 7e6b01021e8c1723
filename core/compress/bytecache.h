#pragma once
// Remembers results up to a number of bytes, one for several caches; the least recently used go first,
// whichever cache they are in. Inside core only.
#include "core/compress/cachebudget.h"

#include <map>
#include <mutex>
#include <optional>

namespace lathe {

/// Safe from several threads. Values are copied out: keep them small or shared. Gives back what it took when
/// it goes.
template <class Key, class Value>
class ByteCache {
public:
    explicit ByteCache(std::shared_ptr<CacheBudget> budget) : m_budget(std::move(budget)) {}
    ~ByteCache()
    {
        const std::lock_guard lock(m_budget->m_mutex);
        for (const auto &[key, entry] : m_entries)
            m_budget->forget(entry.place);
    }
    ByteCache(const ByteCache &) = delete;
    ByteCache &operator=(const ByteCache &) = delete;

    std::optional<Value> find(const Key &key)
    {
        const std::lock_guard lock(m_budget->m_mutex);
        const auto found = m_entries.find(key);
        if (found == m_entries.end())
            return {};
        m_budget->use(found->second.place);
        return found->second.value;
    }

    /// A value larger than the whole budget is not kept.
    void insert(const Key &key, Value value, size_t bytes)
    {
        const std::lock_guard lock(m_budget->m_mutex);
        if (bytes > m_budget->capacity() || m_entries.contains(key))
            return;
        m_budget->makeRoom(bytes);
        const auto added = m_entries.emplace(key, Entry{std::move(value), {}}).first;
        try {
            added->second.place = m_budget->take(bytes, [this, added] { m_entries.erase(added); });
        } catch (...) {
            m_entries.erase(added);
            throw;
        }
    }

private:
    struct Entry {
        Value value;
        CacheBudget::Place place;
    };
    std::shared_ptr<CacheBudget> m_budget;
    std::map<Key, Entry> m_entries; ///< under the budget's lock
};

/// Remembers for good what is small and of which there is only so much in a model.
template <class Key, class Value>
class SmallCache {
public:
    std::optional<Value> find(const Key &key)
    {
        const std::lock_guard lock(m_mutex);
        const auto found = m_values.find(key);
        return found == m_values.end() ? std::nullopt : std::optional(found->second);
    }
    void insert(const Key &key, Value value)
    {
        const std::lock_guard lock(m_mutex);
        m_values.emplace(key, std::move(value));
    }

private:
    std::mutex m_mutex;
    std::map<Key, Value> m_values;
};

} // namespace lathe
