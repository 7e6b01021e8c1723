#pragma once
#include "core/base/job.h"

#include <cstddef>
#include <functional>

namespace lathe {

/// Runs body(0) .. body(count - 1) on up to ctx.threadCount() threads, largest granularity one item; order
/// free. The first exception stops the rest and is thrown again here; cancelling throws Cancelled between
/// items.
void parallelFor(size_t count, const JobContext &ctx, const std::function<void(size_t)> &body);

} // namespace lathe
