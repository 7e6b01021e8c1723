#include "ui/window/panelgrip.h"

#include "ui/style/theme.h"

#include <QApplication>
#include <QDockWidget>
#include <QHBoxLayout>
#include <QPainter>
#include <QToolButton>

namespace lathe::ui {
namespace {

constexpr int gripHeight = 14;
constexpr int dots = 7;
constexpr int dotDistance = 4;

} // namespace

PanelGrip::PanelGrip(QDockWidget *dock) : QWidget(dock), m_dock(dock)
{
    connect(qApp, &QApplication::focusChanged, this, qOverload<>(&QWidget::update));
    setToolTip(tr("Drag to move this panel; double-click to let it float"));
    auto *row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 4, 0);
    row->setSpacing(0);
    row->addStretch();
    QToolButton *floating =
        addButton(QStringLiteral("float"), tr("Float %1, or put it back").arg(dock->windowTitle()));
    QToolButton *close = addButton(QStringLiteral("cancel"), tr("Hide %1").arg(dock->windowTitle()));
    connect(floating, &QToolButton::clicked, dock, [dock] { dock->setFloating(!dock->isFloating()); });
    connect(close, &QToolButton::clicked, dock, &QDockWidget::close);
    setButtonsShown(false);
}

QToolButton *PanelGrip::addButton(const QString &iconName, const QString &tip)
{
    auto *button = new QToolButton(this);
    button->setIcon(icon(iconName));
    button->setIconSize({10, 10});
    button->setFixedSize(gripHeight, gripHeight);
    button->setAutoRaise(true);
    button->setFocusPolicy(Qt::NoFocus); // the View menu does the same by keyboard
    button->setToolTip(tip);
    button->setAccessibleName(tip);
    layout()->addWidget(button);
    m_buttons << button;
    return button;
}

void PanelGrip::setButtonsShown(bool shown)
{
    for (QToolButton *button : m_buttons)
        button->setVisible(shown);
    update();
}

bool PanelGrip::isActive() const
{
    return m_dock->isAncestorOf(QApplication::focusWidget());
}

QSize PanelGrip::sizeHint() const
{
    return {gripHeight * 4, gripHeight};
}

void PanelGrip::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    if (isActive())
        painter.fillRect(QRect(0, height() - 2, width(), 2), colors().current);
    painter.setBrush(isActive() ? colors().current : underMouse() ? colors().muted : colors().line);
    const double left = width() / 2.0 - (dots - 1) * dotDistance / 2.0;
    for (int i = 0; i < dots; ++i)
        painter.drawEllipse(QPointF(left + i * dotDistance, height() / 2.0), 1.0, 1.0);
}

void PanelGrip::enterEvent(QEnterEvent *)
{
    setButtonsShown(true);
}

void PanelGrip::leaveEvent(QEvent *)
{
    setButtonsShown(false);
}

} // namespace lathe::ui
