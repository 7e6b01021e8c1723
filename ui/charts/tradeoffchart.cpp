#include "ui/charts/tradeoffchart.h"

#include "ui/base/format.h"
#include "ui/base/shortnames.h"
#include "ui/charts/axisticks.h"
#include "ui/charts/plotview.h"
#include "ui/style/theme.h"
#include "ui/widgets/panelparts.h"

#include <QCategoryAxis>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QToolButton>

#include <algorithm>
#include <cmath>

namespace lathe::ui {
namespace {

constexpr double markerRadius = 5.0;
constexpr double currentRadius = markerRadius + 2; ///< of the recipe of the moment, which lies over all
constexpr double whisker = 3.0;                    ///< half the width of an interval's ends
constexpr int placesOnLine = 12;                   ///< of the baseline, where its name can stand
constexpr double reach = 12.0;                     ///< of the pointer, in pixels

/// Short enough to stand beside points; what the axis shows differences to is told with the baseline's.
QStringList namesOf(const Tradeoff &tradeoff)
{
    const QFontMetrics metrics(scaledFont(titleScale));
    QStringList kept;
    for (const TradeoffPoint &point : tradeoff.points)
        if (point.kind == TradeoffPoint::Kept)
            kept << point.name;
    kept = elidedNames(shortNames(kept), metrics, letterWidth(metrics) * 20);
    QStringList names;
    for (const TradeoffPoint &point : tradeoff.points)
        switch (point.kind) {
        case TradeoffPoint::Kept:
            names << kept.takeFirst();
            break;
        case TradeoffPoint::Current:
            names << point.name;
            break;
        case TradeoffPoint::Baseline:
            names << (tradeoff.quality == Quality::Top1
                          ? QStringLiteral("%1 %2").arg(
                                point.name, figureText(Figure::Accuracy, point.figures, true).text)
                          : point.name);
            break;
        }
    return names;
}

} // namespace

TradeoffChart::TradeoffChart(QWidget *parent)
    : DrawnChart(
          tr("TRADE-OFF"),
          tr("Accuracy against size appears here once there is a data set (Ctrl+D). Variants that you keep "
             "(Ctrl+K) stay beside the current recipe."),
          parent),
      m_log(new QToolButton(this))
{
    m_log->setText(tr("Log"));
    m_log->setCheckable(true);
    m_log->setAutoRaise(true);
    m_log->setToolTip(tr("Logarithmic sizes: tells small files apart"));
    m_log->setAccessibleName(tr("Logarithmic sizes"));
    connect(m_log, &QToolButton::toggled, this, &TradeoffChart::refreshAxes);
    header()->addWidget(m_log);
    setAccessibleName(tr("Accuracy of the variants against the size of their files"));
    view()->setFocusPolicy(Qt::StrongFocus);
    connect(this, &DrawnChart::itemClicked, this, [this](int point) {
        if (isLink(point))
            select(point);
    });
    restyle();
    setTradeoff({});
}

void TradeoffChart::setTradeoff(const Tradeoff &tradeoff)
{
    const auto rowUnder = hovered() < 0 ? std::nullopt : std::optional(m_data.points[hovered()].row);
    m_data = tradeoff;
    setHovered(rowUnder ? indexOf(*rowUnder) : -1);
    m_names = namesOf(m_data);
    m_log->setEnabled(!m_data.points.isEmpty());
    if (m_data.points.isEmpty()) {
        showEmpty();
        return;
    }
    refreshAxes();
    showPlot();
}

void TradeoffChart::setSelected(int variant)
{
    m_selected = variant;
    updateOverlay();
}

bool TradeoffChart::isLogarithmic() const
{
    return m_log->isChecked();
}

void TradeoffChart::setLogarithmic(bool on)
{
    m_log->setChecked(on);
}

int TradeoffChart::indexOf(int variant) const
{
    const auto found = std::ranges::find(m_data.points, variant, &TradeoffPoint::row);
    return found == m_data.points.end() ? -1 : static_cast<int>(found - m_data.points.begin());
}

QPointF TradeoffChart::positionOf(int point) const
{
    const TradeoffPoint &p = m_data.points.at(point);
    return at(isLogarithmic() ? std::log10(p.bytes()) : p.bytes(), p.quality.value);
}

void TradeoffChart::refreshAxes()
{
    if (m_data.points.isEmpty())
        return;
    refreshSizeAxis();
    refreshQualityAxis();
    updateOverlay();
}

QColor TradeoffChart::colorOf(const TradeoffPoint &point) const
{
    if (point.certainty == TradeoffPoint::Old)
        return colors().muted;
    switch (point.kind) {
    case TradeoffPoint::Baseline:
        return colors().original;
    case TradeoffPoint::Kept:
        return colors().third;
    case TradeoffPoint::Current:
        break;
    }
    return colors().current;
}

void TradeoffChart::paintItems(QPainter &painter)
{
    const QRectF area = plotArea();
    if (m_data.baseline) {
        const double y = at(0.0, *m_data.baseline).y();
        painter.setPen(QPen(colors().original, 1, Qt::DashLine));
        painter.drawLine(QPointF(area.left(), y), QPointF(area.right(), y));
    }
    for (int i = 0; i < m_data.points.size(); ++i)
        paintPoint(painter, i);
    paintNames(painter);
}

void TradeoffChart::paintPoint(QPainter &painter, int index) const
{
    const TradeoffPoint &point = m_data.points[index];
    const QColor ink = colorOf(point);
    const QPointF centre = positionOf(index);
    const double top = intervalOf(index).y1(), bottom = intervalOf(index).y2();
    if (bottom - top > 1.0) {
        painter.setPen(QPen(ink, 1.4));
        painter.drawLine(QPointF(centre.x(), top), QPointF(centre.x(), bottom));
        for (const double y : {top, bottom})
            painter.drawLine(QPointF(centre.x() - whisker, y), QPointF(centre.x() + whisker, y));
    }
    const bool chosen = point.row >= 0 && point.row == m_selected;
    if (chosen || index == hovered()) {
        painter.setPen(QPen(chosen ? colors().accent : ink, 1.6));
        painter.setBrush(Qt::NoBrush);
        painter.drawEllipse(centre, markerRadius + 4, markerRadius + 4);
    }
    painter.setPen(QPen(ink, 1.6));
    painter.setBrush(point.certainty == TradeoffPoint::Firm ? ink : colors().surface);
    const double r = markerRadius;
    if (point.kind == TradeoffPoint::Baseline)
        painter.drawRect(QRectF(centre.x() - r + 1, centre.y() - r + 1, 2 * r - 2, 2 * r - 2));
    else if (point.kind == TradeoffPoint::Kept)
        painter.drawEllipse(centre, r - 0.5, r - 0.5);
    else
        painter.drawPolygon(
            QPolygonF({centre - QPointF(0, currentRadius), centre + QPointF(currentRadius, 0),
                       centre + QPointF(0, currentRadius), centre - QPointF(currentRadius, 0)}));
}

QLineF TradeoffChart::intervalOf(int point) const
{
    const Interval &quality = m_data.points[point].quality;
    const auto inside = [this](double value) { return std::clamp(value, yAxis()->min(), yAxis()->max()); };
    const double x = positionOf(point).x();
    return {x, at(0.0, inside(quality.high)).y(), x, at(0.0, inside(quality.low)).y()};
}

QVector<QRectF> TradeoffChart::lines() const
{
    QVector<QRectF> rects;
    if (m_data.baseline)
        rects << QRectF(plotArea().left(), at(0.0, *m_data.baseline).y() - 1, plotArea().width(), 2);
    for (int i = 0; i < m_data.points.size(); ++i) {
        const QLineF interval = intervalOf(i);
        rects << QRectF(interval.x1() - whisker, interval.y1() - 1, 2 * whisker, interval.dy() + 2);
    }
    return rects;
}

QVector<TagPlace> TradeoffChart::namePlaces() const
{
    const QFontMetricsF metrics(scaledFont(titleScale));
    QVector<QRectF> obstacles = lines();
    QVector<int> order; // the current one first, then the baseline, then the newest
    for (int i = static_cast<int>(m_data.points.size()) - 1; i >= 0; --i)
        order << i;
    std::ranges::stable_sort(order, std::ranges::greater(), [this](int i) {
        const TradeoffPoint::Kind kind = m_data.points[i].kind;
        return kind == TradeoffPoint::Current ? 2 : kind == TradeoffPoint::Baseline ? 1 : 0;
    });
    QVector<Tag> tags;
    QVector<int> named;
    for (const int i : order) {
        const QPointF centre = positionOf(i);
        obstacles << QRectF(centre - QPointF(reach, reach) / 2.0, QSizeF(reach, reach));
        if (isHidden(i))
            continue;
        named << i;
        tags << Tag{centre, QSizeF(metrics.horizontalAdvance(m_names[i]) + 2, metrics.height()), {}};
        tags.last().always = m_data.points[i].kind == TradeoffPoint::Current;
        if (m_data.points[i].kind == TradeoffPoint::Baseline) // its line is its as well
            for (int part = 0; part < placesOnLine; ++part)
                tags.last().elsewhere
                    << QPointF(plotArea().left() + part * plotArea().width() / placesOnLine, centre.y());
    }
    const QVector<TagPlace> placed = placeTags(tags, obstacles, plotArea(), markerRadius + 5);
    QVector<TagPlace> places(m_data.points.size());
    for (int i = 0; i < placed.size(); ++i)
        places[named[i]] = placed[i];
    return places;
}

/// Its name would stand at the mark of the current recipe, as if it were that one's.
bool TradeoffChart::isHidden(int point) const
{
    if (m_data.points[point].kind != TradeoffPoint::Kept)
        return false;
    for (int i = 0; i < m_data.points.size(); ++i)
        if (m_data.points[i].kind == TradeoffPoint::Current &&
            QLineF(positionOf(i), positionOf(point)).length() < currentRadius)
            return true;
    return false;
}

/// Beside their points where there is room, else led to from further away; the others are told on hover.
void TradeoffChart::paintNames(QPainter &painter) const
{
    painter.setFont(scaledFont(titleScale));
    const QVector<TagPlace> places = namePlaces();
    for (int i = 0; i < m_data.points.size(); ++i) {
        const TagPlace &place = places[i];
        if (place.box.isEmpty())
            continue;
        const QColor ink = colorOf(m_data.points[i]);
        if (!place.leader.isNull()) {
            painter.setPen(QPen(ink, 1));
            QLineF leader = place.leader;
            leader.setP1(leader.pointAt((markerRadius + 2) / std::max(leader.length(), 1.0)));
            painter.drawLine(leader);
        }
        painter.fillRect(place.box, colors().surface); // over the grid
        painter.setPen(ink);
        painter.drawText(place.box, int(Qt::AlignCenter), m_names[i]);
    }
}

QStringList TradeoffChart::describe(int point) const
{
    return ui::describe(m_data.points[point], m_data.quality);
}

int TradeoffChart::itemAt(QPointF position) const
{
    int nearest = -1;
    double distance = reach;
    for (int i = 0; i < m_data.points.size(); ++i)
        if (const double d = QLineF(positionOf(i), position).length(); d <= distance) {
            distance = d;
            nearest = i;
        }
    return nearest;
}

void TradeoffChart::select(int point)
{
    setSelected(m_data.points[point].row);
    setHovered(point);
    emit variantSelected(m_selected);
}

bool TradeoffChart::onKey(int key)
{
    if ((key == Qt::Key_Return || key == Qt::Key_Enter) && m_selected >= 0 && indexOf(m_selected) >= 0) {
        emit variantApplied(m_selected);
        return true;
    }
    if (key != Qt::Key_Left && key != Qt::Key_Right)
        return false;
    QVector<int> order; // of the variants, from small to large
    for (int i = 0; i < m_data.points.size(); ++i)
        if (m_data.points[i].row >= 0)
            order << i;
    if (order.isEmpty())
        return true;
    std::ranges::stable_sort(order, {}, [this](int i) { return m_data.points[i].bytes(); });
    const auto place = m_selected < 0 ? -1 : order.indexOf(indexOf(m_selected));
    const auto wanted =
        place < 0 ? (key == Qt::Key_Right ? 0 : order.size() - 1) : place + (key == Qt::Key_Right ? 1 : -1);
    if (wanted >= 0 && wanted < order.size())
        select(order[wanted]);
    return true;
}

bool TradeoffChart::handleViewEvent(QEvent *event)
{
    if (event->type() == QEvent::KeyPress)
        return onKey(static_cast<QKeyEvent *>(event)->key()) || DrawnChart::handleViewEvent(event);
    if (event->type() != QEvent::MouseButtonDblClick)
        return DrawnChart::handleViewEvent(event);
    const int point = itemAt(static_cast<QMouseEvent *>(event)->position());
    if (point < 0 || !isLink(point))
        return false;
    emit variantApplied(m_data.points[point].row);
    return true;
}

} // namespace lathe::ui
