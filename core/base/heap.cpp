#include "core/base/heap.h"

#include <cstdlib> // tells which C library it is
#include <fstream>
#include <limits>
#include <string>
#ifdef __GLIBC__
#include <malloc.h>
#endif

namespace lathe {

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
    constexpr int64_t unit = 1024; // "kB" in that file
    std::ifstream file("/proc/meminfo");
    std::string name, rest;
    for (int64_t amount = 0; file >> name >> amount; std::getline(file, rest))
        if (name == "MemAvailable:")
            return amount * unit;
    return std::numeric_limits<int64_t>::max();
}

} // namespace lathe
