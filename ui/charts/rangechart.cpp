#include "ui/charts/rangechart.h"

#include "ui/base/tabletext.h"
#include "ui/charts/axisticks.h"
#include "ui/style/theme.h"

#include <QCategoryAxis>
#include <QHBoxLayout>
#include <QLocale>
#include <QPainter>

#include <algorithm>
#include <cmath>

namespace lathe::ui {
namespace {

constexpr double narrowest = 4.0; ///< pixels that a box takes at least

QString numbers(const ChannelBox &box)
{
    QStringList texts;
    for (const float value : {box.minimum, box.lower, box.median, box.upper, box.maximum})
        texts << shortNumber(double(value));
    return texts.join(QStringLiteral("  "));
}

/// The whole reach of all, and the middle of their quartiles.
ChannelBox merged(const ChannelBox *first, const ChannelBox *end)
{
    ChannelBox all = *first;
    for (const ChannelBox *box = first + 1; box != end; ++box) {
        all.minimum = std::min(all.minimum, box->minimum);
        all.maximum = std::max(all.maximum, box->maximum);
        all.lower += box->lower;
        all.median += box->median;
        all.upper += box->upper;
    }
    const auto number = static_cast<float>(end - first);
    all.lower /= number;
    all.median /= number;
    all.upper /= number;
    return all;
}

} // namespace

RangeChart::RangeChart(QWidget *parent)
    : DrawnChart(tr("RANGES"), tr("Select a layer to see how far the weights of each channel reach."),
                 parent),
      m_originalLabel(new SeriesLabel(
          tr("original"), [] { return colors().original; }, this)),
      m_compressedLabel(new SeriesLabel(
          tr("compressed"), [] { return colors().current; }, this))
{
    yAxis()->setTitleText(tr("weight"));
    addToLegend(m_originalLabel);
    addToLegend(m_compressedLabel);
    setAccessibleName(tr("Range of the weights of each output channel"));
    restyle();
    clear();
}

void RangeChart::setBoxes(const std::vector<ChannelBox> &original, const std::vector<ChannelBox> &compressed,
                          const QString &layerName)
{
    take(original, compressed, {}, layerName, {});
}

void RangeChart::setLayers(const std::vector<ChannelBox> &original, const std::vector<ChannelBox> &compressed,
                           const QStringList &names, const QString &subject)
{
    take(original, compressed, names, subject, {});
}

void RangeChart::clear(const QString &why)
{
    take({}, {}, {}, {}, why);
}

void RangeChart::take(const std::vector<ChannelBox> &original, const std::vector<ChannelBox> &compressed,
                      const QStringList &names, const QString &subject, const QString &emptyText)
{
    if (original.size() != m_original.size() || names != m_names)
        setHovered(-1);
    m_original = original;
    m_compressed = compressed.size() == original.size() ? compressed : std::vector<ChannelBox>();
    m_names = names;
    xAxis()->setTitleText(names.isEmpty() ? tr("output channel") : tr("layer"));
    m_originalLabel->setVisible(!m_original.empty());
    m_compressedLabel->setVisible(!m_compressed.empty());
    setSubject(subject);
    if (m_original.empty()) {
        showEmpty(emptyText);
        return;
    }
    refreshAxes();
    showPlot();
}

void RangeChart::refreshAxes()
{
    if (m_original.empty())
        return;
    double low = 0.0, high = 0.0;
    for (const auto *boxes : {&m_original, &m_compressed})
        for (const ChannelBox &box : *boxes) {
            low = std::min(low, double(box.minimum));
            high = std::max(high, double(box.maximum));
        }
    const double room = high > low ? (high - low) * 0.04 : 1e-3;
    xAxis()->setRange(-0.5, count() - 0.5);
    yAxis()->setRange(low - room, high + room);
    Ticks channels;
    for (const double channel : roundNumbers(0.0, count() - 1.0, ticksAcross()))
        if (channel == std::floor(channel))
            channels << std::pair(channel, QLocale().toString(qint64(channel) + (m_names.isEmpty() ? 0 : 1)));
    if (channels.isEmpty())
        channels << std::pair(0.0, QStringLiteral("0"));
    setTicks(xAxis(), channels);
    setTicks(yAxis(), numberTicks(low - room, high + room, ticksUp()));
    updateOverlay();
}

int RangeChart::channelsPerMark() const
{
    const double each = plotArea().width() / std::max(1, count());
    return each >= narrowest ? 1 : static_cast<int>(std::ceil(narrowest / std::max(each, 1e-6)));
}

QPointF RangeChart::positionOf(int channel) const
{
    return at(channel, double(m_original.at(static_cast<size_t>(channel)).median));
}

int RangeChart::itemAt(QPointF position) const
{
    const auto channel = static_cast<int>(std::lround(valueAt(position.x())));
    return channel >= 0 && channel < count() ? channel : -1;
}

QStringList RangeChart::describe(int channel) const
{
    const auto i = static_cast<size_t>(channel);
    QStringList lines{m_names.isEmpty() ? tr("channel %1: minimum, quartiles, maximum").arg(channel)
                                        : tr("%1: minimum, quartiles, maximum").arg(m_names.value(channel))};
    lines << (m_compressed.empty() ? QString() : tr("original") + QStringLiteral("  ")) +
                 numbers(m_original[i]);
    if (!m_compressed.empty())
        lines << tr("compressed") + QStringLiteral("  ") + numbers(m_compressed[i]);
    return lines;
}

void RangeChart::paintItems(QPainter &painter)
{
    painter.setRenderHint(QPainter::Antialiasing, false);
    const bool both = !m_compressed.empty();
    paintBoxes(painter, m_original, colors().original, both ? 0.9 : 0.7);
    if (both)
        paintBoxes(painter, m_compressed, colors().current, 0.45);
    painter.setRenderHint(QPainter::Antialiasing);
}

void RangeChart::paintBoxes(QPainter &painter, const std::vector<ChannelBox> &boxes, const QColor &ink,
                            double share) const
{
    const int together = channelsPerMark();
    QColor fill = ink;
    fill.setAlphaF(0.4f);
    for (int first = 0; first < count(); first += together) {
        const int end = std::min(first + together, count());
        const ChannelBox box = merged(boxes.data() + first, boxes.data() + end);
        const double middle = (first + end - 1) / 2.0, half = (end - first) * share / 2.0;
        const QPointF left = at(middle - half, double(box.upper)),
                      right = at(middle + half, double(box.lower));
        const double x = std::floor((left.x() + right.x()) / 2.0);
        painter.setPen(QPen(ink, 1));
        painter.drawLine(QPointF(x, at(middle, double(box.maximum)).y()), QPointF(x, left.y()));
        painter.drawLine(QPointF(x, right.y()), QPointF(x, at(middle, double(box.minimum)).y()));
        painter.fillRect(QRectF(left, right), fill);
        const double median = at(middle, double(box.median)).y();
        painter.drawLine(QPointF(left.x(), median), QPointF(right.x(), median));
    }
}

QString RangeChart::csv() const
{
    QString text = (m_names.isEmpty() ? QStringLiteral("channel") : QStringLiteral("layer")) +
                   QStringLiteral(",minimum,lower_quartile,median,upper_quartile,maximum");
    if (!m_compressed.empty())
        text += QStringLiteral(",compressed_minimum,compressed_lower_quartile,compressed_median,"
                               "compressed_upper_quartile,compressed_maximum");
    text += QLatin1Char('\n');
    for (size_t i = 0; i < m_original.size(); ++i) {
        text += m_names.isEmpty() ? QString::number(i) : csvText(m_names.value(int(i)));
        for (const auto *boxes : {&m_original, &m_compressed})
            if (!boxes->empty())
                for (const float v : {(*boxes)[i].minimum, (*boxes)[i].lower, (*boxes)[i].median,
                                      (*boxes)[i].upper, (*boxes)[i].maximum})
                    text += QLatin1Char(',') + QString::number(double(v), 'g', 9);
        text += QLatin1Char('\n');
    }
    return text;
}

} // namespace lathe::ui
