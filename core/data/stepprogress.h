#pragma once
#include "core/base/job.h"

#include <mutex>

namespace lathe {

/// Counts finished items of several threads; reports each full per cent once and in rising order.
class StepProgress {
public:
    using Stage = Message (*)(size_t done, size_t total);

    StepProgress(const JobContext &ctx, Stage stage, size_t total)
        : m_ctx(ctx), m_stage(stage), m_total(total)
    {
    }
    /// @throws Cancelled
    void step(size_t items)
    {
        const std::lock_guard lock(m_mutex);
        const size_t before = m_done * 100 / m_total;
        m_done += items;
        if (m_done * 100 / m_total != before)
            m_ctx.checkpoint(static_cast<double>(m_done) / static_cast<double>(m_total),
                             m_stage(m_done, m_total));
    }

private:
    const JobContext &m_ctx;
    Stage m_stage;
    size_t m_total;
    size_t m_done = 0;
    std::mutex m_mutex;
};

} // namespace lathe
