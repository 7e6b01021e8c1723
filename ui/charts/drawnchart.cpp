#include "ui/charts/drawnchart.h"

#include "ui/charts/plotview.h"
#include "ui/style/theme.h"

#include <QCategoryAxis>
#include <QChart>
#include <QKeyEvent>
#include <QLineSeries>
#include <QMouseEvent>

#include <algorithm>

namespace lathe::ui {

DrawnChart::DrawnChart(const QString &title, const QString &emptyText, QWidget *parent)
    : ChartPanel(title, emptyText, parent), m_series(new QLineSeries(this)), m_xAxis(new QCategoryAxis(this)),
      m_yAxis(new QCategoryAxis(this))
{
    for (QCategoryAxis *axis : {m_xAxis, m_yAxis}) {
        axis->setLabelsPosition(QCategoryAxis::AxisLabelsPositionOnValue);
        axis->setTruncateLabels(false);
    }
    m_xAxis->setGridLineVisible(false);
    chart()->addAxis(m_xAxis, Qt::AlignBottom);
    chart()->addAxis(m_yAxis, Qt::AlignLeft);
    chart()->addSeries(m_series);
    m_series->attachAxis(m_xAxis);
    m_series->attachAxis(m_yAxis);
    m_series->setPen(Qt::NoPen);
    view()->setFocusPolicy(Qt::StrongFocus);
}

QStringList DrawnChart::hoverText() const
{
    return m_hovered < 0 ? QStringList() : describe(m_hovered);
}

void DrawnChart::restyle()
{
    styleAxis(m_xAxis);
    styleAxis(m_yAxis);
}

QPointF DrawnChart::at(double x, double y) const
{
    return chart()->mapToPosition(QPointF(x, y), m_series);
}

double DrawnChart::valueAt(double x) const
{
    return chart()->mapToValue(QPointF(x, plotArea().center().y()), m_series).x();
}

void DrawnChart::paintOverlay(QPainter &painter)
{
    if (isEmpty())
        return;
    paintItems(painter);
    if (m_hovered >= 0)
        drawCard(painter, positionOf(m_hovered), hoverText());
}

void DrawnChart::setHovered(int item)
{
    if (item == m_hovered)
        return;
    m_hovered = item;
    view()->setAccessibleDescription(hoverText().join(QStringLiteral(", ")));
    updateOverlay();
}

bool DrawnChart::readByKeys(QKeyEvent *event)
{
    const int last = itemCount() - 1;
    if (last < 0)
        return false;
    const int page = std::max(1, itemCount() / 10);
    int item = m_hovered;
    switch (event->key()) {
    case Qt::Key_Left:
        item = item < 0 ? last : item - 1;
        break;
    case Qt::Key_Right:
        item += 1;
        break;
    case Qt::Key_PageDown:
        item -= page;
        break;
    case Qt::Key_PageUp:
        item += page;
        break;
    case Qt::Key_Home:
        item = 0;
        break;
    case Qt::Key_End:
        item = last;
        break;
    case Qt::Key_Escape:
        if (m_hovered < 0)
            return false; // it may mean something to the window
        setHovered(-1);
        return true;
    default:
        return false;
    }
    setHovered(std::clamp(item, 0, last));
    return true;
}

bool DrawnChart::handleViewEvent(QEvent *event)
{
    const auto type = event->type();
    if (type == QEvent::KeyPress)
        return readByKeys(static_cast<QKeyEvent *>(event));
    if (type == QEvent::FocusOut && !view()->underMouse())
        setHovered(-1); // it was reached by keys
    if (type == QEvent::ToolTip)
        return m_hovered >= 0; // it would cover what is told already
    if (type != QEvent::MouseMove && type != QEvent::Leave && type != QEvent::MouseButtonPress)
        return false;
    const auto *mouse = type == QEvent::Leave ? nullptr : static_cast<QMouseEvent *>(event);
    const int item = mouse && plotArea().contains(mouse->position()) ? itemAt(mouse->position()) : -1;
    if (item != m_hovered) {
        setHovered(item);
        view()->viewport()->setCursor(item >= 0 && isLink(item) ? Qt::PointingHandCursor : Qt::ArrowCursor);
    }
    if (type != QEvent::MouseButtonPress || mouse->button() != Qt::LeftButton || item < 0)
        return false;
    view()->setFocus(Qt::MouseFocusReason);
    emit itemClicked(item);
    return true;
}

void DrawnChart::showEvent(QShowEvent *event)
{
    ChartPanel::showEvent(event);
    emit shown();
}

} // namespace lathe::ui
