#pragma once
// Memory of this process that is really there.
#include <fstream>
#include <unistd.h>

namespace lathe::test {

inline int64_t residentBytes()
{
    std::ifstream statm("/proc/self/statm");
    int64_t pages = 0, resident = 0;
    statm >> pages >> resident;
    return resident * sysconf(_SC_PAGESIZE);
}

} // namespace lathe::test
