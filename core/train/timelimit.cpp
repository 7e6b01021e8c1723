#include "core/train/timelimit.h"

#include <cmath>

namespace lathe::train {

TimeLimit::TimeLimit(const JobContext &ctx, double seconds)
    : m_forward(ctx.stop, [this] { m_stop.request_stop(); }), m_ctx(ctx)
{
    m_ctx.stop = m_stop.get_token();
    if (!std::isfinite(seconds))
        return;
    m_clock = std::jthread([this, seconds](const std::stop_token &ended) {
        std::mutex mutex;
        std::condition_variable_any changed;
        std::unique_lock lock(mutex);
        changed.wait_for(lock, ended, std::chrono::duration<double>(seconds), [] { return false; });
        if (ended.stop_requested())
            return;
        m_over = true;
        m_stop.request_stop();
    });
}

TrainingResult trainWithin(Trainer &trainer, TrainerOptions options, std::optional<double> seconds,
                           bool &outOfTime, const JobContext &ctx)
{
    std::stop_source stop;
    const std::stop_callback forward(ctx.stop, [&stop] { stop.request_stop(); });
    JobContext inner = ctx;
    inner.stop = stop.get_token();
    const auto told = options.onEvent;
    options.onEvent = [&](const TrainingEvent &event) {
        if (told)
            told(event);
        if (seconds && event.seconds > *seconds) {
            outOfTime = true;
            stop.request_stop();
        }
    };
    return trainer.run(options, inner);
}

} // namespace lathe::train
