#include "ui/jobs/jobstatus.h"

#include "ui/jobs/jobmodel.h"
#include "ui/style/theme.h"
#include "ui/widgets/panelparts.h"

#include <QHBoxLayout>
#include <QProgressBar>
#include <QToolButton>

namespace lathe::ui {
namespace {

constexpr int shortestShown = 300; // ms
constexpr int steps = 1000;

} // namespace

JobStatus::JobStatus(JobModel *jobs, QWidget *parent)
    : QWidget(parent), m_jobs(jobs), m_what(new ElidedLabel(this)), m_bar(new QProgressBar(this)),
      m_cancel(new QToolButton(this))
{
    m_what->setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Fixed);
    m_what->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
    m_bar->setRange(0, steps);
    m_bar->setTextVisible(false);
    m_bar->setFixedWidth(160);
    m_bar->setFixedHeight(8);
    m_bar->setAccessibleName(tr("Progress"));
    m_cancel->setObjectName(QStringLiteral("cancelJobs"));
    m_cancel->setText(tr("Cancel"));
    m_cancel->setIcon(icon(QStringLiteral("cancel")));
    m_cancel->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    m_cancel->setAutoRaise(true);
    m_cancel->setToolTip(tr("Stop what is running (Esc)"));

    auto *row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(8);
    row->addWidget(m_what, 1);
    row->addWidget(m_bar);
    row->addWidget(m_cancel);

    QSizePolicy policy = sizePolicy();
    policy.setRetainSizeWhenHidden(true); // the bar must not make the window jump
    setSizePolicy(policy);
    hide();

    m_delay.setSingleShot(true);
    m_delay.setInterval(shortestShown);
    connect(&m_delay, &QTimer::timeout, this, &QWidget::show);
    connect(m_cancel, &QToolButton::clicked, this, &JobStatus::cancel);
    connect(jobs, &QAbstractItemModel::rowsInserted, this, &JobStatus::refresh);
    connect(jobs, &QAbstractItemModel::rowsRemoved, this, &JobStatus::refresh);
    connect(jobs, &QAbstractItemModel::dataChanged, this, &JobStatus::refresh);
    refresh();
}

int JobStatus::shownRow() const
{
    const int longest = m_jobs->longestRow();
    return longest >= 0 ? longest : m_jobs->rowCount() - 1; // else the newest
}

void JobStatus::cancel()
{
    m_jobs->cancel(shownRow());
}

void JobStatus::refresh()
{
    const int row = shownRow();
    if (row < 0) {
        m_delay.stop();
        hide();
        return;
    }
    const QModelIndex job = m_jobs->index(row);
    const QString title = job.data().toString();
    const QString stage = job.data(JobModel::StageRole).toString();
    const QString left = job.data(JobModel::LeftRole).toString();
    // What a stage is of is said as long as little is known of it; then how long it takes matters more.
    QString what = stage.isEmpty() ? title : tr("%1: %2").arg(title, stage);
    if (!left.isEmpty())
        what = tr("%1, %2").arg(stage.isEmpty() ? title : stage, left);
    if (m_jobs->rowCount() > 1)
        what = tr("%1 (+%2)").arg(what, QString::number(m_jobs->rowCount() - 1));
    m_what->setFullText(what);
    setToolTip(title);
    m_bar->setValue(static_cast<int>(job.data(JobModel::FractionRole).toDouble() * steps));
    if (!isVisible() && !m_delay.isActive())
        m_delay.start();
}

} // namespace lathe::ui
