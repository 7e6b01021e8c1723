#include "core/base/job.h"

#include <algorithm>
#include <thread>

namespace lathe {

int JobContext::threadCount() const
{
    if (threads > 0)
        return threads;
    return std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
}

} // namespace lathe
