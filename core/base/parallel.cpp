#include "core/base/parallel.h"

#include <algorithm>
#include <atomic>
#include <exception>
#include <mutex>
#include <utility>

#ifdef LATHE_PLAIN_THREADS
#include <thread>
#include <vector>
#else
#include <tbb/info.h>
#include <tbb/parallel_for.h>
#include <tbb/partitioner.h>
#include <tbb/task_arena.h>
#endif

namespace lathe {
namespace {

/// What the threads of one loop share. Each takes the next item until there is none.
class Loop {
public:
    Loop(size_t count, const JobContext &ctx, const std::function<void(size_t)> &body)
        : m_count(count), m_ctx(ctx), m_body(body)
    {
    }
    void work()
    {
        for (size_t i = m_next++; i < m_count && !m_failed; i = m_next++) {
            try {
                m_ctx.throwIfCancelled();
                m_body(i);
            } catch (...) {
                const std::lock_guard lock(m_errorMutex);
                if (!m_failed.exchange(true))
                    m_firstError = std::current_exception();
            }
        }
    }
    void rethrow() const
    {
        if (m_firstError)
            std::rethrow_exception(m_firstError);
    }

private:
    size_t m_count;
    const JobContext &m_ctx;
    const std::function<void(size_t)> &m_body;
    std::atomic<size_t> m_next = 0;
    std::atomic<bool> m_failed = false;
    std::exception_ptr m_firstError;
    std::mutex m_errorMutex;
};

#ifdef LATHE_PLAIN_THREADS

// For ThreadSanitizer, which cannot see how TBB, being no instrumented library, hands work over.
// A loop takes the threads that are idle when it starts; those that become so later do not join.

using Spare = std::atomic<size_t>;
thread_local Spare *spareThreads = nullptr; ///< of the outermost loop around; null outside of loops

bool takeOne(Spare &spare)
{
    for (size_t left = spare; left > 0;)
        if (spare.compare_exchange_weak(left, left - 1))
            return true;
    return false;
}

void runOn(size_t threads, size_t atMost, Loop &loop)
{
    Spare own = atMost - 1;
    Spare &spare = spareThreads ? *spareThreads : own;
    const auto work = [&] {
        Spare *before = std::exchange(spareThreads, &spare);
        loop.work();
        spareThreads = before;
    };
    std::vector<std::jthread> helpers;
    for (size_t t = 1; t < threads && takeOne(spare); ++t)
        helpers.emplace_back([&] {
            work();
            ++spare;
        });
    work();
    if (&spare == &own)
        ++spare; // this thread only waits from here on; inside of another loop it would want its place back
}

#else

thread_local bool insideLoop = false; ///< this thread runs items: the current arena is that of their loop

struct Inside {
    bool before = std::exchange(insideLoop, true);
    ~Inside() { insideLoop = before; }
};

/// One task for each thread, not for each item: items start in order, and who comes late finds nothing left.
void spread(size_t threads, Loop &loop)
{
    tbb::parallel_for(
        size_t(0), threads,
        [&loop](size_t) {
            const Inside inside;
            loop.work();
        },
        tbb::simple_partitioner());
}

void runOn(size_t threads, size_t atMost, Loop &loop)
{
    if (!insideLoop) {
        // More than the processors, which would only wait for each other, TBB does not give, and says so on
        // stderr.
        const auto most = static_cast<size_t>(tbb::info::default_concurrency());
        tbb::task_arena arena(static_cast<int>(std::min(atMost, most)));
        arena.execute([&] { spread(threads, loop); });
        return;
    }
    const auto shared = static_cast<size_t>(tbb::this_task_arena::max_concurrency());
    // Isolated: the body that waits here may hold a lock that another item of the outer loop wants.
    tbb::this_task_arena::isolate([&] { spread(std::min(threads, shared), loop); });
}

#endif

} // namespace

void parallelFor(size_t count, const JobContext &ctx, const std::function<void(size_t)> &body)
{
    const auto atMost = static_cast<size_t>(ctx.threadCount());
    const size_t threads = std::min(count, atMost);
    Loop loop(count, ctx, body);
    if (threads > 1)
        runOn(threads, atMost, loop);
    else
        loop.work();
    loop.rethrow();
}

} // namespace lathe
