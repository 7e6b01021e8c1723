#include "ui/window/heartbeat.h"

#include <chrono>
#include <future>
#include <memory>
#include <utility>

namespace lathe::ui {
namespace {

using Clock = std::chrono::steady_clock;
constexpr std::chrono::milliseconds interval{1};

} // namespace

Heartbeat::Heartbeat(QObject *parent)
    : QObject(parent), m_thread([this](const std::stop_token &stop) { beat(stop); })
{
}

Heartbeat::~Heartbeat() = default; // the thread is told to stop and waited for; what it asked dies with this

void Heartbeat::beat(const std::stop_token &stop)
{
    while (!stop.stop_requested()) {
        const auto answered = std::make_shared<std::promise<void>>();
        const std::future<void> answer = answered->get_future();
        const Clock::time_point asked = Clock::now();
        QMetaObject::invokeMethod(
            this,
            [this, answered, asked] {
                const std::chrono::duration<double, std::milli> wait = Clock::now() - asked;
                {
                    const std::lock_guard lock(m_mutex);
                    m_waits.push_back(wait.count());
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

std::vector<double> Heartbeat::take()
{
    const std::lock_guard lock(m_mutex);
    return std::exchange(m_waits, {});
}

} // namespace lathe::ui
