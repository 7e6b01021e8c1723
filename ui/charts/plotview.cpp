#include "ui/charts/plotview.h"

#include "ui/charts/chartpanel.h"

#include <QKeyEvent>
#include <QMouseEvent>

namespace lathe::ui {

PlotView::PlotView(QChart *chart, ChartPanel *panel) : QChartView(chart, panel), m_panel(panel)
{
    setRenderHint(QPainter::Antialiasing);
    setFrameShape(QFrame::NoFrame);
    setRubberBand(QChartView::NoRubberBand);
    setViewportUpdateMode(QGraphicsView::FullViewportUpdate); // the overlay crosses every item
    setMouseTracking(true);
    viewport()->setMouseTracking(true);
    setBackgroundRole(QPalette::Base);
    // A scene takes the drag and refuses the drop; files dropped here are the window's.
    setAcceptDrops(false);
    viewport()->setAcceptDrops(false);
}

void PlotView::drawForeground(QPainter *painter, const QRectF &)
{
    painter->save();
    painter->resetTransform();
    painter->setRenderHint(QPainter::Antialiasing);
    m_panel->paintForeground(*painter);
    painter->restore();
}

bool PlotView::viewportEvent(QEvent *event)
{
    if (event->type() == QEvent::ContextMenu) {
        m_panel->showContextMenu(static_cast<QContextMenuEvent *>(event)->globalPos());
        return true;
    }
    return m_panel->handleViewEvent(event) || QChartView::viewportEvent(event);
}

void PlotView::resizeEvent(QResizeEvent *event)
{
    QChartView::resizeEvent(event);
    m_panel->refreshAxes();
}

void PlotView::keyPressEvent(QKeyEvent *event)
{
    if (!m_panel->handleViewEvent(event))
        QChartView::keyPressEvent(event);
}

void PlotView::keyReleaseEvent(QKeyEvent *event)
{
    if (!m_panel->handleViewEvent(event))
        QChartView::keyReleaseEvent(event);
}

void PlotView::focusInEvent(QFocusEvent *event)
{
    QChartView::focusInEvent(event);
    viewport()->update();
}

void PlotView::focusOutEvent(QFocusEvent *event)
{
    QChartView::focusOutEvent(event);
    m_panel->handleViewEvent(event);
    viewport()->update();
}

} // namespace lathe::ui
