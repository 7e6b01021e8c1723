#include "ui/window/heartbeat.h"

#include <QAbstractEventDispatcher>

#include <algorithm>
#include <chrono>
#include <future>
#include <memory>
#include <time.h>
#include <utility>

namespace lathe::ui {
namespace {

using Clock = std::chrono::steady_clock;
constexpr std::chrono::milliseconds interval{1};

/// Milliseconds that the processor has worked for this thread.
double workedSoFar()
{
    timespec time{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return 1e3 * static_cast<double>(time.tv_sec) + 1e-6 * static_cast<double>(time.tv_nsec);
}

} // namespace

Heartbeat::Heartbeat(QObject *parent)
    : QObject(parent), m_worked(workedSoFar()), m_queued(QueueClock::ofThisThread()),
      m_thread([this](const std::stop_token &stop) { beat(stop); })
{
    connect(QAbstractEventDispatcher::instance(), &QAbstractEventDispatcher::aboutToBlock, this,
            &Heartbeat::rest);
}

Heartbeat::~Heartbeat() = default; // the thread is told to stop and waited for; what it asked dies with this

void Heartbeat::beat(const std::stop_token &stop)
{
    QueueClock window = m_queued.reopened();
    while (!stop.stop_requested()) {
        const auto answered = std::make_shared<std::promise<void>>();
        const std::future<void> answer = answered->get_future();
        const double queued = window.now();
        const Clock::time_point asked = Clock::now();
        QMetaObject::invokeMethod(
            this,
            [this, answered, asked, queued] {
                const std::chrono::duration<double, std::milli> wait = Clock::now() - asked;
                const double own = std::max(0.0, wait.count() - (m_queued.now() - queued));
                {
                    const std::lock_guard lock(m_mutex);
                    m_beats.push_back({wait.count(), own});
                }
                answered->set_value();
            },
            Qt::QueuedConnection);
        while (answer.wait_for(std::chrono::milliseconds(50)) == std::future_status::timeout)
            if (stop.stop_requested())
                return;
        std::this_thread::sleep_for(interval);
    }
}

void Heartbeat::rest()
{
    const double worked = workedSoFar();
    m_longestWork = std::max(m_longestWork, worked - m_worked);
    m_worked = worked;
}

double Heartbeat::takeLongestWork()
{
    rest();
    return std::exchange(m_longestWork, 0.0);
}

std::vector<Beat> Heartbeat::take()
{
    const std::lock_guard lock(m_mutex);
    return std::exchange(m_beats, {});
}

} // namespace lathe::ui
