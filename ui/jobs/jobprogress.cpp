#include "ui/jobs/jobprogress.h"

#include "ui/jobs/jobmodel.h"

#include <algorithm>

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
    std::optional<int> percent = m_percent;
    int awaited = 0, longest = -1, row = -1;
    for (int i = 0; i < m_jobs->rowCount(); ++i) {
        if (m_jobs->isInBackground(i))
            continue;
        ++awaited;
        if (const int left = m_jobs->index(i).data(JobModel::SecondsLeftRole).toInt(); left > longest) {
            longest = left;
            row = i;
        }
    }
    if (awaited == 0) { // what begins next is other work
        m_followed = nullptr;
        m_share = 0.0;
        percent.reset();
    }
    // Of those without a time left nothing is said: they have only begun.
    if (row >= 0) {
        const QModelIndex job = m_jobs->index(row);
        follow(m_jobs->runnerAt(row), job.data(JobModel::FractionRole).toDouble());
        percent = static_cast<int>(100.0 * m_share);
    }
    if (percent == m_percent)
        return;
    m_percent = percent;
    emit changed();
}

void JobProgress::follow(const JobRunner *job, double fraction)
{
    if (job != m_followed || fraction < m_begun) {
        m_followed = job;
        m_from = std::max(m_share, fraction);
        m_begun = fraction;
    }
    const double done = m_begun < 1.0 ? (fraction - m_begun) / (1.0 - m_begun) : 1.0;
    m_share = std::max(m_share, m_from + (1.0 - m_from) * done);
}

} // namespace lathe::ui
