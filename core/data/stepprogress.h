#pragma once
#include "core/base/job.h"

#include <mutex>
#include <string>

namespace lathe {

/// Counts finished items of several threads; reports each full per cent once and in rising order.
class StepProgress {
public:
    StepProgress(const JobContext &ctx, std::string what, size_t total)
        : m_ctx(ctx), m_what(std::move(what)), m_total(total)
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
                             m_what + " " + std::to_string(m_done) + " of " + std::to_string(m_total));
    }

private:
    const JobContext &m_ctx;
    std::string m_what;
    size_t m_total;
    size_t m_done = 0;
    std::mutex m_mutex;
};

} // namespace lathe
