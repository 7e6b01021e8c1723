#include "ui/inspector/keepbar.h"

#include "ui/style/theme.h"
#include "ui/widgets/panelparts.h"

#include <QEvent>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>

namespace lathe::ui {

KeepBar::KeepBar(QWidget *parent)
    : QWidget(parent), m_sign(new QLabel(this)), m_text(new ElidedLabel(this)),
      m_button(new QPushButton(icon(QStringLiteral("keep")), {}, this))
{
    m_button->setObjectName(QStringLiteral("keepLayers"));
    m_text->setObjectName(QStringLiteral("keptText"));
    m_text->setElideMode(Qt::ElideRight);
    paintSign();
    auto *row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(6);
    row->addWidget(m_sign);
    row->addWidget(m_text, 1);
    row->addWidget(m_button, 1);
    connect(m_button, &QPushButton::clicked, this, [this] { emit requested(m_keeps); });
}

/// In the colours of the scheme.
void KeepBar::paintSign()
{
    const int size = fontMetrics().height();
    m_sign->setPixmap(icon(QStringLiteral("keep")).pixmap(QSize(size, size), devicePixelRatioF()));
}

void KeepBar::changeEvent(QEvent *event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange)
        paintSign();
}

void KeepBar::setState(int kept, int total)
{
    const bool all = total > 0 && kept == total;
    const bool one = total == 1;
    m_keeps = !all;
    m_sign->setVisible(kept > 0);
    m_text->setVisible(kept > 0);
    m_text->setFullText(!all  ? tr("%1 of %2 kept").arg(kept).arg(total)
                        : one ? tr("Kept as it is")
                              : tr("Kept as they are"));
    m_button->setText(all        ? tr("Let go")
                      : kept > 0 ? tr("Keep all")
                      : one      ? tr("Keep this layer as it is")
                                 : tr("Keep these layers as they are"));
    m_button->setToolTip(
        all ? tr("The recipe holds again for what is selected (Ctrl+Shift+K).")
            : tr("Nothing changes them, whatever presets, rules and edits of many layers say "
                 "(Ctrl+Shift+K)."));
}

} // namespace lathe::ui
