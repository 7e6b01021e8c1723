#pragma once
#include <QAbstractListModel>
#include <QElapsedTimer>
#include <memory>

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
        AtStakeRole ///< bool: stopping it would lose something
    };

    static JobModel *instance();

    int rowCount(const QModelIndex &parent = {}) const override;
    /// The title; of SecondsLeftRole -1 while too little is known.
    QVariant data(const QModelIndex &index, int role = Qt::DisplayRole) const override;
    void cancel(int row);
    void cancelAll();

    void add(JobRunner *runner, const QString &title);
    void setProgress(JobRunner *runner, double fraction, const QString &stage);
    void remove(JobRunner *runner); ///< does nothing for one that is not there

private:
    using QAbstractListModel::QAbstractListModel;
    struct Job {
        JobRunner *runner;
        QString title, stage;
        double fraction = 0.0;
        std::shared_ptr<QElapsedTimer> clock;
    };
    int rowOf(const JobRunner *runner) const;
    static int secondsLeft(const Job &job);
    static bool isAtStake(const Job &job);

    QVector<Job> m_jobs;
};

} // namespace lathe::ui
