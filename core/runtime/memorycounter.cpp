#include "core/runtime/memorycounter.h"

#include <cstdlib>
#include <cstring>
#include <new>

namespace lathe {
namespace {

constexpr size_t alignment = 64; ///< as the runtime's own; the size stands in front of each block

MemoryCounter *counter(OrtAllocator *allocator)
{
    return static_cast<MemoryCounter *>(allocator);
}

} // namespace

MemoryCounter::MemoryCounter()
    : OrtAllocator{}, m_info(Ort::MemoryInfo::CreateCpu(OrtDeviceAllocator, OrtMemTypeDefault))
{
    version = ORT_API_VERSION;
    Alloc = [](OrtAllocator *self, size_t bytes) { return counter(self)->allocate(bytes); };
    Reserve = Alloc;
    Free = [](OrtAllocator *self, void *block) { counter(self)->release(block); };
    Info = [](const OrtAllocator *self) -> const OrtMemoryInfo * {
        return static_cast<const MemoryCounter *>(self)->m_info;
    };
}

void *MemoryCounter::allocate(size_t bytes)
{
    if (bytes == 0)
        return nullptr;
    if (static_cast<int64_t>(bytes) > m_limit - m_live)
        throw std::bad_alloc();
    const size_t all = (bytes + 2 * alignment - 1) / alignment * alignment;
    auto *start = static_cast<std::byte *>(std::aligned_alloc(alignment, all));
    if (!start)
        throw std::bad_alloc();
    std::memcpy(start, &bytes, sizeof(bytes));
    const int64_t live = m_live += static_cast<int64_t>(bytes);
    int64_t peak = m_peak;
    while (live > peak && !m_peak.compare_exchange_weak(peak, live)) {
    }
    return start + alignment;
}

void MemoryCounter::release(void *block)
{
    if (!block)
        return;
    std::byte *start = static_cast<std::byte *>(block) - alignment;
    size_t bytes = 0;
    std::memcpy(&bytes, start, sizeof(bytes));
    m_live -= static_cast<int64_t>(bytes);
    std::free(start);
}

} // namespace lathe
