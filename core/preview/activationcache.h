#pragma once
// What crosses cuts, by cut and chunk of samples, in a bounded number of bytes. Inside core/preview only.
#include "core/preview/suffix.h"

namespace lathe {

/// May be used from several threads. A cut may push out what the least recently used others keep, but never
/// its own: where there is no room, its last chunks are computed anew each time instead of all.
class ActivationCache {
public:
    explicit ActivationCache(int64_t capacity) : m_capacity(capacity) {}

    void touch(uint64_t cut); ///< it is the most recently used one
    std::shared_ptr<const CutValues> find(uint64_t cut, size_t chunk) const;
    /// @returns whether there was room
    bool insert(uint64_t cut, size_t chunk, std::shared_ptr<const CutValues> values);
    void remove(uint64_t cut);
    int64_t bytes() const;

private:
    struct Entry {
        std::map<size_t, std::shared_ptr<const CutValues>> chunks;
        uint64_t lastUse = 0;
    };
    bool makeRoom(uint64_t cut, int64_t bytes);

    mutable std::mutex m_mutex;
    int64_t m_capacity;
    int64_t m_bytes = 0;
    uint64_t m_clock = 0;
    std::map<uint64_t, Entry> m_entries;
};

} // namespace lathe
