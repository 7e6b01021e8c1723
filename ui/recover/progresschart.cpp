#include "ui/recover/progresschart.h"

#include "ui/base/format.h"
#include "ui/charts/axisticks.h"
#include "ui/style/theme.h"

#include <QCategoryAxis>
#include <QPainter>
#include <QPainterPath>

#include <algorithm>
#include <cmath>

namespace lathe::ui {
namespace {

constexpr double reach = 12; ///< pixels around a point that count as on it

} // namespace

ProgressChart::ProgressChart(const QString &title, const QString &emptyText, const QString &unit, bool share,
                             QWidget *parent)
    : DrawnChart(title, emptyText, parent), m_share(share)
{
    xAxis()->setTitleText(tr("epochs"));
    yAxis()->setTitleText(unit);
    setAccessibleName(title);
    restyle();
    showEmpty();
}

void ProgressChart::setUnit(const QString &unit)
{
    yAxis()->setTitleText(unit);
}

void ProgressChart::begin(double epochs)
{
    m_points.clear();
    m_levels.clear();
    setHovered(-1);
    showEmpty();
    setEpochs(epochs);
}

void ProgressChart::setEpochs(double epochs)
{
    m_epochs = std::max(epochs, 1e-3);
    changed();
}

void ProgressChart::setLevels(const QVector<Level> &levels)
{
    m_levels = levels;
    changed();
}

void ProgressChart::add(const Point &point)
{
    m_points << point;
    changed();
}

void ProgressChart::changed()
{
    if (m_points.isEmpty())
        return;
    refreshAxes();
    showPlot();
}

void ProgressChart::refreshAxes()
{
    if (m_points.isEmpty())
        return;
    double last = m_epochs, low = INFINITY, high = -INFINITY;
    const auto take = [&](double value) {
        if (std::isfinite(value)) {
            low = std::min(low, shown(value));
            high = std::max(high, shown(value));
        }
    };
    for (const Point &point : m_points) {
        last = std::max(last, point.epoch);
        take(point.value);
    }
    for (const Level &level : m_levels)
        take(level.value);
    if (!(low <= high))
        return;
    const double room = std::max((high - low) * 0.1, std::max(std::abs(high), 1e-6) * 0.01);
    low = m_share ? std::max(0.0, low - room) : low >= 0.0 ? std::max(0.0, low - room) : low - room;
    high = m_share ? std::min(100.0 + room / 2, high + room) : high + room;
    xAxis()->setRange(0.0, last);
    yAxis()->setRange(low, high);
    setTicks(xAxis(), numberTicks(0.0, last, ticksAcross()));
    setTicks(yAxis(), numberTicks(low, std::min(high, m_share ? 100.0 : high), std::min(ticksUp(), 5)));
    updateOverlay();
}

QPointF ProgressChart::positionOf(int point) const
{
    return at(m_points[point].epoch, shown(m_points[point].value));
}

int ProgressChart::itemAt(QPointF position) const
{
    int nearest = -1;
    double distance = reach;
    for (int i = 0; i < itemCount(); ++i)
        if (const double d = QLineF(positionOf(i), position).length(); d < distance) {
            distance = d;
            nearest = i;
        }
    return nearest;
}

QString ProgressChart::text(double value) const
{
    return m_share ? percent(value) : shortNumber(value);
}

QStringList ProgressChart::describe(int point) const
{
    const Point &p = m_points.at(point);
    QStringList lines{p.epoch > 0 ? tr("after %1 epochs").arg(shortNumber(p.epoch)) : tr("before training"),
                      text(p.value)};
    if (p.best)
        lines << tr("the best so far");
    for (const Level &level : m_levels)
        lines << tr("%1: %2").arg(level.name, text(level.value));
    return lines;
}

void ProgressChart::paintItems(QPainter &painter)
{
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setClipRect(plotArea().adjusted(-6, -6, 6, 6));
    for (const Level &level : std::as_const(m_levels)) {
        const double y = at(0, shown(level.value)).y();
        painter.setPen(QPen(level.ink(), 1, Qt::DashLine));
        painter.drawLine(QPointF(plotArea().left(), y), QPointF(plotArea().right(), y));
        drawTag(painter, QPointF(plotArea().right() - 4, y), level.name, level.ink(), true);
    }
    QPainterPath curve;
    for (int i = 0; i < itemCount(); ++i)
        i == 0 ? curve.moveTo(positionOf(i)) : curve.lineTo(positionOf(i));
    painter.setPen(QPen(colors().current, 2));
    painter.setBrush(Qt::NoBrush);
    painter.drawPath(curve);
    for (int i = 0; i < itemCount(); ++i) { // filled: the best when it was reached
        painter.setBrush(m_points[i].best ? colors().current : colors().surface);
        painter.drawEllipse(positionOf(i), 3.5, 3.5);
    }
}

QString ProgressChart::csv() const
{
    QString text = QStringLiteral("epoch,value,best\n");
    for (const Point &point : m_points)
        text += QStringLiteral("%1,%2,%3\n")
                    .arg(QString::number(point.epoch, 'g', 9), QString::number(point.value, 'g', 9),
                         point.best ? QStringLiteral("1") : QStringLiteral("0"));
    return text;
}

} // namespace lathe::ui
