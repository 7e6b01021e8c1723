#include "ui/graph/graphview.h"

#include "ui/base/format.h"
#include "ui/style/theme.h"

#include <QAccessible>
#include <QApplication>
#include <QHelpEvent>
#include <QKeyEvent>
#include <QNativeGestureEvent>
#include <QPainter>
#include <QToolTip>

#include <algorithm>
#include <cmath>
#include <utility>

namespace lathe::ui {
namespace {

constexpr double smallestZoom = 0.002, largestZoom = 3.0;
constexpr double legibleZoom = 0.62;
constexpr double margin = 24; // pixels around what is fitted

} // namespace

GraphView::GraphView(QWidget *parent) : QWidget(parent)
{
    setFocusPolicy(Qt::StrongFocus);
    setMouseTracking(true);
    setAttribute(Qt::WA_OpaquePaintEvent);
    setAccessibleName(tr("Model graph"));
    connect(ThemeNotifier::instance(), &ThemeNotifier::changed, this, qOverload<>(&QWidget::update));
}

QSize GraphView::sizeHint() const
{
    const int em = fontMetrics().height();
    return {em * 24, em * 30};
}

QSize GraphView::minimumSizeHint() const
{
    const int em = fontMetrics().height();
    return {em * 12, em * 8};
}

void GraphView::setScene(const std::shared_ptr<const GraphScene> &scene, int keep, QPointF anchor)
{
    const QPointF before = toWidget(anchor);
    m_scene = scene;
    m_marks = {};
    setSelectedLayers(m_layers);
    refreshValues();
    refreshChanges();
    refreshKept();
    refreshChannels();
    if (!m_scene)
        m_placed = false;
    else if (keep >= 0 && m_placed) {
        const QPointF now = toWidget(m_scene->items[static_cast<size_t>(keep)].rect.center());
        pan(before - now);
        m_marks.current = keep;
    } else {
        showTop();
    }
    describeCurrent();
    update();
}

void GraphView::setCurrentItem(int item, bool announce)
{
    if (!m_scene || item >= static_cast<int>(m_scene->items.size()))
        return;
    const bool changed = std::exchange(m_marks.current, item) != item;
    describeCurrent();
    update();
    if (changed)
        emit currentChanged(item);
    if (announce && item >= 0)
        pick(item, false);
}

QPointF GraphView::toScene(QPointF point) const
{
    return m_centre + (point - QPointF(width(), height()) / 2) / m_zoom;
}

QPointF GraphView::toWidget(QPointF point) const
{
    return QPointF(width(), height()) / 2 + (point - m_centre) * m_zoom;
}

void GraphView::setZoom(double zoom, QPointF fixed)
{
    const QPointF before = toScene(fixed);
    m_zoom = std::clamp(zoom, smallestZoom, largestZoom);
    m_centre += before - toScene(fixed);
    keepInside();
    update();
}

void GraphView::pan(QPointF pixels)
{
    m_centre -= pixels / m_zoom;
    keepInside();
    update();
}

/// Some of the graph always stays in view.
void GraphView::keepInside()
{
    if (!m_scene)
        return;
    const auto within = [](double value, double half, double size) {
        const double slack = std::max(0.0, half - 60);
        return std::clamp(value, std::min(size / 2, -slack + 0.0), std::max(size / 2, size + slack));
    };
    m_centre.setX(within(m_centre.x(), width() / 2.0 / m_zoom, m_scene->size.width()));
    m_centre.setY(within(m_centre.y(), height() / 2.0 / m_zoom, m_scene->size.height()));
}

void GraphView::fit()
{
    if (!m_scene || m_scene->size.isEmpty())
        return;
    const QSizeF room(std::max(40.0, width() - 2 * margin), std::max(40.0, height() - 2 * margin));
    m_zoom =
        std::clamp(std::min(room.width() / m_scene->size.width(), room.height() / m_scene->size.height()),
                   smallestZoom, 1.0);
    m_centre = QPointF(m_scene->size.width(), m_scene->size.height()) / 2;
    update();
}

void GraphView::showTop()
{
    if (!m_scene || m_scene->items.empty())
        return;
    fit();
    m_placed = isVisible() && width() > 1;
    if (m_zoom >= legibleZoom)
        return;
    m_zoom =
        std::clamp((width() - 2 * margin) / std::max(m_scene->size.width(), 1.0), legibleZoom + 0.03, 1.0);
    const QRectF &first = m_scene->items.front().rect;
    m_centre = {m_scene->size.width() * m_zoom <= width() ? m_scene->size.width() / 2 : first.center().x(),
                first.top() + (height() / 2.0 - margin) / m_zoom};
}

void GraphView::reveal(int item)
{
    if (!m_scene || item < 0)
        return;
    if (m_zoom < legibleZoom)
        m_zoom = 0.8;
    const QRectF rect = m_scene->items[static_cast<size_t>(item)].rect;
    const QRectF seen(toScene({margin, margin}), toScene({width() - margin, height() - margin}));
    if (!seen.contains(rect))
        centreOn(item);
    update();
}

void GraphView::centreOn(int item)
{
    m_centre = m_scene->items[static_cast<size_t>(item)].rect.center();
    keepInside();
    update();
}

void GraphView::paintEvent(QPaintEvent *event)
{
    QPainter painter(this);
    painter.fillRect(event->rect(), colors().surface);
    if (!m_scene)
        return;
    painter.translate(QPointF(width(), height()) / 2);
    painter.scale(m_zoom, m_zoom);
    painter.translate(-m_centre);
    const QRectF area(toScene(event->rect().topLeft()), toScene(event->rect().bottomRight() + QPoint(1, 1)));
    GraphPainter(painter, *m_scene, m_marks, m_zoom).paint(area.adjusted(-12, -12, 12, 12));
    if (hasFocus()) {
        painter.resetTransform();
        painter.setPen(QPen(colors().current, 1));
        painter.setBrush(Qt::NoBrush);
        painter.drawRect(rect().adjusted(0, 0, -1, -1));
    }
}

void GraphView::pick(int item, bool add)
{
    const SceneItem &what = m_scene->items[static_cast<size_t>(item)];
    if (!what.isLayer())
        return;
    QVector<int> layers = add ? m_layers : QVector<int>();
    const bool all = add && std::all_of(what.layers.begin(), what.layers.end(),
                                        [&](int layer) { return m_layers.contains(layer); });
    for (const int layer : what.layers) {
        if (all)
            layers.removeAll(layer);
        else if (!layers.contains(layer))
            layers << layer;
    }
    std::sort(layers.begin(), layers.end());
    setSelectedLayers(layers);
    emit layersPicked(layers);
}

void GraphView::mousePressEvent(QMouseEvent *event)
{
    if (event->button() == Qt::LeftButton || event->button() == Qt::MiddleButton) {
        m_pressed = m_dragged = event->position();
        m_dragging = false;
    }
}

void GraphView::mouseMoveEvent(QMouseEvent *event)
{
    if (event->buttons() & (Qt::LeftButton | Qt::MiddleButton)) {
        if (!m_dragging &&
            (event->position() - m_pressed).manhattanLength() < QApplication::startDragDistance())
            return;
        m_dragging = true;
        setCursor(Qt::ClosedHandCursor);
        pan(event->position() - m_dragged);
        m_dragged = event->position();
        return;
    }
    const int hover = m_scene ? m_scene->itemAt(toScene(event->position())) : -1;
    if (hover == m_marks.hover)
        return;
    m_marks.hover = hover;
    setCursor(hover >= 0 ? Qt::PointingHandCursor : Qt::ArrowCursor);
    update();
}

void GraphView::mouseReleaseEvent(QMouseEvent *event)
{
    const bool click = !m_dragging && event->button() == Qt::LeftButton && m_scene;
    m_dragging = false;
    setCursor(Qt::ArrowCursor);
    if (!click)
        return;
    const int item = m_scene->itemAt(toScene(event->position()));
    setCurrentItem(item, false);
    if (item < 0)
        return;
    pick(item, event->modifiers() & (Qt::ControlModifier | Qt::ShiftModifier));
    if (!m_scene->items[static_cast<size_t>(item)].block)
        emit nodeOpened(item, false);
}

void GraphView::mouseDoubleClickEvent(QMouseEvent *event)
{
    const int item = m_scene ? m_scene->itemAt(toScene(event->position())) : -1;
    if (item >= 0 && event->button() == Qt::LeftButton)
        emit blockToggled(item);
    else if (item < 0)
        fit();
}

void GraphView::leaveEvent(QEvent *)
{
    m_marks.hover = -1;
    update();
}

void GraphView::wheelEvent(QWheelEvent *event)
{
    const QPointF turned =
        event->pixelDelta().isNull() ? QPointF(event->angleDelta()) * 0.6 : event->pixelDelta();
    if (event->modifiers() & Qt::ControlModifier)
        setZoom(m_zoom * std::pow(1.0025, event->angleDelta().y()), event->position());
    else if (event->modifiers() & Qt::ShiftModifier)
        pan({turned.x() + turned.y(), 0});
    else
        pan(turned);
    event->accept();
}

void GraphView::contextMenuEvent(QContextMenuEvent *event)
{
    if (!m_scene)
        return;
    const bool byKey = event->reason() == QContextMenuEvent::Keyboard;
    const int item = byKey ? m_marks.current : m_scene->itemAt(toScene(event->pos()));
    if (item >= 0 && !byKey)
        setCurrentItem(item, false);
    emit menuRequested(item, event->globalPos());
}

void GraphView::resizeEvent(QResizeEvent *event)
{
    if (m_scene && !m_placed)
        showTop(); // the first real size
    else if (m_scene && m_keepsCorner) {
        m_centre += QPointF(event->size().width() - event->oldSize().width(),
                            event->size().height() - event->oldSize().height()) /
                    2 / m_zoom;
        return; // a size on the way to the final one takes nothing away
    }
    keepInside();
    keepInSight(event->oldSize());
}

/// What is current does not get out of sight where the view gets smaller.
void GraphView::keepInSight(QSize before)
{
    if (!m_scene || m_marks.current < 0)
        return;
    const QRectF rect = m_scene->items[static_cast<size_t>(m_marks.current)].rect;
    const auto seenIn = [&](QSizeF size) {
        const QSizeF half = size / 2 / m_zoom;
        return QRectF(m_centre.x() - half.width(), m_centre.y() - half.height(), 2 * half.width(),
                      2 * half.height())
            .contains(rect);
    };
    if (seenIn(before) && !seenIn(size()))
        centreOn(m_marks.current);
}

void GraphView::showEvent(QShowEvent *)
{
    if (!m_scene || m_placed)
        return;
    showTop(); // it had no size before
    for (size_t i = 0; i < m_marks.selected.size(); ++i)
        if (m_marks.selected[i]) {
            reveal(static_cast<int>(i));
            return;
        }
}

bool GraphView::event(QEvent *event)
{
    if (event->type() == QEvent::ToolTip) {
        const auto *help = static_cast<QHelpEvent *>(event);
        const int item = m_scene ? m_scene->itemAt(toScene(help->pos())) : -1;
        if (item >= 0)
            QToolTip::showText(help->globalPos(), toolTipOf(item), this);
        else
            QToolTip::hideText();
        return true;
    }
    if (event->type() == QEvent::NativeGesture) {
        const auto *gesture = static_cast<QNativeGestureEvent *>(event);
        if (gesture->gestureType() == Qt::ZoomNativeGesture) {
            setZoom(m_zoom * (1.0 + gesture->value()), gesture->position());
            return true;
        }
    }
    if (event->type() == QEvent::FocusIn || event->type() == QEvent::FocusOut)
        update();
    return QWidget::event(event);
}

} // namespace lathe::ui
