#pragma once
// Long core functions off the GUI thread. The newest job wins; no exception and no late answer gets through.
#include "core/base/job.h"

#include <QObject>
#include <QThreadPool>
#include <atomic>
#include <functional>
#include <memory>

namespace lathe::ui {

/// Lives in the GUI thread. A job gets value snapshots and a JobContext; its result is applied in the GUI
/// thread. Starting a job cancels the one before it, whose answers are dropped from then on.
class JobRunner : public QObject {
    Q_OBJECT
public:
    explicit JobRunner(QObject *parent = nullptr);
    /// Cancels and waits: no worker outlives the runner, answers still queued die with it.
    ~JobRunner() override;

    bool isRunning() const { return m_running; }
    static bool isAnyRunning() { return s_running > 0; } ///< of all runners
    /// What its jobs are called in the list of jobs; those without a title are too short to be listed.
    void setTitle(const QString &title) { m_title = title; }
    /// Its jobs start again by themselves when their result is missing: stopping one that has just begun
    /// loses nothing.
    void setRepeatable(bool repeatable) { m_repeatable = repeatable; }
    bool isRepeatable() const { return m_repeatable; }
    /// What becomes of the work when it is stopped; empty: it is lost.
    void setAfterStop(const QString &sentence) { m_afterStop = sentence; }
    const QString &afterStop() const { return m_afterStop; }
    /// Threads that a job may use inside; 0: as the default for all runners says.
    void setThreads(int threads) { m_threads = threads; }
    /// For all runners, from their next job on; 0: as many as the machine has cores.
    static void setDefaultThreads(int threads) { s_defaultThreads = threads; }

    /// @param job  T(const JobContext &), runs on a worker thread.
    /// @param done void(const Outcome<T> &), runs in the GUI thread, never inside start(); Cancelled after
    /// cancel().
    template <class Job, class Done>
    void start(Job job, Done done);
    /// The same for a job that hands over results on the way.
    /// @param job  T(const JobContext &, const std::function<void(Part)> &deliver)
    /// @param part void(const Part &), in the GUI thread, in order, before `done`.
    template <class Part, class Job, class OnPart, class Done>
    void startStreaming(Job job, OnPart part, Done done);

    /// The job waits by itself for what it was told by other means; so it is said of it.
    void setPaused(bool paused);
    /// Asks the running job to stop; its `done` gets Cancelled.
    void cancel();
    /// Cancels and drops the answer as well: `done` is not called.
    void abandon();

signals:
    void started();
    void progressed(double fraction, const lathe::Message &stage);
    void finished();

private:
    static void giveWay();
    JobContext begin();
    void onGuiThread(quint64 id, std::function<void()> action);
    void end();

    std::stop_source m_stop;
    quint64 m_newestId = 0; // read and written in the GUI thread only
    bool m_running = false;
    bool m_repeatable = false;
    int m_threads = 0;
    QString m_title, m_afterStop;
    static inline int s_defaultThreads = 0; // read and written in the GUI thread only
    static inline int s_running = 0;        // the same
    QThreadPool m_pool;
};

template <class Job, class Done>
void JobRunner::start(Job job, Done done)
{
    const JobContext ctx = begin();
    const quint64 id = m_newestId;
    m_pool.start([this, id, ctx, job = std::move(job), done = std::move(done)] {
        giveWay();
        auto outcome = std::make_shared<decltype(runGuarded(job, ctx))>(runGuarded(job, ctx));
        onGuiThread(id, [this, outcome, done] {
            end();
            done(*outcome);
        });
    });
}

template <class Part, class Job, class OnPart, class Done>
void JobRunner::startStreaming(Job job, OnPart part, Done done)
{
    const quint64 id = m_newestId + 1; // the number that start() is about to give
    const std::function<void(Part)> deliver = [this, id, part = std::move(part)](Part value) {
        onGuiThread(id, [part, shared = std::make_shared<Part>(std::move(value))] { part(*shared); });
    };
    start([job = std::move(job), deliver](const JobContext &ctx) { return job(ctx, deliver); },
          std::move(done));
}

} // namespace lathe::ui
