#include "core/train/timelimit.h"

#include <algorithm>
#include <cmath>

namespace lathe::train {
namespace {

constexpr double shortestWait = 0.02; ///< seconds, so that a pause at the very end takes no processor

} // namespace

TimeLimit::TimeLimit(const JobContext &ctx, double seconds, const TrainingPause *pause)
    : m_forward(ctx.stop, [this] { m_stop.request_stop(); }), m_ctx(ctx)
{
    m_ctx.stop = m_stop.get_token();
    if (!std::isfinite(seconds))
        return;
    m_clock = std::jthread([this, seconds, watch = Stopwatch(pause)](const std::stop_token &ended) {
        std::mutex mutex;
        std::condition_variable_any changed;
        std::unique_lock lock(mutex);
        for (double left = seconds; left > 0; left = seconds - watch.seconds()) {
            const std::chrono::duration<double> wait(std::max(left, shortestWait));
            changed.wait_for(lock, ended, wait, [] { return false; });
            if (ended.stop_requested())
                return;
        }
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
