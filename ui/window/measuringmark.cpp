#include "ui/window/measuringmark.h"

#include "ui/style/theme.h"
#include "ui/widgets/figurelabel.h"

#include <QEvent>
#include <QHelpEvent>
#include <QPainter>
#include <QStyleOptionFocusRect>
#include <QToolTip>

#include <algorithm>

namespace lathe::ui {

MeasuringMark::MeasuringMark(FigureLabel *label) : QAbstractButton(label), m_label(label)
{
    setObjectName(QStringLiteral("measuring"));
    setAttribute(Qt::WA_Hover); // what can be clicked is underlined
    label->installEventFilter(this);
    connect(ThemeNotifier::instance(), &ThemeNotifier::changed, this, qOverload<>(&QWidget::update));
    setState(Measuring::Nothing);
}

bool MeasuringMark::canToggle() const
{
    return m_state != Measuring::Nothing && m_state != Measuring::Complete;
}

void MeasuringMark::setState(Measuring state)
{
    place();
    if (state == m_state && !accessibleName().isEmpty())
        return;
    m_state = state;
    setVisible(state != Measuring::Nothing);
    setFocusPolicy(canToggle() ? Qt::StrongFocus : Qt::NoFocus);
    if (canToggle())
        setCursor(Qt::PointingHandCursor);
    else
        unsetCursor();
    setAccessibleName(whatAClickDoes());
    update();
}

QString MeasuringMark::whatAClickDoes() const
{
    switch (m_state) {
    case Measuring::Running:
        return tr("Being measured. A click pauses (Shift+F5).");
    case Measuring::Resting:
        return tr("Goes on to all samples in a moment. A click keeps it from that (Shift+F5).");
    case Measuring::Paused:
        return tr("Paused. A click goes on to all samples (Shift+F5).");
    case Measuring::Complete:
        return tr("Measured on all samples.");
    case Measuring::Nothing:
        break;
    }
    return {};
}

void MeasuringMark::place()
{
    setGeometry(m_label->noteRect());
}

bool MeasuringMark::event(QEvent *event)
{
    if (event->type() != QEvent::ToolTip)
        return QAbstractButton::event(event);
    QToolTip::showText(static_cast<QHelpEvent *>(event)->globalPos(),
                       whatAClickDoes() + QLatin1Char('\n') + m_label->toolTip(), this);
    return true;
}

bool MeasuringMark::eventFilter(QObject *watched, QEvent *event)
{
    if (event->type() == QEvent::Resize || event->type() == QEvent::Paint)
        place();
    return QAbstractButton::eventFilter(watched, event);
}

void MeasuringMark::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    const int side = std::min(height(), QFontMetrics(m_label->noteFont()).ascent());
    const QRect mark(width() - side, (height() - side) / 2, side, side);
    if (m_state == Measuring::Paused)
        ui::icon(QStringLiteral("pause")).paint(&painter, mark);
    else if (m_state == Measuring::Complete)
        ui::icon(QStringLiteral("check")).paint(&painter, mark);
    if (canToggle() && underMouse()) {
        painter.setPen(colors().muted);
        const int below = (height() + QFontMetrics(m_label->noteFont()).height()) / 2;
        painter.drawLine(0, std::min(below, height() - 1), width() - side, std::min(below, height() - 1));
    }
    if (hasFocus()) {
        QStyleOptionFocusRect focus;
        focus.initFrom(this);
        focus.rect = rect();
        style()->drawPrimitive(QStyle::PE_FrameFocusRect, &focus, &painter, this);
    }
}

} // namespace lathe::ui
