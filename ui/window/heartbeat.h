#pragma once
#include <QObject>

#include <mutex>
#include <thread>
#include <vector>

namespace lathe::ui {

/// How long an answer took, in milliseconds.
struct Beat {
    double wait; ///< until it came
    double work; ///< of the processor, on what the thread did since the answer before; the rest others had
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

private:
    void beat(const std::stop_token &stop);

    std::mutex m_mutex;
    std::vector<Beat> m_beats;
    double m_worked = 0.0; ///< of the thread in all, at the last beat
    std::jthread m_thread;
};

} // namespace lathe::ui
