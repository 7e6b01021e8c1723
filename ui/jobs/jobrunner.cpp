#include "ui/jobs/jobrunner.h"

#include "ui/base/messages.h"
#include "ui/jobs/jobmodel.h"

#ifdef Q_OS_LINUX
#include <sys/resource.h>
#include <unistd.h>
#endif

namespace lathe::ui {

JobRunner::JobRunner(QObject *parent) : QObject(parent)
{
    // A job that was just told to stop may need a moment; the next one must not wait for it.
    m_pool.setMaxThreadCount(4);
}

JobRunner::~JobRunner()
{
    m_stop.request_stop();
    m_pool.waitForDone();
    s_running -= m_running;
    JobModel::instance()->remove(this);
}

/// The window comes first: this thread, and those that it will start, get what the window leaves.
void JobRunner::giveWay()
{
#ifdef Q_OS_LINUX
    constexpr int nice = 5;
    setpriority(PRIO_PROCESS, static_cast<id_t>(gettid()), nice); // of one thread there
#endif
}

JobContext JobRunner::begin()
{
    const bool wasRunning = m_running;
    m_stop.request_stop();
    m_stop = std::stop_source{};
    const quint64 id = ++m_newestId;
    s_running += !wasRunning;
    m_running = true;
    if (!m_title.isEmpty())
        JobModel::instance()->add(this, m_title);
    if (!wasRunning)
        emit started();

    JobContext ctx;
    ctx.stop = m_stop.get_token();
    ctx.threads = m_threads > 0 ? m_threads : s_defaultThreads;
    const auto last = std::make_shared<std::atomic<double>>(-1.0);
    ctx.onProgress = [this, id, last](const Progress &p) {
        const double before = last->load();
        if (p.fraction < 1.0 && p.fraction >= before && p.fraction - before < 0.001)
            return; // finer steps would only drown the event queue
        last->store(p.fraction);
        onGuiThread(id, [this, p] {
            JobModel::instance()->setProgress(this, p.fraction, messageText(p.stage));
            emit progressed(p.fraction, p.stage);
        });
    };
    return ctx;
}

void JobRunner::onGuiThread(quint64 id, std::function<void()> action)
{
    QMetaObject::invokeMethod(
        this,
        [this, id, action = std::move(action)] {
            if (id == m_newestId)
                action();
        },
        Qt::QueuedConnection);
}

void JobRunner::end()
{
    m_running = false;
    --s_running;
    JobModel::instance()->remove(this);
    emit finished();
}

void JobRunner::setPaused(bool paused)
{
    JobModel::instance()->setPaused(this, paused);
}

void JobRunner::cancel()
{
    m_stop.request_stop();
    setPaused(false);
}

void JobRunner::abandon()
{
    m_stop.request_stop();
    ++m_newestId;
    if (m_running)
        end();
}

} // namespace lathe::ui
