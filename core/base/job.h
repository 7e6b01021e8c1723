#pragma once
// What a long core function knows of the outside world.
#include "core/base/error.h"

#include <functional>
#include <stop_token>

namespace lathe {

struct Progress {
    double fraction = 0.0; ///< share of the whole job, 0..1
    Message stage;         ///< "calibrating layer 12 of 53"
};

struct JobContext {
    std::stop_token stop;
    std::function<void(const Progress &)> onProgress; ///< runs on the worker thread; may be empty
    int threads = 0;                                  ///< 0: as many as the machine has cores

    /// Reports and obeys in one call, so nobody reports progress and forgets to obey Cancel.
    /// @throws Cancelled
    void checkpoint(double fraction, const Message &stage) const
    {
        throwIfCancelled();
        if (onProgress)
            onProgress({fraction, stage});
    }
    void throwIfCancelled() const
    {
        if (stop.stop_requested())
            throw Cancelled{};
    }
    /// The same job seen as the part [from, to] of a larger one.
    JobContext part(double from, double to) const
    {
        JobContext inner = *this;
        if (onProgress)
            inner.onProgress = [outer = onProgress, from, to](const Progress &p) {
                outer({from + (to - from) * p.fraction, p.stage});
            };
        return inner;
    }
    /// The same job, told as one stage whatever its parts say: those may count what the user does not know
    /// of.
    JobContext toldAs(const Message &told) const
    {
        JobContext inner = *this;
        if (onProgress)
            inner.onProgress = [outer = onProgress, told](const Progress &p) { outer({p.fraction, told}); };
        return inner;
    }
    int threadCount() const; ///< threads, resolved: at least 1
};

} // namespace lathe
