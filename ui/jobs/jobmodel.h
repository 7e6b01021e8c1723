#pragma once
#include "ui/jobs/timeleft.h"

#include <QAbstractListModel>
#include <functional>

namespace lathe::ui {

class JobRunner;

/// All titled jobs of the program that run at the moment, the oldest first. Of the GUI thread.
class JobModel : public QAbstractListModel {
    Q_OBJECT
public:
    enum Role {
        FractionRole = Qt::UserRole,
        StageRole,
        SecondsLeftRole,
        LeftRole,     ///< QString: "2 min left", "paused"; empty: too little is known
        AtStakeRole,  ///< bool: stopping it would lose something
        AfterStopRole ///< what becomes of it when it is stopped; empty: it is lost
    };

    static JobModel *instance(); ///< of the program
    explicit JobModel(QObject *parent = nullptr);
    /// @param clock milliseconds since any moment; at first the monotonic clock of the machine
    void setClock(std::function<qint64()> clock) { m_clock = std::move(clock); }

    int rowCount(const QModelIndex &parent = {}) const override;
    /// The title; of SecondsLeftRole -1 while too little is known.
    QVariant data(const QModelIndex &index, int role = Qt::DisplayRole) const override;
    int secondsLeftOf(const JobRunner *runner) const; ///< -1: too little is known, or it is not there
    QString leftOf(const JobRunner *runner) const;    ///< as LeftRole
    const JobRunner *runnerAt(int row) const { return m_jobs[row].runner; }
    /// Of the job that will take longest, among those of which that is known; -1: none.
    int longestRow() const;
    void cancel(int row);
    void cancelAll();

    void add(JobRunner *runner, const QString &title);
    void setProgress(JobRunner *runner, double fraction, const QString &stage);
    /// What it waits is no time that its work takes.
    void setPaused(JobRunner *runner, bool paused);
    /// What it does now nobody asked for, and nobody waits for it.
    void setInBackground(JobRunner *runner);
    bool isInBackground(int row) const { return m_jobs[row].inBackground; }
    void remove(JobRunner *runner); ///< does nothing for one that is not there

private:
    struct Job {
        JobRunner *runner;
        QString title, stage;
        double fraction = 0.0;
        qint64 begun = 0; ///< by the clock
        TimeLeft left;
        std::optional<qint64> pausedAt = {}; ///< by the clock; empty: it is not paused
        bool inBackground = false;
    };
    qint64 worked(const Job &job) const; ///< milliseconds
    QString left(const Job &job) const;
    int rowOf(const JobRunner *runner) const;
    int secondsLeft(const Job &job) const;
    bool isAtStake(const Job &job) const;

    std::function<qint64()> m_clock;
    QVector<Job> m_jobs;
};

} // namespace lathe::ui
