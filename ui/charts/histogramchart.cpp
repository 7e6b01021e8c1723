#include "ui/charts/histogramchart.h"

#include "ui/base/format.h"
#include "ui/charts/axisticks.h"
#include "ui/charts/histogramparts.h"
#include "ui/charts/plotview.h"
#include "ui/style/theme.h"

#include <QCategoryAxis>
#include <QChart>
#include <QHBoxLayout>
#include <QLineSeries>
#include <QLocale>
#include <QPainter>
#include <QToolButton>

#include <algorithm>
#include <cmath>
#include <numeric>

namespace lathe::ui {
namespace {

constexpr double logFloor = -0.3;    ///< half a weight: where an empty bin lies on the logarithmic axis
constexpr double mostPercent = 99.0; ///< what a layer may lose, as the inspector has it

} // namespace

HistogramChart::HistogramChart(QWidget *parent)
    : HandledChart(tr("WEIGHTS"), tr("Select a layer to see how its weights are distributed."), parent),
      m_originalLine(new QLineSeries(this)), m_compressedLine(new QLineSeries(this)),
      m_originalArea(new QAreaSeries(m_originalLine)), m_compressedArea(new QAreaSeries(m_compressedLine)),
      m_log(new QToolButton(this)), m_originalLabel(new SeriesLabel(
                                        tr("original"), [] { return colors().original; }, this)),
      m_compressedLabel(new SeriesLabel(
          tr("compressed"), [] { return colors().current; }, this))
{
    xAxis()->setTitleText(tr("weight"));
    yAxis()->setTitleText(tr("weights per bin"));
    for (QAreaSeries *area : {m_originalArea, m_compressedArea}) {
        chart()->addSeries(area);
        area->attachAxis(xAxis());
        area->attachAxis(yAxis());
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
    connect(handle(), &LineHandle::dragged, this,
            [this](double share) { emit ratioDragged(share / percentOfOne); });
    connect(handle(), &LineHandle::released, this,
            [this](double share) { emit ratioReleased(share / percentOfOne); });
    connect(handle(), &LineHandle::changed, this, [this] {
        view()->setAccessibleDescription(
            tr("%1 of the weights become zero").arg(shareText(handle()->shown())));
    });
    addToLegend(m_originalLabel);
    addToLegend(m_compressedLabel);
    header()->addWidget(m_log);
    view()->setAccessibleName(tr("Pruning"));
    setAccessibleName(tr("Distribution of the layer's weights"));
    view()->setRenderHint(QPainter::Antialiasing, false); // upright bars are crisp without, and cheaper
    restyle();
    clear();
}

void HistogramChart::setOriginal(const Histogram &histogram, const QString &subject)
{
    if (subject != m_subject) {
        handle()->drop();
        m_compressed = {};
        m_levels.clear();
        m_threshold.reset();
        m_pruning = {};
    }
    m_subject = subject;
    if (histogram.counts.size() != m_original.counts.size())
        setHovered(-1);
    m_original = histogram;
    m_shares = MagnitudeShares(histogram);
    setSubject(subject);
    if (largest(m_original) <= 0.0) {
        showEmpty(tr("This weight holds no finite number."));
        return;
    }
    refreshSeries();
    refreshAxes();
    refreshHandle();
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

void HistogramChart::setPruning(const PruneLine &line)
{
    if (m_pruning == line)
        return;
    m_pruning = line;
    refreshHandle();
}

void HistogramChart::refreshHandle()
{
    const bool canMove = m_pruning.locked.isEmpty() && m_original.high > m_original.low;
    handle()->setScale({.lowest = 0.0,
                        .highest = canMove ? mostPercent : 0.0,
                        .rest = 0.0,
                        .step = 1.0,
                        .fine = 0.1,
                        .page = 10.0});
    handle()->setValue(m_pruning.ratio ? std::optional(*m_pruning.ratio * percentOfOne) : std::nullopt);
    view()->setToolTip(
        m_pruning.locked.isEmpty()
            ? tr("Drag the line, or use the arrow keys, to choose how many weights become zero; "
                 "with Shift in steps of 0.1 %. Ctrl and the arrow keys tell of each bin.")
            : m_pruning.locked);
    updateOverlay();
}

void HistogramChart::clear(const QString &why)
{
    m_original = m_compressed = {};
    m_shares = {};
    m_subject.clear();
    m_levels.clear();
    m_threshold.reset();
    m_pruning = {};
    handle()->drop();
    setHovered(-1);
    setSubject({});
    refreshSeries();
    showEmpty(why);
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
    const auto [low, high, outside] = bulkOf(m_original);
    const double room = (high - low) * 0.02;
    xAxis()->setRange(low - room, high + room);
    setTicks(xAxis(), numberTicks(low, high, ticksAcross()));

    Ticks ticks;
    if (isLogarithmic()) {
        yAxis()->setRange(logFloor, std::log10(top()));
        ticks = logTicks(0.0, std::log10(top()), ticksUp());
    } else {
        yAxis()->setRange(0.0, top());
        for (const double value : roundNumbers(0.0, top(), ticksUp()))
            ticks << std::pair(value, value < 1.0 && value > 0.0 ? number(value, 1) : count(qint64(value)));
    }
    setTicks(yAxis(), ticks);
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
    DrawnChart::restyle();
}

int HistogramChart::itemAt(QPointF position) const
{
    const auto [low, high] = rangeOf(m_original);
    const double place = (valueAt(position.x()) - low) / (high - low) * itemCount();
    return place >= 0.0 && place < itemCount() ? static_cast<int>(place) : -1;
}

QPointF HistogramChart::positionOf(int bin) const
{
    const auto [low, high] = rangeOf(m_original);
    const double count = bin < itemCount() ? double(m_original.counts[size_t(bin)]) : 0.0;
    return at(low + (bin + 0.5) * (high - low) / std::max(1, itemCount()), heightOf(std::min(count, top())));
}

QStringList HistogramChart::describe(int bin) const
{
    if (bin >= itemCount())
        return {};
    const auto [low, high] = rangeOf(m_original);
    const double width = (high - low) / itemCount(), middle = low + (bin + 0.5) * width;
    QStringList lines{tr("weights from %1 to %2")
                          .arg(shortNumber(low + bin * width), shortNumber(low + (bin + 1) * width))};
    const auto tell = [&lines](const QString &name, const Histogram &h, double binOf) {
        const double of = double(std::accumulate(h.counts.begin(), h.counts.end(), int64_t(0)));
        const bool inside = binOf >= 0.0 && binOf < double(h.counts.size());
        const int64_t here = inside ? h.counts[size_t(binOf)] : 0;
        lines << QStringLiteral("%1  %2  (%3)")
                     .arg(name, QLocale().toString(qint64(here)),
                          percent(of > 0.0 ? double(here) / of : 0.0, 2));
    };
    tell(tr("original"), m_original, bin);
    if (!m_compressed.counts.empty()) {
        const auto [from, to] = rangeOf(m_compressed);
        tell(tr("compressed"), m_compressed,
             (middle - from) / (to - from) * double(m_compressed.counts.size()));
    }
    return lines;
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
