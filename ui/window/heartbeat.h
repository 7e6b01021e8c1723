#pragma once
#include "ui/window/queueclock.h"

#include <QObject>

#include <mutex>
#include <thread>
#include <vector>

namespace lathe::ui {

/// How long an answer took, in milliseconds.
struct Beat {
    double wait; ///< until it came
    /// Of that, all but what the thread stood in line for a processor: it worked, or waited for a lock or a
    /// file. What is left had other threads and programs.
    double own = 0.0;
};

/// Asks the thread it was made in, every millisecond and from a thread of its own, for a sign of life, and
/// notes how long each took to come: for so long a person would have waited.
class Heartbeat : public QObject {
    Q_OBJECT
public:
    explicit Heartbeat(QObject *parent = nullptr);
    ~Heartbeat() override;

    /// All beats since it was called last, in order; one that has not come yet counts next time.
    std::vector<Beat> take();
    /// Milliseconds of the processor that the thread worked at most, since it was called last, between two
    /// moments in which nothing was left to do.
    double takeLongestWork();

private:
    void beat(const std::stop_token &stop);
    void rest();

    std::mutex m_mutex; ///< of the beats
    std::vector<Beat> m_beats;
    double m_worked = 0.0; ///< of the thread in all, when it came to rest last
    double m_longestWork = 0.0;
    QueueClock m_queued; ///< of the thread; read by it alone
    std::jthread m_thread;
};

} // namespace lathe::ui
