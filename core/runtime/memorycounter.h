#pragma once
// An allocator of ONNX Runtime that counts. Inside core/runtime.
#include <onnxruntime_cxx_api.h>

#include <atomic>
#include <cstdint>

namespace lathe {

/// Serves the sessions whose options ask for the environment's allocators. Safe from several threads; the
/// counts are those of all such sessions together.
class MemoryCounter : public OrtAllocator {
public:
    MemoryCounter();
    void startPeak() { m_peak = m_live.load(); }
    int64_t peak() const { return m_peak; }
    int64_t live() const { return m_live; }

private:
    void *allocate(size_t bytes);
    void release(void *block);

    Ort::MemoryInfo m_info;
    std::atomic<int64_t> m_live = 0;
    std::atomic<int64_t> m_peak = 0;
};

} // namespace lathe
