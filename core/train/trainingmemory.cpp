#include "core/train/trainingmemory.h"

#include "core/base/error.h"
#include "core/base/heap.h"
#include "core/train/trainingrun.h"

#include <algorithm>
#include <limits>

namespace lathe::train {
namespace {

constexpr int64_t megabyte = 1'000'000;
constexpr int64_t leastFree = 64 * megabyte; ///< for a network, a step and all that is kept

} // namespace

MemoryShares sharesOf(int64_t limit)
{
    MemoryShares shares;
    if (limit == 0)
        return shares;
    const int64_t held = residentMemory(), free = limit - held;
    if (free < leastFree)
        throw Error(ErrorCode::OutOfMemory,
                    Message::tr("{} MB are too little to train with: {} MB are taken before it begins; allow "
                                "{} MB at least.",
                                limit / megabyte, held / megabyte, (held + leastFree) / megabyte + 1));
    shares.images = std::min(shares.images, free / 2);
    shares.teacher = std::min(shares.teacher, free / 8);
    shares.validation = std::min(shares.validation, free / 8);
    return shares;
}

int64_t memoryLeft(int64_t limit)
{
    return limit > 0 ? std::max<int64_t>(0, limit - residentMemory()) : std::numeric_limits<int64_t>::max();
}

/// What is free goes back first. Where the very next update takes too much again, it is the batch.
void TrainingRun::keepWithinMemory()
{
    const int64_t held = m_options.memory > 0 ? residentMemory() : 0;
    if (held <= m_options.memory)
        return;
    giveFreeMemoryBack();
    if (m_givenBack != m_state.updates - 1) {
        m_givenBack = m_state.updates;
        return;
    }
    if (m_state.batch < 2)
        throw Error(
            ErrorCode::OutOfMemory,
            Message::tr("Learning from one sample at a time takes {} MB, more than the {} MB that are "
                        "allowed; allow more, or give a lower resolution in the plan.",
                        held / megabyte, m_options.memory / megabyte));
    makeBatchesSmaller();
}

} // namespace lathe::train
