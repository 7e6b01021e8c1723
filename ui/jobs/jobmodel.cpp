#include "ui/jobs/jobmodel.h"

#include "ui/jobs/jobrunner.h"

#include <QElapsedTimer>

#include <algorithm>
#include <utility>

namespace lathe::ui {
namespace {

constexpr qint64 longestUnmissed = 3000; // ms of work that is done again without a word

} // namespace

JobModel *JobModel::instance()
{
    static auto *model = new JobModel; // runners of static objects may end after main()
    return model;
}

JobModel::JobModel(QObject *parent) : QAbstractListModel(parent)
{
    QElapsedTimer clock;
    clock.start();
    m_clock = [clock] { return clock.elapsed(); };
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
    case LeftRole:
        return left(job);
    case AtStakeRole:
        return isAtStake(job);
    case AfterStopRole:
        return job.runner->afterStop();
    default:
        return {};
    }
}

int JobModel::secondsLeftOf(const JobRunner *runner) const
{
    const int row = rowOf(runner);
    return row < 0 ? -1 : secondsLeft(m_jobs[row]);
}

QString JobModel::leftOf(const JobRunner *runner) const
{
    const int row = rowOf(runner);
    return row < 0 ? QString() : left(m_jobs[row]);
}

qint64 JobModel::worked(const Job &job) const
{
    return job.pausedAt.value_or(m_clock()) - job.begun;
}

int JobModel::secondsLeft(const Job &job) const
{
    return job.left.seconds(worked(job)).value_or(-1);
}

QString JobModel::left(const Job &job) const
{
    return job.pausedAt ? tr("paused") : timeLeftText(secondsLeft(job));
}

int JobModel::longestRow() const
{
    int longest = -1, row = -1;
    for (int i = 0; i < rowCount(); ++i) {
        const int left = secondsLeft(m_jobs[i]);
        if (left > longest) {
            longest = left;
            row = i;
        }
    }
    return row;
}

bool JobModel::isAtStake(const Job &job) const
{
    return !job.runner->isRepeatable() || worked(job) > longestUnmissed;
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
    const Job job{runner, title, {}, 0.0, m_clock(), {}};
    m_jobs.append(job);
    endInsertRows();
}

void JobModel::setProgress(JobRunner *runner, double fraction, const QString &stage)
{
    const int row = rowOf(runner);
    if (row < 0)
        return;
    Job &job = m_jobs[row];
    job.fraction = std::max(job.fraction, fraction); // reports of several threads may overtake each other
    job.stage = stage;
    job.left.add(worked(job), job.fraction);
    emit dataChanged(index(row), index(row));
}

void JobModel::setPaused(JobRunner *runner, bool paused)
{
    const int row = rowOf(runner);
    if (row < 0 || paused == m_jobs[row].pausedAt.has_value())
        return;
    Job &job = m_jobs[row];
    if (paused) {
        job.pausedAt = m_clock();
    } else {
        job.begun += m_clock() - *job.pausedAt;
        job.pausedAt.reset();
    }
    emit dataChanged(index(row), index(row));
}

void JobModel::setInBackground(JobRunner *runner)
{
    const int row = rowOf(runner);
    if (row < 0)
        return;
    m_jobs[row].inBackground = true;
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
