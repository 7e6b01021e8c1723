#pragma once
// The most memory of this process that was really there since a moment.
#include <fstream>
#include <limits>
#include <string>

namespace lathe::test {

/// From now on peakBytes() counts anew.
inline void restartPeak()
{
    std::ofstream("/proc/self/clear_refs") << "5";
}

inline int64_t peakBytes()
{
    std::ifstream status("/proc/self/status");
    for (std::string word; status >> word;) {
        if (int64_t kilobytes = 0; word == "VmHWM:" && status >> kilobytes)
            return kilobytes * 1024;
        status.ignore(std::numeric_limits<std::streamsize>::max(), '\n');
    }
    return 0;
}

} // namespace lathe::test
