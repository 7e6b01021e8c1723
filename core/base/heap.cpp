#include "core/base/heap.h"

#include <cstdlib> // tells which C library it is
#include <fstream>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#ifdef __GLIBC__
#include <malloc.h>
#endif

namespace lathe {
namespace {

/// Bytes, of a file whose lines say "name: amount kB".
std::optional<int64_t> amountIn(const char *path, std::string_view name)
{
    constexpr int64_t unit = 1024; // "kB" in those files
    std::ifstream file(path);
    for (std::string line; std::getline(file, line);)
        if (line.starts_with(name))
            return std::strtoll(line.c_str() + name.size(), nullptr, 10) * unit;
    return {};
}

} // namespace

void giveLargeBlocksBack()
{
#ifdef __GLIBC__
    constexpr int large = 1 << 20;
    mallopt(M_MMAP_THRESHOLD, large);
    mallopt(M_TRIM_THRESHOLD, large);
#endif
}

void keepLargeBlocks()
{
#ifdef __GLIBC__
    mallopt(M_MMAP_THRESHOLD, 1 << 30);
    mallopt(M_TRIM_THRESHOLD, std::numeric_limits<int>::max());
#endif
}

int64_t availableMemory()
{
    return amountIn("/proc/meminfo", "MemAvailable:").value_or(std::numeric_limits<int64_t>::max());
}

int64_t residentMemory()
{
    return amountIn("/proc/self/status", "VmRSS:").value_or(0);
}

int64_t peakMemory()
{
    return amountIn("/proc/self/status", "VmHWM:").value_or(0);
}

void giveFreeMemoryBack()
{
#ifdef __GLIBC__
    malloc_trim(0);
#endif
}

} // namespace lathe
