#pragma once
// Remembers results up to a number of bytes; the least recently used go first. Inner part of core/compress.
#include <list>
#include <map>
#include <mutex>
#include <optional>

namespace lathe {

/// Safe from several threads. Values are copied out: keep them small or shared.
template <class Key, class Value>
class ByteCache {
public:
    explicit ByteCache(size_t capacity) : m_capacity(capacity) {}

    std::optional<Value> find(const Key &key)
    {
        const std::lock_guard lock(m_mutex);
        const auto found = m_places.find(key);
        if (found == m_places.end())
            return {};
        m_entries.splice(m_entries.begin(), m_entries, found->second); // most recently used first
        return found->second->value;
    }

    /// A value larger than the whole capacity is not kept.
    void insert(const Key &key, Value value, size_t bytes)
    {
        const std::lock_guard lock(m_mutex);
        if (bytes > m_capacity || m_places.contains(key))
            return;
        m_entries.push_front({key, std::move(value), bytes});
        m_places[key] = m_entries.begin();
        m_bytes += bytes;
        while (m_bytes > m_capacity) {
            m_bytes -= m_entries.back().bytes;
            m_places.erase(m_entries.back().key);
            m_entries.pop_back();
        }
    }

private:
    struct Entry {
        Key key;
        Value value;
        size_t bytes;
    };
    std::mutex m_mutex;
    size_t m_capacity;
    size_t m_bytes = 0;
    std::list<Entry> m_entries;
    std::map<Key, typename std::list<Entry>::iterator> m_places;
};

} // namespace lathe
