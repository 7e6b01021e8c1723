#include "ui/charts/handledchart.h"

#include "ui/charts/plotview.h"
#include "ui/style/theme.h"

#include <QMouseEvent>
#include <QPainter>

#include <cmath>

namespace lathe::ui {

HandledChart::HandledChart(const QString &title, const QString &emptyText, QWidget *parent)
    : DrawnChart(title, emptyText, parent), m_handle(new LineHandle(view()))
{
    connect(m_handle, &LineHandle::changed, this, [this] { updateOverlay(); });
}

bool HandledChart::handleViewEvent(QEvent *event)
{
    if (isEmpty())
        return false;
    const LineHandle::Places at = places();
    if (event->type() == QEvent::MouseMove) {
        const bool over = m_handle->isDragging() ||
                          m_handle->isOver(static_cast<QMouseEvent *>(event)->position().x(), at.xs);
        view()->viewport()->setCursor(over ? Qt::SplitHCursor : Qt::ArrowCursor);
        if (over) {
            setHovered(-1); // the line says where it stands
            m_handle->handle(event, at);
            return true;
        }
    }
    if (event->type() == QEvent::ToolTip && !m_handle->canMove())
        return false; // it says why
    if (m_handle->handle(event, at)) {
        setHovered(-1);
        return true;
    }
    return DrawnChart::handleViewEvent(event);
}

void HandledChart::paintReadingLine(QPainter &painter) const
{
    if (hovered() < 0)
        return;
    const QRectF area = plotArea();
    const double x = std::floor(positionOf(hovered()).x()) + 0.5;
    painter.setPen(QPen(colors().muted, 1));
    painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom()));
}

} // namespace lathe::ui
