#include "ui/charts/spectrumchart.h"

#include "ui/base/format.h"
#include "ui/charts/axisticks.h"
#include "ui/charts/plotview.h"
#include "ui/style/theme.h"

#include <QCategoryAxis>
#include <QChart>
#include <QHBoxLayout>

#include <algorithm>
#include <cmath>

namespace lathe::ui {
namespace {

constexpr size_t mostPoints = 1024;     ///< more of them than pixels only cost time
constexpr double smallestDecade = -4.0; ///< below the largest value; under that there is only rounding noise

} // namespace

SpectrumChart::SpectrumChart(QWidget *parent)
    : RankChart(tr("SPECTRUM"),
                tr("Select a layer to see its singular values and how many of them it needs."), parent),
      m_values(new QLineSeries)
{
    xAxis()->setTitleText(tr("rank"));
    chart()->addSeries(m_values);
    m_values->attachAxis(xAxis());
    m_values->attachAxis(yAxis());
    addToLegend(new SeriesLabel(
        tr("singular values"), [] { return colors().original; }, this));
    addToLegend(new SeriesLabel(
        tr("energy"), [] { return colors().third; }, this));
    connect(handle(), &LineHandle::dragged, this, [this](double rank) { emit rankDragged(int(rank)); });
    connect(handle(), &LineHandle::released, this, [this](double rank) { emit rankReleased(int(rank)); });
    connect(handle(), &LineHandle::changed, this, [this] {
        view()->setAccessibleDescription(tr("Rank %1 of %2").arg(shownRank()).arg(fullRank()));
    });
    view()->setAccessibleName(tr("Rank"));
    setTip(tr("Drag the line, or use the arrow keys, to choose the rank. Ctrl and the arrow keys "
              "tell of each singular value."));
    setAccessibleName(tr("Singular values of the layer"));
    restyle();
    clear();
}

void SpectrumChart::setSpectrum(const Spectrum &spectrum, Index breakEven, const QString &layerName,
                                const RankBytes &bytes)
{
    if (layerName != m_layer) {
        handle()->drop();
        handle()->setValue({});
        setHovered(-1);
    }
    if (hovered() >= int(spectrum.singularValues.size()))
        setHovered(-1);
    m_layer = layerName;
    m_spectrum = spectrum;
    m_bytes = bytes;
    setSubject(layerName);
    const size_t size = spectrum.singularValues.size();
    if (size == 0 || spectrum.energy.size() != size || !(spectrum.singularValues.front() > 0.0)) {
        m_spectrum = {};
        setHandle({});
        showEmpty(size == 0 ? tr("This weight has no spectrum: it holds values that are no numbers.")
                            : tr("All weights of this layer are zero."));
        return;
    }
    setHandle({.lowest = 1.0,
               .highest = std::max(1.0, double(fullRank() - 1)), // the full rank would leave nothing out
               .rest = double(fullRank()),
               .step = 1.0,
               .fine = 1.0,
               .page = double(std::max(1, fullRank() / 10))});
    m_breakEven = breakEven >= 1 && breakEven < fullRank() ? double(breakEven) : 0.0;
    m_breakEvenText = tr("break-even %1").arg(breakEven);
    QList<QPointF> values, energy;
    const size_t every = size / mostPoints + 1;
    const auto add = [&](size_t i) {
        values << QPointF(double(i + 1), logOf(i));
        energy << QPointF(double(i + 1), spectrum.energy[i]);
    };
    for (size_t i = 0; i < size; i += every)
        add(i);
    if ((size - 1) % every != 0)
        add(size - 1);
    m_values->replace(values);
    setEnergy(energy);
    refreshAxes();
    showPlot();
    updateOverlay();
}

double SpectrumChart::lowestLog() const
{
    return std::max(std::log10(m_spectrum.singularValues.front()) + smallestDecade,
                    std::log10(std::max(m_spectrum.singularValues.back(), 1e-300)));
}

double SpectrumChart::logOf(size_t i) const
{
    return std::max(lowestLog(), std::log10(std::max(m_spectrum.singularValues[i], 1e-300)));
}

void SpectrumChart::refreshAxes()
{
    if (fullRank() == 0)
        return;
    xAxis()->setRange(0.0, fullRank() * 1.02);
    setTicks(xAxis(), numberTicks(0.0, fullRank(), ticksAcross()));
    refreshValueAxes(lowestLog(), std::log10(m_spectrum.singularValues.front()));
}

void SpectrumChart::setRank(std::optional<int> rank)
{
    handle()->setValue(rank ? std::optional(double(*rank)) : std::nullopt);
    updateOverlay();
}

std::optional<int> SpectrumChart::rank() const
{
    const std::optional<double> value = handle()->value();
    return value ? std::optional(int(*value)) : std::nullopt;
}

void SpectrumChart::clear(const QString &why)
{
    m_spectrum = {};
    m_layer.clear();
    m_breakEven = 0.0;
    handle()->drop();
    handle()->setValue({});
    setHandle({});
    setHovered(-1);
    setSubject({});
    showEmpty(why);
}

void SpectrumChart::restyle()
{
    m_values->setPen(QPen(colors().original, 2));
    RankChart::restyle();
}

int SpectrumChart::shownRank() const
{
    return std::clamp(int(handle()->shown()), 1, std::max(1, fullRank()));
}

LineHandle::Places SpectrumChart::places() const
{
    LineHandle::Places places = RankChart::places();
    places.xs = {xOf(shownRank())};
    return places;
}

QString SpectrumChart::lineText() const
{
    return handle()->value() ? tr("rank %1 · energy %2")
                                   .arg(shownRank())
                                   .arg(percent(m_spectrum.energy[size_t(shownRank() - 1)]))
                             : tr("drag to lower the rank");
}

int SpectrumChart::itemAt(QPointF position) const
{
    return fullRank() == 0 ? -1 : std::clamp(int(std::lround(valueAt(position.x()))), 1, fullRank()) - 1;
}

QPointF SpectrumChart::positionOf(int item) const
{
    return at(item + 1.0, item < fullRank() ? logOf(size_t(item)) : 0.0);
}

QStringList SpectrumChart::describe(int item) const
{
    if (item >= fullRank())
        return {};
    const auto i = size_t(item);
    QStringList lines{tr("rank %1").arg(item + 1),
                      tr("singular value %1").arg(shortNumber(m_spectrum.singularValues[i])),
                      tr("energy kept %1").arg(percent(m_spectrum.energy[i], 2))};
    if (m_bytes.whole > 0 && item < m_bytes.factors.size())
        lines << tr("as factors %1 instead of %2").arg(bytes(m_bytes.factors[item]), bytes(m_bytes.whole));
    return lines;
}

QString SpectrumChart::csv() const
{
    QString text = QStringLiteral("rank,singular_value,energy\n");
    for (size_t i = 0; i < m_spectrum.singularValues.size(); ++i)
        text += QStringLiteral("%1,%2,%3\n")
                    .arg(i + 1)
                    .arg(m_spectrum.singularValues[i], 0, 'g', 9)
                    .arg(m_spectrum.energy[i], 0, 'g', 9);
    return text;
}

} // namespace lathe::ui
