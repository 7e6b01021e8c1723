#include "core/base/job.h"

#include <algorithm>
#include <thread>

namespace lathe {

int JobContext::threadCount() const
{
    if (threads > 0)
        return threads;
    // Asked once: the C library opens a file for it, thousands of times a second from small loops.
    static const int processors = std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
    return processors;
}

} // namespace lathe
