// What the axes of the trade-off reach over.
#include "ui/charts/axisticks.h"
#include "ui/charts/tradeoffchart.h"

#include <QCategoryAxis>

#include <algorithm>
#include <cmath>
#include <limits>

namespace lathe::ui {
namespace {

constexpr double leastSpan = 1.0;    ///< points or decibel: less would make noise look like a difference
constexpr double roomForName = 22.0; ///< pixels above the highest point
constexpr double percentOfOne = 100.0;

/// What a quality can be: an accuracy is 0 to 100 %, and a difference leads from the baseline's to another.
std::pair<double, double> possible(const Tradeoff &tradeoff)
{
    switch (tradeoff.quality) {
    case Quality::Top1: {
        const auto baseline =
            std::ranges::find(tradeoff.points, TradeoffPoint::Baseline, &TradeoffPoint::kind);
        const bool known = baseline != tradeoff.points.end() && baseline->figures.top1;
        const double top1 = known ? baseline->figures.top1->value * percentOfOne : 0.0;
        return known ? std::pair(-top1, percentOfOne - top1) : std::pair(-percentOfOne, percentOfOne);
    }
    case Quality::Agreement:
        return {0.0, percentOfOne};
    case Quality::Sqnr:
        break;
    }
    return {std::numeric_limits<double>::lowest(), std::numeric_limits<double>::max()};
}

} // namespace

/// For a name above the highest point, in the units of an axis that shows `span` below it.
double TradeoffChart::headroom(double span) const
{
    const double height = std::max(2 * roomForName, plotArea().height());
    return span * roomForName / (height - roomForName);
}

void TradeoffChart::refreshSizeAxis()
{
    const auto [smallest, largest] = std::ranges::minmax(m_data.points, std::less(), &TradeoffPoint::bytes);
    const double unit = byteUnit(largest.bytes());
    Ticks ticks;
    std::pair<double, double> range;
    if (isLogarithmic()) {
        const double low = std::log10(smallest.bytes()) - 0.15, high = std::log10(largest.bytes()) + 0.15;
        range = {low, high};
        for (const auto &[at, label] :
             logTicks(low - std::log10(unit), high - std::log10(unit), ticksAcross()))
            ticks << std::pair(at + std::log10(unit), label);
    } else {
        const double high = largest.bytes() * 1.08;
        range = {0.0, high};
        for (const auto &[at, label] : numberTicks(0.0, high / unit, ticksAcross()))
            ticks << std::pair(at * unit, label);
    }
    const auto shown = std::tuple(range, ticks);
    if (m_sizeShown == shown)
        return;
    m_sizeShown = shown;
    xAxis()->setRange(range.first, range.second);
    xAxis()->setTitleText(tr("file size (%1)").arg(unit == 1e6 ? tr("MB") : tr("kB")));
    setTicks(xAxis(), ticks);
}

void TradeoffChart::refreshQualityAxis()
{
    const auto [least, most] = possible(m_data);
    double low = std::clamp(m_data.points.front().quality.low, least, most), high = low;
    QVector<int> rows;
    for (const TradeoffPoint &point : m_data.points) {
        low = std::min(low, std::clamp(point.quality.low, least, most));
        high = std::max(high, std::clamp(point.quality.high, least, most));
        rows << point.row;
    }
    const double missing = std::max(0.0, leastSpan - (high - low)) / 2.0;
    const double room = missing + (high - low) * 0.1;
    const double above = std::max(room, headroom(high - low));
    // Half steps, so that the axis stands still while the current point moves a little.
    const QVector<double> numbers = roundNumbers(low - room, high + room, ticksUp());
    const double step = (numbers.size() > 1 ? numbers[1] - numbers[0] : leastSpan) / 2.0;
    const double highest = high;
    low = std::max(least, std::floor((low - room) / step) * step);
    high = std::min(most, std::ceil((high + above) / step) * step);
    const double top = std::max(high, highest + headroom(highest - low)); // even above what is possible
    // Inside of what is shown the axis stays: laying it out anew at every figure would hold up a drag. Other
    // points are a reason to.
    const auto &[shownLow, shownHigh, shownQuality, shownTicks] = m_qualityShown;
    if (shownQuality == m_data.quality && m_ticksShown == ticksUp() && m_rowsShown == rows &&
        low >= shownLow && top <= shownHigh && top - low > (shownHigh - shownLow) / 2.0)
        return;
    m_rowsShown = rows;
    m_ticksShown = ticksUp();
    const Ticks ticks = numberTicks(low, high, ticksUp());
    const auto shown = std::tuple(low, top, m_data.quality, ticks);
    if (m_qualityShown == shown)
        return; // a chart takes milliseconds to lay its axes out
    m_qualityShown = shown;
    yAxis()->setRange(low, top);
    yAxis()->setTitleText(m_data.quality == Quality::Top1        ? tr("difference (points)")
                          : m_data.quality == Quality::Agreement ? tr("agreement (%)")
                                                                 : tr("signal to noise (dB)"));
    setTicks(yAxis(), ticks);
}

} // namespace lathe::ui
