#include "ui/charts/overlaidcharts.h"

#include "ui/base/format.h"
#include "ui/base/tabletext.h"
#include "ui/charts/axisticks.h"
#include "ui/charts/curvelegend.h"
#include "ui/style/theme.h"

#include <QCategoryAxis>
#include <QHBoxLayout>
#include <QLocale>
#include <QPainter>
#include <QToolButton>
#include <QVBoxLayout>

#include <algorithm>
#include <array>
#include <cmath>

namespace lathe::ui {
namespace {

constexpr double logFloor = -0.3;       ///< half a weight: where an empty bin lies on the logarithmic axis
constexpr double smallestDecade = -4.0; ///< below the largest value; under that there is only rounding noise
constexpr double spikeLimit = 1.6;      ///< how far above the second highest curve a bin is drawn

QString plain(double value)
{
    return QString::number(value, 'g', 9);
}

} // namespace

QPen curvePen(int line)
{
    static constexpr std::array strokes = {Qt::SolidLine, Qt::DashLine, Qt::DashDotLine, Qt::DotLine};
    if (line < 0)
        return {colors().original, 2.4};
    const std::array inks = {colors().current, colors().loss, colors().good, colors().third};
    const auto i = static_cast<size_t>(line) % strokes.size();
    QPen pen(inks[i], 1.8, strokes[i]);
    pen.setCapStyle(Qt::FlatCap);
    return pen;
}

OverlaidChart::OverlaidChart(const QString &title, const QString &emptyText, QWidget *parent)
    : DrawnChart(title, emptyText, parent), m_legend(new CurveLegend(this))
{
    static_cast<QVBoxLayout *>(layout())->insertWidget(1, m_legend);
}

void OverlaidChart::setCurves(const QVector<Curve> &curves, const QString &emptyText)
{
    m_curves = curves;
    m_largest = 0.0;
    for (const Curve &curve : curves)
        for (const double value : curve.values)
            m_largest = std::max(m_largest, value);
    setHovered(-1);
    m_legend->setCurves(curves);
    m_legend->setVisible(itemCount() > 0);
    if (itemCount() == 0) {
        showEmpty(emptyText);
        return;
    }
    refreshAxes();
    showPlot();
}

int OverlaidChart::itemCount() const
{
    size_t most = 0;
    for (const Curve &curve : m_curves)
        most = std::max(most, curve.values.size());
    return static_cast<int>(most);
}

QPointF OverlaidChart::positionOf(int item) const
{
    for (const Curve &curve : m_curves)
        if (static_cast<size_t>(item) < curve.values.size())
            return at(xOfItem(item), heightOf(curve.values[static_cast<size_t>(item)]));
    return plotArea().center();
}

int OverlaidChart::itemAt(QPointF position) const
{
    const double x = valueAt(position.x());
    int low = 0, high = itemCount() - 1; // items stand in rising order
    while (low < high) {
        const int middle = (low + high) / 2;
        if ((xOfItem(middle) + xOfItem(middle + 1)) / 2.0 < x)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

QStringList OverlaidChart::describe(int item) const
{
    QStringList lines{titleOf(item)};
    for (const Curve &curve : m_curves)
        if (static_cast<size_t>(item) < curve.values.size())
            lines << QStringLiteral("%1  %2").arg(curve.name,
                                                  textOf(curve.values[static_cast<size_t>(item)]));
    return lines;
}

void OverlaidChart::paintItems(QPainter &painter)
{
    const QRectF area = plotArea();
    painter.save();
    painter.setClipRect(area.adjusted(-1, -1, 1, 1));
    if (hovered() >= 0) {
        painter.setPen(QPen(colors().muted, 1));
        const double x = std::floor(at(xOfItem(hovered()), 0.0).x()) + 0.5;
        painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom()));
    }
    for (const Curve &curve : m_curves) {
        painter.setPen(curvePen(curve.line));
        painter.drawPolyline(pointsOf(curve));
    }
    if (hovered() >= 0) {
        painter.setPen(Qt::NoPen);
        for (const Curve &curve : m_curves) {
            if (static_cast<size_t>(hovered()) >= curve.values.size())
                continue;
            painter.setBrush(curvePen(curve.line).color());
            painter.drawEllipse(
                at(xOfItem(hovered()), heightOf(curve.values[static_cast<size_t>(hovered())])), 3.0, 3.0);
        }
    }
    painter.restore();
}

QString OverlaidChart::csv() const
{
    QString text = csvHeader();
    for (const Curve &curve : m_curves)
        text += QLatin1Char(',') + csvText(curve.name);
    text += QLatin1Char('\n');
    for (int item = 0; item < itemCount(); ++item) {
        text += csvOf(item);
        for (const Curve &curve : m_curves) {
            text += QLatin1Char(',');
            if (static_cast<size_t>(item) < curve.values.size())
                text += plain(curve.values[static_cast<size_t>(item)]);
        }
        text += QLatin1Char('\n');
    }
    return text;
}

OverlaidHistograms::OverlaidHistograms(QWidget *parent)
    : OverlaidChart(tr("WEIGHTS"),
                    tr("Choose a layer to see how its weights are distributed in each variant."), parent),
      m_log(new QToolButton(this))
{
    xAxis()->setTitleText(tr("weight"));
    yAxis()->setTitleText(tr("weights per bin"));
    m_log->setText(tr("Log"));
    m_log->setCheckable(true);
    m_log->setChecked(true); // pruning and few levels pile weights up: other bins would be flat beside them
    m_log->setAutoRaise(true);
    m_log->setToolTip(tr("Logarithmic counts: shows the rare weights at the ends"));
    m_log->setAccessibleName(tr("Logarithmic counts"));
    connect(m_log, &QToolButton::toggled, this, &OverlaidHistograms::refreshAxes);
    header()->addWidget(m_log);
    setAccessibleName(tr("Distributions of the layer's weights in each variant"));
    restyle();
    setHistograms({}, 0.0, 1.0);
}

void OverlaidHistograms::setHistograms(const QVector<Curve> &counts, double low, double high,
                                       const QString &emptyText)
{
    m_low = low;
    m_high = high;
    m_log->setEnabled(!counts.isEmpty());
    setCurves(counts, emptyText);
}

bool OverlaidHistograms::isLogarithmic() const
{
    return m_log->isChecked();
}

void OverlaidHistograms::setLogarithmic(bool on)
{
    m_log->setChecked(on);
}

double OverlaidHistograms::edge(int bin) const
{
    return m_low + (m_high - m_low) * bin / std::max(1, itemCount());
}

void OverlaidHistograms::refreshAxes()
{
    if (itemCount() == 0)
        return;
    const double room = (m_high - m_low) * 0.02;
    xAxis()->setRange(m_low - room, m_high + room);
    setTicks(xAxis(), numberTicks(m_low, m_high, ticksAcross()));
    Ticks ticks;
    if (isLogarithmic()) {
        const double top = std::log10(std::max(1.0, largest()) * 1.5);
        yAxis()->setRange(logFloor, top);
        ticks = logTicks(0.0, top, ticksUp());
    } else {
        std::vector<double> peaks;
        for (const Curve &curve : curves())
            if (!curve.values.empty())
                peaks.push_back(std::ranges::max(curve.values));
        std::ranges::sort(peaks, std::greater());
        const double second = peaks.size() > 1 ? peaks[1] : peaks[0];
        const double top = std::max(1.0, std::min(peaks[0], second * spikeLimit) * 1.08);
        yAxis()->setRange(0.0, top);
        for (const double value : roundNumbers(0.0, top, ticksUp()))
            ticks << std::pair(value, value < 1.0 && value > 0.0 ? number(value, 1) : count(qint64(value)));
    }
    setTicks(yAxis(), ticks);
    updateOverlay();
}

double OverlaidHistograms::xOfItem(int bin) const
{
    return (edge(bin) + edge(bin + 1)) / 2.0;
}

double OverlaidHistograms::heightOf(double count) const
{
    if (!isLogarithmic())
        return count;
    return count > 0.0 ? std::log10(count) : logFloor;
}

QPolygonF OverlaidHistograms::pointsOf(const Curve &curve) const
{
    QPolygonF points;
    for (size_t i = 0; i < curve.values.size(); ++i) {
        const double height = heightOf(curve.values[i]);
        const auto bin = static_cast<int>(i);
        points << at(edge(bin), height) << at(edge(bin + 1), height);
    }
    return points;
}

QString OverlaidHistograms::titleOf(int bin) const
{
    return tr("weights from %1 to %2").arg(shortNumber(edge(bin)), shortNumber(edge(bin + 1)));
}

QString OverlaidHistograms::textOf(double value) const
{
    return QLocale().toString(qint64(value));
}

QString OverlaidHistograms::csvHeader() const
{
    return QStringLiteral("bin_low,bin_high");
}

QString OverlaidHistograms::csvOf(int bin) const
{
    return plain(edge(bin)) + QLatin1Char(',') + plain(edge(bin + 1));
}

OverlaidSpectra::OverlaidSpectra(QWidget *parent)
    : OverlaidChart(tr("SPECTRUM"), tr("Choose a layer to see its singular values in each variant."), parent)
{
    xAxis()->setTitleText(tr("rank"));
    yAxis()->setTitleText(tr("singular value"));
    setAccessibleName(tr("Singular values of the layer in each variant"));
    restyle();
    setSpectra({});
}

void OverlaidSpectra::setSpectra(const QVector<Curve> &singularValues, const QString &emptyText)
{
    setCurves(singularValues, emptyText);
}

void OverlaidSpectra::refreshAxes()
{
    if (itemCount() == 0)
        return;
    xAxis()->setRange(0.0, itemCount() * 1.02);
    setTicks(xAxis(), numberTicks(0.0, itemCount(), ticksAcross()));
    const double high = std::log10(std::max(largest(), 1e-300));
    double low = high;
    for (const Curve &curve : curves())
        for (const double value : curve.values)
            low = std::min(low, heightOf(value));
    const double room = std::max(0.05, (high - low) * 0.05);
    yAxis()->setRange(low - room, high + room);
    setTicks(yAxis(), logTicks(low - room, high + room, ticksUp()));
    updateOverlay();
}

double OverlaidSpectra::xOfItem(int item) const
{
    return item + 1.0;
}

double OverlaidSpectra::heightOf(double value) const
{
    const double floor = std::log10(std::max(largest(), 1e-300)) + smallestDecade;
    return std::max(floor, std::log10(std::max(value, 1e-300)));
}

QPolygonF OverlaidSpectra::pointsOf(const Curve &curve) const
{
    QPolygonF points;
    for (size_t i = 0; i < curve.values.size(); ++i)
        points << at(xOfItem(static_cast<int>(i)), heightOf(curve.values[i]));
    return points;
}

QString OverlaidSpectra::titleOf(int item) const
{
    return tr("singular value %1").arg(item + 1);
}

QString OverlaidSpectra::textOf(double value) const
{
    return shortNumber(value);
}

QString OverlaidSpectra::csvHeader() const
{
    return QStringLiteral("rank");
}

QString OverlaidSpectra::csvOf(int item) const
{
    return QString::number(item + 1);
}

} // namespace lathe::ui
