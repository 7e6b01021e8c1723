#include "ui/window/windowrest.h"

#include "ui/jobs/jobrunner.h"
#include "ui/session/workbench.h"

namespace lathe::ui {
namespace {

constexpr int interval = 20;   // ms
constexpr int quietLooks = 15; ///< longer than what views put off to gather several changes

} // namespace

bool isAtRest(const Workbench &workbench)
{
    const Measuring measuring = workbench.previews().measuring();
    return workbench.isSettled() && measuring != Measuring::Running && measuring != Measuring::Resting &&
           !JobRunner::isAnyRunning();
}

WindowRest::WindowRest(const Workbench &workbench, QObject *parent) : QObject(parent), m_workbench(workbench)
{
    m_clock.setInterval(interval);
    connect(&m_clock, &QTimer::timeout, this, &WindowRest::look);
}

void WindowRest::wait(std::chrono::milliseconds most)
{
    m_end = std::chrono::steady_clock::now() + most;
    m_quiet = 0;
    m_clock.start();
}

void WindowRest::look()
{
    m_quiet = isAtRest(m_workbench) ? m_quiet + 1 : 0;
    const bool atRest = m_quiet >= quietLooks;
    if (!atRest && std::chrono::steady_clock::now() < m_end)
        return;
    m_clock.stop();
    emit over(atRest);
}

} // namespace lathe::ui
