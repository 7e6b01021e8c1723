#pragma once
#include "core/base/job.h"

#include <cstddef>
#include <functional>

namespace lathe {

/// Runs body(0) .. body(count - 1) on up to ctx.threadCount() threads, the calling one among them, and no
/// more than there are processors. Items are started in rising order and done in any. The first exception
/// stops the rest and is thrown again here; cancelling throws Cancelled between items.
///
/// A loop inside a body runs on those threads of the outer one that have nothing else to do: together they
/// never take more than the outer one may. So it gets the same context, and a body may hold a lock while it
/// loops: who waits for an inner loop does no other item of the outer one meanwhile.
void parallelFor(size_t count, const JobContext &ctx, const std::function<void(size_t)> &body);

} // namespace lathe
