#include "ui/charts/linehandle.h"

#include "ui/charts/plotview.h"
#include "ui/style/theme.h"

#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>

#include <algorithm>
#include <cmath>

namespace lathe::ui {
namespace {

constexpr double reach = 8.0; ///< pixels beside the line in which it can be taken

} // namespace

LineHandle::LineHandle(PlotView *view) : QObject(view), m_view(view)
{
    view->setFocusPolicy(Qt::StrongFocus);
}

void LineHandle::setValue(std::optional<double> value)
{
    if (!m_dragging)
        m_value = value;
}

double LineHandle::shown() const
{
    return m_value.value_or(m_scale.rest);
}

bool LineHandle::isOver(double x, const QVector<double> &xs) const
{
    return canMove() && std::ranges::any_of(xs, [x](double at) { return std::abs(x - at) <= reach; });
}

bool LineHandle::moveTo(double value)
{
    const std::optional<double> before = m_value;
    m_value = std::clamp(value, m_scale.lowest, m_scale.highest);
    emit changed();
    return m_value != before;
}

bool LineHandle::handle(QEvent *event, const Places &places)
{
    switch (event->type()) {
    case QEvent::MouseButtonPress:
    case QEvent::MouseMove:
    case QEvent::MouseButtonRelease:
        return onMouse(static_cast<QMouseEvent *>(event), places);
    case QEvent::KeyPress:
        return onKey(static_cast<QKeyEvent *>(event));
    default:
        return false;
    }
}

bool LineHandle::onMouse(QMouseEvent *event, const Places &places)
{
    const double x = event->position().x();
    if (event->type() == QEvent::MouseButtonPress) {
        if (event->button() != Qt::LeftButton || !isOver(x, places.xs))
            return false;
        const double nearest =
            *std::ranges::min_element(places.xs, {}, [x](double at) { return std::abs(x - at); });
        m_dragging = true;
        m_moved = false;
        m_grab = x - nearest;
        m_view->setFocus(Qt::MouseFocusReason);
        return true;
    }
    if (event->type() == QEvent::MouseMove) {
        if (!m_dragging)
            return false;
        const double step = event->modifiers() & Qt::ShiftModifier ? m_scale.fine : m_scale.step;
        if (moveTo(std::round(places.valueAt(x - m_grab) / step) * step)) {
            m_moved = true;
            emit dragged(*m_value);
        }
        return true;
    }
    if (!m_dragging || event->button() != Qt::LeftButton)
        return false;
    m_dragging = false;
    if (m_moved)
        emit released(*m_value);
    return true;
}

bool LineHandle::onKey(QKeyEvent *event)
{
    if (!canMove() || m_dragging || event->modifiers() & (Qt::ControlModifier | Qt::AltModifier))
        return false;
    const double step = event->modifiers() & Qt::ShiftModifier ? m_scale.fine : m_scale.step;
    double value = shown();
    switch (event->key()) {
    case Qt::Key_Left:
    case Qt::Key_Down:
        value -= step;
        break;
    case Qt::Key_Right:
    case Qt::Key_Up:
        value += step;
        break;
    case Qt::Key_PageDown:
        value -= m_scale.page;
        break;
    case Qt::Key_PageUp:
        value += m_scale.page;
        break;
    case Qt::Key_Home:
        value = m_scale.lowest;
        break;
    case Qt::Key_End:
        value = m_scale.highest;
        break;
    default:
        return false;
    }
    if (moveTo(std::round(value / m_scale.fine) * m_scale.fine))
        emit released(*m_value);
    return true;
}

double LineHandle::radius() const
{
    return m_view->fontMetrics().height() * 0.36;
}

void LineHandle::paint(QPainter &painter, const QRectF &area, const QVector<double> &xs) const
{
    const bool on = m_value.has_value();
    for (const double x : xs) {
        painter.setPen(QPen(colors().accent, on ? 2.0 : 1.4, on ? Qt::SolidLine : Qt::DotLine));
        painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom()));
        const QPointF knob(x, area.center().y());
        if (m_view->hasFocus()) {
            QColor halo = colors().accent;
            halo.setAlphaF(0.3F);
            painter.setPen(Qt::NoPen);
            painter.setBrush(halo);
            painter.drawEllipse(knob, radius() + 4, radius() + 4);
        }
        painter.setPen(QPen(colors().accent, 2));
        painter.setBrush(on ? colors().accent : colors().surface);
        painter.drawEllipse(knob, radius(), radius());
    }
}

} // namespace lathe::ui
