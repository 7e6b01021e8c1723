#include "ui/jobs/closequestion.h"

#include "ui/base/format.h"
#include "ui/jobs/jobmodel.h"

#include <QPushButton>

namespace lathe::ui {
namespace {

/// Those whose work would be lost, as lines.
QStringList jobsAtStake(const JobModel &jobs)
{
    QStringList lines;
    for (int row = 0; row < jobs.rowCount(); ++row) {
        const QModelIndex job = jobs.index(row);
        if (!job.data(JobModel::AtStakeRole).toBool())
            continue;
        QString line =
            CloseQuestion::tr("%1, %2 done")
                .arg(job.data().toString(), percent(job.data(JobModel::FractionRole).toDouble(), 0));
        if (const QString after = job.data(JobModel::AfterStopRole).toString(); !after.isEmpty())
            line = CloseQuestion::tr("%1. %2").arg(line, after);
        lines << line;
    }
    return lines;
}

} // namespace

CloseQuestion::CloseQuestion(JobModel *jobs, QWidget *parent)
    : QMessageBox(QMessageBox::Question, tr("Lathe"), {}, QMessageBox::NoButton, parent), m_jobs(jobs)
{
    setObjectName(QStringLiteral("closeQuestion"));
    m_stop = addButton(QString(), QMessageBox::DestructiveRole);
    QPushButton *stay = addButton(tr("&Keep working"), QMessageBox::RejectRole);
    setDefaultButton(stay);
    setEscapeButton(stay);
    connect(jobs, &QAbstractItemModel::dataChanged, this, &CloseQuestion::refresh);
    // Queued: the job that ends may still have something to do with its result.
    connect(jobs, &QAbstractItemModel::rowsRemoved, this, &CloseQuestion::refresh, Qt::QueuedConnection);
    refresh();
}

void CloseQuestion::refresh()
{
    const QStringList lines = jobsAtStake(*m_jobs);
    if (lines.isEmpty()) {
        m_stop->click();
        return;
    }
    setText(lines.size() == 1 ? tr("A job is still running.")
                              : tr("%1 jobs are still running.").arg(lines.size()));
    setInformativeText(lines.join(QLatin1Char('\n')));
    m_stop->setText(lines.size() == 1 ? tr("&Stop it and close") : tr("&Stop them and close"));
}

bool CloseQuestion::mayClose(JobModel *jobs, QWidget *parent)
{
    if (jobsAtStake(*jobs).isEmpty())
        return true;
    CloseQuestion question(jobs, parent);
    question.exec();
    return question.clickedButton() == question.m_stop;
}

} // namespace lathe::ui
