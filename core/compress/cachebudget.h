#pragma once
#include <cstddef>
#include <functional>
#include <list>
#include <memory>
#include <mutex>

namespace lathe {

/// Bytes that several caches share. Safe from several threads.
class CacheBudget {
public:
    explicit CacheBudget(size_t capacity) : m_capacity(capacity) {}
    size_t capacity() const { return m_capacity; }
    /// What the caches hold now, by their own count; never above capacity().
    size_t bytes() const;
    /// The most that they held at once.
    size_t mostBytes() const;

private:
    template <class Key, class Value>
    friend class ByteCache;
    struct Item {
        size_t bytes;
        std::function<void()> drop; ///< takes the value out of its cache
    };
    using Place = std::list<Item>::iterator;

    // All of these under the lock.
    void use(Place place);
    void makeRoom(size_t bytes);
    Place take(size_t bytes, std::function<void()> drop);
    void forget(Place place);

    const size_t m_capacity;
    mutable std::mutex m_mutex;
    size_t m_bytes = 0;
    size_t m_most = 0;
    std::list<Item> m_items; ///< most recently used first
};

} // namespace lathe
