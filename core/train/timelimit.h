#pragma once
// Work that ends when its time is over. Inside core/train only.
#include "core/train/trainer.h"

#include <atomic>
#include <chrono>
#include <thread>

namespace lathe::train {

/// Counts from when it was made, but not while the work is paused.
class Stopwatch {
public:
    explicit Stopwatch(const TrainingPause *pause = nullptr) : m_pause(pause), m_before(waited()) {}
    double seconds() const
    {
        return std::chrono::duration<double>(Clock::now() - m_start).count() - (waited() - m_before);
    }

private:
    using Clock = std::chrono::steady_clock;
    double waited() const { return m_pause != nullptr ? m_pause->waited() : 0.0; }

    const TrainingPause *m_pause;
    double m_before; ///< waited by then
    Clock::time_point m_start = Clock::now();
};

/// A job that is cancelled when the one that it is part of is, or when its time is over.
class TimeLimit {
public:
    /// @param pause null: nothing pauses the work
    TimeLimit(const JobContext &ctx, double seconds, const TrainingPause *pause = nullptr);
    TimeLimit(const TimeLimit &) = delete;
    TimeLimit &operator=(const TimeLimit &) = delete;

    const JobContext &context() const { return m_ctx; }
    bool isOver() const { return m_over; } ///< its own time, whatever became of the other job

private:
    std::stop_source m_stop;
    std::stop_callback<std::function<void()>> m_forward;
    JobContext m_ctx;
    std::atomic<bool> m_over{false};
    std::jthread m_clock;
};

/// Trains until its seconds are over, counted as the run does, so that a resumed one has what is left. Then
/// the best so far is kept, as where it is cancelled.
/// @param seconds none: as the plan says @param outOfTime whether they were over
TrainingResult trainWithin(Trainer &trainer, TrainerOptions options, std::optional<double> seconds,
                           bool &outOfTime, const JobContext &ctx);

} // namespace lathe::train
