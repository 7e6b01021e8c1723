#pragma once
// Memory of this process that is really there.
#include <fstream>
#include <string>
#include <unistd.h>

namespace lathe::test {

inline int64_t residentBytes()
{
    std::ifstream statm("/proc/self/statm");
    int64_t pages = 0, resident = 0;
    statm >> pages >> resident;
    return resident * sysconf(_SC_PAGESIZE);
}

/// From here on peakBytes() counts anew. @returns false where the system does not let a process do that
inline bool restartPeak()
{
    std::ofstream file("/proc/self/clear_refs");
    return bool(file << "5" << std::flush);
}

/// The most that was there at a time.
inline int64_t peakBytes()
{
    std::ifstream status("/proc/self/status");
    for (std::string line; std::getline(status, line);)
        if (line.starts_with("VmHWM:"))
            return 1024 * std::stoll(line.substr(6));
    return 0;
}

} // namespace lathe::test
