// What lies over the bars: levels, threshold and its handle, what reaches beyond the top.
#include "ui/charts/axisticks.h"
#include "ui/charts/histogramchart.h"
#include "ui/charts/histogramparts.h"
#include "ui/style/theme.h"

#include <QPainter>

namespace lathe::ui {
namespace {

constexpr double atZero = 1.5; ///< pixels in which the handle is let go at nothing: there may be many weights

} // namespace

void HistogramChart::paintItems(QPainter &painter)
{
    paintClippedBars(painter);
    paintLevels(painter);
    if (const double outside = bulkOf(m_original).outside; outside > 0.0)
        drawTag(painter, QPointF(plotArea().right(), plotArea().bottom() - 12),
                tr("%1 lie further out").arg(percent(outside, 2)), colors().muted, true);
    paintReadingLine(painter);
    paintThreshold(painter);
}

void HistogramChart::paintLevels(QPainter &painter) const
{
    if (m_levels.isEmpty())
        return;
    const QRectF area = plotArea();
    painter.setPen(QPen(colors().current, 1.4));
    double last = -1e9;
    for (const double level : m_levels) {
        const double x = xOf(level);
        if (x < area.left() - 1 || x > area.right() + 1 || std::abs(x - last) < 2.0)
            continue; // closer than the eye can tell
        painter.drawLine(QPointF(x, area.bottom()), QPointF(x, area.bottom() - 7));
        last = x;
    }
    drawTag(painter, QPointF(area.right(), area.top() + 8), tr("%n levels", nullptr, int(m_levels.size())),
            colors().current, true);
}

/// Where the handle stands: at the threshold itself where that is known and what the handle asks for.
double HistogramChart::handleMagnitude() const
{
    const double asked = m_shares.magnitude(handle()->shown() / percentOfOne);
    const bool same = m_threshold && m_pruning.instead.isEmpty() &&
                      std::abs(xOf(*m_threshold) - xOf(asked)) < 4.0; // pixels: the bins are no finer
    return same ? *m_threshold : asked;
}

LineHandle::Places HistogramChart::places() const
{
    const QRectF area = plotArea().adjusted(-1, 0, 1, 0);
    LineHandle::Places places{.xs = {}, .valueAt = [this](double x) {
                                  if (std::abs(x - xOf(0.0)) < atZero)
                                      return 0.0;
                                  return m_shares.below(std::abs(valueAt(x))) * percentOfOne;
                              }};
    if (!handle()->canMove())
        return places;
    const double magnitude = handleMagnitude();
    for (const double value : {magnitude, -magnitude})
        if (const double x = xOf(value); x >= area.left() && x <= area.right() && !places.xs.contains(x))
            places.xs << x;
    return places;
}

void HistogramChart::paintBand(QPainter &painter, double magnitude, bool edges) const
{
    const QRectF area = plotArea();
    const double left = std::max(area.left(), xOf(-magnitude)),
                 right = std::min(area.right(), xOf(magnitude));
    if (right <= left)
        return;
    QColor shade = colors().accent;
    shade.setAlphaF(0.10f);
    painter.fillRect(QRectF(left, area.top(), right - left, area.height()), shade);
    painter.setPen(QPen(colors().accent, 1.4, Qt::DashLine));
    if (edges)
        for (const double x : {left, right})
            painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom()));
}

void HistogramChart::paintThreshold(QPainter &painter) const
{
    const QRectF area = plotArea();
    const QPointF corner(area.left(), area.top() + 8);
    const bool isOn = handle()->canMove() && handle()->value();
    const bool decides = m_pruning.instead.isEmpty();
    const double magnitude = isOn && decides ? handleMagnitude() : m_threshold.value_or(0.0);
    if (magnitude > 0.0)
        paintBand(painter, magnitude, !isOn || !decides);
    handle()->paint(painter, area, places().xs);

    QString text;
    if (!m_pruning.locked.isEmpty() && m_pruning.ratio)
        text = m_pruning.locked;
    else if (isOn && !decides)
        text = m_pruning.instead.arg(shareText(handle()->shown()));
    else if (magnitude > 0.0) {
        text = tr("below ±%1: zero").arg(number(magnitude, decimalsFor(magnitude / 100.0)));
        if (isOn)
            text = QStringLiteral("%1 %2").arg(shareText(handle()->shown()), text);
    }
    if (!text.isEmpty())
        drawTag(painter, corner, text, isOn ? colors().text : colors().muted);
    else if (!isOn && !places().xs.isEmpty())
        drawTag(painter, QPointF(places().xs.first() + handle()->radius() + 6, area.center().y()),
                tr("drag to prune"), colors().muted);
}

void HistogramChart::paintClippedBars(QPainter &painter) const
{
    const double limit = top();
    if (largest(m_compressed) <= limit)
        return;
    const QRectF area = plotArea();
    const auto [low, high] = rangeOf(m_compressed);
    const double width = (high - low) / double(m_compressed.counts.size());
    const size_t tallest = size_t(std::max_element(m_compressed.counts.begin(), m_compressed.counts.end()) -
                                  m_compressed.counts.begin());
    painter.setPen(Qt::NoPen);
    painter.setBrush(colors().current);
    for (size_t i = 0; i < m_compressed.counts.size(); ++i) {
        if (double(m_compressed.counts[i]) <= limit)
            continue;
        const double x = xOf(low + (double(i) + 0.5) * width);
        painter.drawPolygon(QPolygonF(
            {QPointF(x, area.top()), QPointF(x - 4, area.top() + 6), QPointF(x + 4, area.top() + 6)}));
    }
    const double x = xOf(low + (double(tallest) + 0.5) * width);
    const bool left = x > area.center().x();
    drawTag(painter, QPointF(x + (left ? -8 : 8), area.top() + 24),
            tr("%1 in one bin").arg(count(m_compressed.counts[tallest])), colors().current, left);
}

} // namespace lathe::ui
