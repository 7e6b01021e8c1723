#include "ui/charts/histogramchart.h"

#include "ui/base/format.h"
#include "ui/charts/axisticks.h"
#include "ui/charts/plotview.h"
#include "ui/style/theme.h"

#include <QChart>
#include <QHBoxLayout>
#include <QPainter>
#include <QToolButton>

#include <algorithm>
#include <cmath>

namespace lathe::ui {
namespace {

constexpr double logFloor = -0.3; ///< half a weight: where an empty bin lies on the logarithmic axis

double largest(const Histogram &h)
{
    return h.counts.empty() ? 0.0 : double(*std::max_element(h.counts.begin(), h.counts.end()));
}

/// Equal values have no width; give them some, so that there is a bar to see.
std::pair<double, double> rangeOf(const Histogram &h)
{
    if (h.high > h.low)
        return {h.low, h.high};
    const double room = std::max(std::abs(h.low) * 0.1, 1e-3);
    return {h.low - room, h.low + room};
}

} // namespace

HistogramChart::HistogramChart(QWidget *parent)
    : ChartPanel(tr("WEIGHTS"), tr("Select a layer to see how its weights are distributed."), parent),
      m_originalLine(new QLineSeries(this)), m_compressedLine(new QLineSeries(this)),
      m_originalArea(new QAreaSeries(m_originalLine)), m_compressedArea(new QAreaSeries(m_compressedLine)),
      m_xAxis(new QCategoryAxis(this)), m_yAxis(new QCategoryAxis(this)), m_log(new QToolButton(this)),
      m_originalLabel(new SeriesLabel(
          tr("original"), [] { return colors().original; }, this)),
      m_compressedLabel(new SeriesLabel(
          tr("compressed"), [] { return colors().current; }, this))
{
    for (QCategoryAxis *axis : {m_xAxis, m_yAxis}) {
        axis->setLabelsPosition(QCategoryAxis::AxisLabelsPositionOnValue);
        axis->setTruncateLabels(false);
    }
    m_xAxis->setTitleText(tr("weight"));
    m_yAxis->setTitleText(tr("weights per bin"));
    m_xAxis->setGridLineVisible(false);
    chart()->addAxis(m_xAxis, Qt::AlignBottom);
    chart()->addAxis(m_yAxis, Qt::AlignLeft);
    for (QAreaSeries *area : {m_originalArea, m_compressedArea}) {
        chart()->addSeries(area);
        area->attachAxis(m_xAxis);
        area->attachAxis(m_yAxis);
    }
    m_log->setText(tr("Log"));
    m_log->setCheckable(true);
    m_log->setAutoRaise(true);
    m_log->setToolTip(tr("Logarithmic counts: shows the rare weights at the ends"));
    m_log->setAccessibleName(tr("Logarithmic counts"));
    connect(m_log, &QToolButton::toggled, this, [this] {
        refreshSeries();
        refreshAxes();
    });
    addToLegend(m_originalLabel);
    addToLegend(m_compressedLabel);
    header()->addWidget(m_log);
    setAccessibleName(tr("Distribution of the layer's weights"));
    view()->setRenderHint(QPainter::Antialiasing, false); // upright bars are crisp without, and cheaper
    restyle();
    clear();
}

void HistogramChart::setOriginal(const Histogram &histogram, const QString &layerName)
{
    if (layerName != m_layer) {
        m_compressed = {};
        m_levels.clear();
        m_threshold.reset();
    }
    m_layer = layerName;
    m_original = histogram;
    setSubject(layerName);
    if (largest(m_original) <= 0.0) {
        showEmpty(tr("This weight holds no finite number."));
        return;
    }
    refreshSeries();
    refreshAxes();
    showPlot();
}

void HistogramChart::setCompressed(const Histogram &histogram)
{
    m_compressed = histogram;
    refreshSeries();
    refreshAxes();
}

void HistogramChart::setLevels(const QVector<double> &levels)
{
    m_levels = levels;
    updateOverlay();
}

void HistogramChart::setThreshold(std::optional<double> threshold)
{
    m_threshold = threshold;
    updateOverlay();
}

void HistogramChart::clear()
{
    m_original = m_compressed = {};
    m_layer.clear();
    m_levels.clear();
    m_threshold.reset();
    setSubject({});
    refreshSeries();
    showEmpty();
}

bool HistogramChart::isLogarithmic() const
{
    return m_log->isChecked();
}

void HistogramChart::setLogarithmic(bool on)
{
    m_log->setChecked(on);
}

double HistogramChart::heightOf(double count) const
{
    if (!isLogarithmic())
        return count;
    return count > 0.0 ? std::log10(count) : logFloor;
}

double HistogramChart::top() const
{
    const double original = largest(m_original), compressed = largest(m_compressed);
    // Pruning and few levels pile all weights into a few bins. Those would press the original flat: they are
    // cut off and labelled.
    return std::max(1.0, isLogarithmic() ? std::max(original, compressed) * 1.5
                                         : std::clamp(compressed, original, original * 1.6) * 1.08);
}

void HistogramChart::refreshSeries()
{
    const auto steps = [this](const Histogram &h) {
        QList<QPointF> points;
        if (h.counts.empty())
            return points;
        const auto [low, high] = rangeOf(h);
        const double width = (high - low) / double(h.counts.size());
        points.reserve(qsizetype(h.counts.size()) * 2 + 2);
        points << QPointF(low, heightOf(0));
        for (size_t i = 0; i < h.counts.size(); ++i) {
            const double y = heightOf(double(h.counts[i]));
            points << QPointF(low + double(i) * width, y) << QPointF(low + double(i + 1) * width, y);
        }
        points << QPointF(high, heightOf(0));
        return points;
    };
    m_originalLine->replace(steps(m_original));
    m_compressedLine->replace(steps(m_compressed));
    m_compressedArea->setVisible(!m_compressed.counts.empty());
    m_compressedLabel->setVisible(!m_compressed.counts.empty());
    m_originalLabel->setVisible(!m_original.counts.empty());
    m_log->setEnabled(!m_original.counts.empty());
}

void HistogramChart::refreshAxes()
{
    if (m_original.counts.empty())
        return;
    const auto [low, high] = rangeOf(m_original);
    const double room = (high - low) * 0.02;
    m_xAxis->setRange(low - room, high + room);
    setTicks(m_xAxis, numberTicks(low, high, ticksAcross()));

    Ticks ticks;
    if (isLogarithmic()) {
        m_yAxis->setRange(logFloor, std::log10(top()));
        ticks = logTicks(0.0, std::log10(top()), ticksUp());
    } else {
        m_yAxis->setRange(0.0, top());
        for (const double value : roundNumbers(0.0, top(), ticksUp()))
            ticks << std::pair(value, value < 1.0 && value > 0.0 ? number(value, 1) : count(qint64(value)));
    }
    setTicks(m_yAxis, ticks);
    updateOverlay();
}

void HistogramChart::restyle()
{
    QColor fill = colors().original;
    fill.setAlphaF(0.45f);
    m_originalArea->setBrush(fill);
    m_originalArea->setPen(QPen(colors().original, 1));
    fill = colors().current;
    fill.setAlphaF(0.22f);
    m_compressedArea->setBrush(fill);
    m_compressedArea->setPen(QPen(colors().current, 1.4));
    styleAxis(m_xAxis);
    styleAxis(m_yAxis);
}

void HistogramChart::paintOverlay(QPainter &painter)
{
    if (m_original.counts.empty())
        return;
    paintClippedBars(painter);
    paintLevels(painter);
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

void HistogramChart::paintThreshold(QPainter &painter) const
{
    if (!m_threshold || *m_threshold <= 0.0)
        return;
    const QRectF area = plotArea();
    const double left = std::max(area.left(), xOf(-*m_threshold)),
                 right = std::min(area.right(), xOf(*m_threshold));
    if (right <= left)
        return;
    QColor shade = colors().accent;
    shade.setAlphaF(0.10f);
    painter.fillRect(QRectF(left, area.top(), right - left, area.height()), shade);
    painter.setPen(QPen(colors().accent, 1.4, Qt::DashLine));
    for (const double x : {left, right})
        painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom()));
    const int decimals = decimalsFor(*m_threshold / 100.0);
    drawTag(painter, QPointF(area.left(), area.top() + 8),
            tr("below ±%1: zero").arg(number(*m_threshold, decimals)), colors().muted);
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

QString HistogramChart::csv() const
{
    QString text = QStringLiteral("bin_low,bin_high,original,compressed\n");
    if (m_original.counts.empty())
        return text;
    const double width = (m_original.high - m_original.low) / double(m_original.counts.size());
    // The bins of the compressed weights are the same ones as a rule; where they are not, they follow in rows
    // of their own.
    const bool aligned = m_compressed.counts.size() == m_original.counts.size() &&
                         m_compressed.low == m_original.low && m_compressed.high == m_original.high;
    const auto row = [&text](double low, double high, const QString &original, const QString &compressed) {
        text += QStringLiteral("%1,%2,%3,%4\n")
                    .arg(low, 0, 'g', 9)
                    .arg(high, 0, 'g', 9)
                    .arg(original, compressed);
    };
    for (size_t i = 0; i < m_original.counts.size(); ++i)
        row(m_original.low + double(i) * width, m_original.low + double(i + 1) * width,
            QString::number(m_original.counts[i]),
            aligned ? QString::number(m_compressed.counts[i]) : QString());
    if (aligned || m_compressed.counts.empty())
        return text;
    const double other = (m_compressed.high - m_compressed.low) / double(m_compressed.counts.size());
    for (size_t i = 0; i < m_compressed.counts.size(); ++i)
        row(m_compressed.low + double(i) * other, m_compressed.low + double(i + 1) * other, QString(),
            QString::number(m_compressed.counts[i]));
    return text;
}

} // namespace lathe::ui
