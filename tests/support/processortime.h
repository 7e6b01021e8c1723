#pragma once
// Time that the processor spends: what other work on the machine takes does not count.
#include <ctime>

namespace lathe::test {

inline double processorSeconds(clockid_t clock = CLOCK_THREAD_CPUTIME_ID)
{
    timespec time{};
    clock_gettime(clock, &time);
    return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
}

} // namespace lathe::test
