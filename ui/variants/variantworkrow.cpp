#include "ui/variants/variantworkrow.h"

#include "ui/style/theme.h"
#include "ui/widgets/panelparts.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QProgressBar>
#include <QResizeEvent>
#include <QToolButton>

namespace lathe::ui {
namespace {

constexpr int steps = 1000;
constexpr int besideName = 40; // pixels: the icon, and what is around the name

QToolButton *makeButton(const QString &iconName, QWidget *parent)
{
    auto *button = new QToolButton(parent);
    button->setIcon(icon(iconName));
    button->setIconSize({14, 14});
    button->setAutoRaise(true);
    button->setFocusPolicy(Qt::TabFocus);
    return button;
}

} // namespace

VariantWorkRow::VariantWorkRow(QWidget *parent)
    : QWidget(parent), m_name(new QWidget(this)), m_stage(new ElidedLabel(this)), m_error(new QLabel(this)),
      m_bar(new QProgressBar(this)), m_retry(makeButton(QStringLiteral("reset"), this)),
      m_cancel(makeButton(QStringLiteral("cancel"), this))
{
    m_bar->setRange(0, steps);
    m_bar->setTextVisible(false);
    m_bar->setFixedSize(72, 8);
    m_bar->setAccessibleName(tr("Progress"));
    m_stage->setForegroundRole(QPalette::Text);
    m_error->setForegroundRole(QPalette::Text);
    m_error->setObjectName(QStringLiteral("fileError"));
    m_error->setWordWrap(true);
    m_error->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_retry->setText(tr("Try again"));
    m_retry->setToolTip(tr("Read and measure the file once more"));
    m_cancel->setObjectName(QStringLiteral("cancelFile"));
    m_retry->setObjectName(QStringLiteral("retryFile"));
    connect(m_cancel, &QToolButton::clicked, this, &VariantWorkRow::cancelled);
    connect(m_retry, &QToolButton::clicked, this, &VariantWorkRow::retried);
    auto *row = new QHBoxLayout(this);
    row->setContentsMargins(4, 0, 4, 0);
    row->setSpacing(8);
    row->addWidget(m_name);
    row->addWidget(m_bar);
    row->addWidget(m_stage, 1);
    row->addWidget(m_error, 1);
    row->addWidget(m_retry);
    row->addWidget(m_cancel);
}

void VariantWorkRow::setWork(const QString &name, const VariantWork &work)
{
    const bool failed = !work.error.isEmpty();
    QString stage = failed ? work.error : work.stage;
    if (!failed && !work.timeLeft.isEmpty())
        stage = tr("%1, %2").arg(stage, work.timeLeft);
    m_name->setFixedWidth(besideName + fontMetrics().horizontalAdvance(name)); // the view paints it
    m_stage->setFullText(stage);
    m_stage->setVisible(!failed);
    m_error->setText(work.error);
    m_error->setVisible(failed);
    m_bar->setVisible(!failed);
    m_bar->setValue(static_cast<int>(work.fraction * steps));
    m_retry->setVisible(failed);
    m_cancel->setText(failed ? tr("Remove") : tr("Cancel"));
    m_cancel->setToolTip(failed ? tr("Take the file out of the list")
                                : tr("Stop reading the file and take it out of the list"));
    m_cancel->setAccessibleName(m_cancel->text());
    setAccessibleName(QStringLiteral("%1: %2").arg(name, stage));
}

/// As high as the sentence needs at the width that the list has.
QSize VariantWorkRow::sizeHint() const
{
    const QSize size = QWidget::sizeHint();
    return m_error->isHidden() ? size : QSize(size.width(), layout()->heightForWidth(width()));
}

void VariantWorkRow::resizeEvent(QResizeEvent *event)
{
    QWidget::resizeEvent(event);
    if (event->size().width() != event->oldSize().width() && !m_error->isHidden())
        emit heightChanged();
}

} // namespace lathe::ui
