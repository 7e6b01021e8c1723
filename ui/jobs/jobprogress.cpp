#include "ui/jobs/jobprogress.h"

#include "ui/jobs/jobmodel.h"

namespace lathe::ui {

JobProgress::JobProgress(const JobModel *jobs, QObject *parent) : QObject(parent), m_jobs(jobs)
{
    connect(jobs, &QAbstractItemModel::rowsInserted, this, &JobProgress::refresh);
    connect(jobs, &QAbstractItemModel::rowsRemoved, this, &JobProgress::refresh);
    connect(jobs, &QAbstractItemModel::dataChanged, this, &JobProgress::refresh);
    refresh();
}

void JobProgress::refresh()
{
    std::optional<int> percent;
    int longest = -1; // of those without a time left nothing is said: they have only begun
    for (int row = 0; row < m_jobs->rowCount(); ++row) {
        const QModelIndex job = m_jobs->index(row);
        const int left = job.data(JobModel::SecondsLeftRole).toInt();
        if (left <= longest)
            continue;
        longest = left;
        percent = static_cast<int>(100.0 * job.data(JobModel::FractionRole).toDouble());
    }
    if (percent == m_percent)
        return;
    m_percent = percent;
    emit changed();
}

} // namespace lathe::ui
