#include "ui/jobs/jobmodel.h"

#include "ui/jobs/jobrunner.h"

#include <cmath>
#include <utility>

namespace lathe::ui {
namespace {

constexpr qint64 shortestHistory = 1000; // ms, before a time left is named
constexpr double leastDone = 0.02;
constexpr qint64 longestUnmissed = 3000; // ms of work that is done again without a word

} // namespace

JobModel *JobModel::instance()
{
    static auto *model = new JobModel; // runners of static objects may end after main()
    return model;
}

int JobModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_jobs.size());
}

QVariant JobModel::data(const QModelIndex &index, int role) const
{
    if (!index.isValid() || index.row() >= m_jobs.size())
        return {};
    const Job &job = m_jobs[index.row()];
    switch (role) {
    case Qt::DisplayRole:
    case Qt::AccessibleTextRole:
        return job.title;
    case FractionRole:
        return job.fraction;
    case StageRole:
        return job.stage;
    case SecondsLeftRole:
        return secondsLeft(job);
    case AtStakeRole:
        return isAtStake(job);
    default:
        return {};
    }
}

int JobModel::secondsLeft(const Job &job)
{
    const qint64 elapsed = job.clock->elapsed();
    if (elapsed < shortestHistory || job.fraction < leastDone)
        return -1;
    return static_cast<int>(
        std::ceil(1e-3 * static_cast<double>(elapsed) * (1.0 - job.fraction) / job.fraction));
}

bool JobModel::isAtStake(const Job &job)
{
    return !job.runner->isRepeatable() || job.clock->elapsed() > longestUnmissed;
}

void JobModel::cancelAll()
{
    for (const Job &job : std::as_const(m_jobs))
        job.runner->cancel();
}

void JobModel::cancel(int row)
{
    if (row >= 0 && row < m_jobs.size())
        m_jobs[row].runner->cancel();
}

int JobModel::rowOf(const JobRunner *runner) const
{
    for (int row = 0; row < m_jobs.size(); ++row)
        if (m_jobs[row].runner == runner)
            return row;
    return -1;
}

void JobModel::add(JobRunner *runner, const QString &title)
{
    remove(runner); // a newer job took its place
    const auto row = static_cast<int>(m_jobs.size());
    beginInsertRows({}, row, row);
    Job job{runner, title, {}, 0.0, std::make_shared<QElapsedTimer>()};
    job.clock->start();
    m_jobs.append(job);
    endInsertRows();
}

void JobModel::setProgress(JobRunner *runner, double fraction, const QString &stage)
{
    const int row = rowOf(runner);
    if (row < 0)
        return;
    m_jobs[row].fraction = fraction;
    m_jobs[row].stage = stage;
    emit dataChanged(index(row), index(row));
}

void JobModel::remove(JobRunner *runner)
{
    const int row = rowOf(runner);
    if (row < 0)
        return;
    beginRemoveRows({}, row, row);
    m_jobs.removeAt(row);
    endRemoveRows();
}

} // namespace lathe::ui
