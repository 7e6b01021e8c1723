#pragma once
// An allocator of ONNX Runtime that counts. Inside core/runtime only.
#include <onnxruntime_cxx_api.h>

#include <atomic>
#include <cstdint>
#include <limits>

namespace lathe {

/// Serves the sessions whose options ask for the environment's allocators. Safe from several threads; the
/// counts are those of all such sessions together.
class MemoryCounter : public OrtAllocator {
public:
    MemoryCounter();
    void startPeak() { m_peak = m_live.load(); }
    void allow(int64_t bytes) { m_limit = m_live + bytes; } ///< from now on; more throws std::bad_alloc
    void allowAll() { m_limit = std::numeric_limits<int64_t>::max(); }
    int64_t peak() const { return m_peak; }
    int64_t live() const { return m_live; }

private:
    void *allocate(size_t bytes);
    void release(void *block);

    Ort::MemoryInfo m_info;
    std::atomic<int64_t> m_live = 0;
    std::atomic<int64_t> m_peak = 0;
    std::atomic<int64_t> m_limit = std::numeric_limits<int64_t>::max();
};

} // namespace lathe
