#include "core/base/parallel.h"

#include <algorithm>
#include <atomic>
#include <exception>
#include <mutex>
#include <thread>
#include <vector>

namespace lathe {

void parallelFor(size_t count, const JobContext &ctx, const std::function<void(size_t)> &body)
{
    std::atomic<size_t> next = 0;
    std::atomic<bool> failed = false;
    std::exception_ptr firstError;
    std::mutex errorMutex;
    const auto work = [&] {
        for (size_t i = next++; i < count && !failed; i = next++) {
            try {
                ctx.throwIfCancelled();
                body(i);
            } catch (...) {
                const std::lock_guard lock(errorMutex);
                if (!failed.exchange(true))
                    firstError = std::current_exception();
            }
        }
    };
    const size_t workers = std::min<size_t>(count, static_cast<size_t>(ctx.threadCount()));
    {
        std::vector<std::jthread> helpers;
        for (size_t t = 1; t < workers; ++t)
            helpers.emplace_back(work);
        work();
    }
    if (firstError)
        std::rethrow_exception(firstError);
}

} // namespace lathe
