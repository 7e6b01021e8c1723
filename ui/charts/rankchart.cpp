#include "ui/charts/rankchart.h"

#include "ui/base/format.h"
#include "ui/charts/axisticks.h"
#include "ui/charts/plotview.h"
#include "ui/style/theme.h"

#include <QCategoryAxis>
#include <QChart>
#include <QPainter>

#include <algorithm>
#include <cmath>

namespace lathe::ui {

RankChart::RankChart(const QString &title, const QString &emptyText, QWidget *parent)
    : HandledChart(title, emptyText, parent), m_energy(new QLineSeries), m_energyAxis(new QCategoryAxis(this))
{
    m_energyAxis->setLabelsPosition(QCategoryAxis::AxisLabelsPositionOnValue);
    m_energyAxis->setTruncateLabels(false);
    m_energyAxis->setTitleText(tr("energy kept (%)"));
    m_energyAxis->setGridLineVisible(false);
    m_energyAxis->setRange(0.0, 1.05);
    yAxis()->setTitleText(tr("singular value"));
    chart()->addAxis(m_energyAxis, Qt::AlignRight);
    chart()->addSeries(m_energy);
    m_energy->attachAxis(xAxis());
    m_energy->attachAxis(m_energyAxis);
}

void RankChart::setHandle(const LineHandle::Scale &scale)
{
    handle()->setScale(scale);
}

void RankChart::setTip(const QString &text)
{
    m_tip = text;
    refreshTip();
}

void RankChart::setLocked(const QString &why)
{
    if (m_locked == why)
        return;
    m_locked = why;
    handle()->setLocked(!why.isEmpty());
    refreshTip();
    updateOverlay();
}

void RankChart::refreshTip()
{
    view()->setToolTip(m_locked.isEmpty() ? m_tip : m_locked);
}

void RankChart::refreshValueAxes(double lowest, double highest)
{
    Ticks shares;
    for (const double share : roundNumbers(0.0, 100.0, ticksUp()))
        shares << std::pair(share / 100.0, number(share, 0));
    setTicks(m_energyAxis, shares);
    const double room = std::max(0.05, (highest - lowest) * 0.05);
    yAxis()->setRange(lowest - room, highest + room);
    setTicks(yAxis(), logTicks(lowest - room, highest + room, ticksUp()));
}

void RankChart::restyle()
{
    m_energy->setPen(QPen(colors().third, 1.6));
    styleAxis(m_energyAxis);
    DrawnChart::restyle();
}

LineHandle::Places RankChart::places() const
{
    return {.xs = {xOf(handle()->shown())}, .valueAt = [this](double x) { return valueOf(x); }};
}

void RankChart::paintItems(QPainter &painter)
{
    paintCurves(painter);
    if (handle()->value()) { // what is left out
        const QRectF area = plotArea();
        QColor veil = colors().surface;
        veil.setAlphaF(0.6f);
        painter.fillRect(QRectF(QPointF(places().xs.first(), area.top()), area.bottomRight()), veil);
    }
    paintBreakEven(painter);
    paintReadingLine(painter);
    paintLine(painter);
}

void RankChart::paintBreakEven(QPainter &painter) const
{
    if (m_breakEven <= 0.0)
        return;
    const QRectF area = plotArea();
    const double x = xOf(m_breakEven);
    painter.setPen(QPen(colors().muted, 1, Qt::DashLine));
    painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom()));
    const double height = QFontMetricsF(scaledFont(titleScale)).height();
    drawTag(painter, QPointF(x + 3, area.bottom() - height), m_breakEvenText, colors().muted);
}

void RankChart::paintLine(QPainter &painter) const
{
    if (!handle()->canMove() && !handle()->value())
        return;
    const QRectF area = plotArea();
    const double x = places().xs.first();
    const bool on = handle()->value().has_value();
    handle()->paint(painter, area, {x});
    const bool left = x > area.center().x();
    const double height = QFontMetricsF(scaledFont(titleScale)).height(), beside = handle()->radius() + 6;
    drawTag(painter, QPointF(x + (left ? -beside : beside), on ? area.top() + height : area.center().y()),
            lineText(), on ? colors().text : colors().muted, left);
}

} // namespace lathe::ui
