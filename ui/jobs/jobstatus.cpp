#include "ui/jobs/jobstatus.h"

#include "ui/style/theme.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QProgressBar>
#include <QToolButton>

namespace lathe::ui {
namespace {

constexpr int shortestShown = 300; // ms
constexpr int steps = 1000;

} // namespace

JobStatus::JobStatus(QWidget *parent)
    : QWidget(parent), m_what(new QLabel(this)), m_bar(new QProgressBar(this)),
      m_cancel(new QToolButton(this))
{
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
    row->addWidget(m_what);
    row->addWidget(m_bar);
    row->addWidget(m_cancel);

    QSizePolicy policy = sizePolicy();
    policy.setRetainSizeWhenHidden(true); // the bar must not make the window jump
    setSizePolicy(policy);
    hide();

    m_delay.setSingleShot(true);
    m_delay.setInterval(shortestShown);
    connect(&m_delay, &QTimer::timeout, this, &QWidget::show);
    connect(m_cancel, &QToolButton::clicked, this, &JobStatus::cancelRequested);
}

void JobStatus::setProgress(const QString &what, double fraction)
{
    m_what->setText(what);
    m_bar->setValue(static_cast<int>(fraction * steps));
}

void JobStatus::setBusy(bool busy)
{
    if (!busy) {
        m_delay.stop();
        hide();
    } else if (!isVisible() && !m_delay.isActive()) {
        m_bar->setValue(0);
        m_delay.start();
    }
}

} // namespace lathe::ui
