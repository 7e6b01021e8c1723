#pragma once
#include <QObject>

#include <mutex>
#include <thread>
#include <vector>

namespace lathe::ui {

/// Asks the thread it was made in, every millisecond and from a thread of its own, for a sign of life, and
/// notes how long each took to come: for so long a person would have waited.
class Heartbeat : public QObject {
    Q_OBJECT
public:
    explicit Heartbeat(QObject *parent = nullptr);
    ~Heartbeat() override;

    /// Milliseconds of all beats since it was called last, in order; one that has not come yet counts next
    /// time.
    std::vector<double> take();

private:
    void beat(const std::stop_token &stop);

    std::mutex m_mutex;
    std::vector<double> m_waits;
    std::jthread m_thread;
};

} // namespace lathe::ui
