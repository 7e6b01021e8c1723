// How good the models are at the size of their files.
#include "core/base/text.h"
#include "core/certify/reportfigures.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

namespace lathe {
namespace {

using Ink = SvgFigure::Ink;
using Anchor = SvgFigure::Anchor;

constexpr double figureWidth = 900.0, plotLeft = 64.0, plotRight = 560.0, plotTop = 16.0, labelLeft = 590.0,
                 labelHeight = 36.0, axisHeight = 46.0;

Ink inkOf(TradeOffPoint::Kind kind)
{
    switch (kind) {
    case TradeOffPoint::Kind::Original:
        return Ink::Before;
    case TradeOffPoint::Kind::Exported:
        return Ink::After;
    case TradeOffPoint::Kind::Other:
        break;
    }
    return Ink::Other;
}

/// From values to places of the picture.
struct Scale {
    double low = 0.0, high = 1.0, from = 0.0, to = 1.0;
    bool ratio = false;
    double at(double value) const
    {
        const double share =
            ratio ? std::log(value / low) / std::log(high / low) : (value - low) / (high - low);
        return from + (to - from) * share;
    }
};

Scale sizeScale(const std::vector<TradeOffPoint> &points)
{
    int64_t least = points.front().bytes, most = least;
    for (const TradeOffPoint &point : points) {
        least = std::min(least, point.bytes);
        most = std::max(most, point.bytes);
    }
    return {static_cast<double>(std::max<int64_t>(least, 1)) / 1.15, static_cast<double>(most) * 1.15,
            plotLeft, plotRight, true};
}

/// In percent or points.
Scale qualityScale(const std::vector<TradeOffPoint> &points, double bottom)
{
    double low = points.front().quality.low, high = points.front().quality.high;
    for (const TradeOffPoint &point : points) {
        low = std::min(low, point.quality.low);
        high = std::max(high, point.quality.high);
    }
    const double margin = std::max(0.08 * (high - low), 0.002);
    return {100.0 * (low - margin), 100.0 * (high + margin), bottom, plotTop, false};
}

std::string tickText(double value, const std::vector<double> &ticks)
{
    const double step = ticks.size() > 1 ? std::abs(ticks[1] - ticks[0]) : 1.0;
    const int digits = std::clamp(static_cast<int>(std::ceil(-std::log10(step) - 1e-9)), 0, 3);
    return fmt::format("{:.{}f}", std::abs(value) < step * 1e-9 ? 0.0 : value, digits);
}

void drawAxes(SvgFigure &figure, const Scale &x, const Scale &y, ReportQuality quality, const Say &say)
{
    const std::vector<double> levels = roundTicks(y.low, y.high, 6);
    for (const double level : levels) {
        figure.line(plotLeft, y.at(level), plotRight, y.at(level), Ink::Line);
        figure.text(plotLeft - 8.0, y.at(level) + 4.0, tickText(level, levels), Ink::Muted, Anchor::End,
                    11.0);
    }
    for (const double size : ratioTicks(x.low, x.high, 7)) {
        figure.line(x.at(size), y.from, x.at(size), y.from + 4.0, Ink::Muted);
        figure.text(x.at(size), y.from + 17.0, bytesText(static_cast<int64_t>(std::llround(size))),
                    Ink::Muted, Anchor::Middle, 11.0);
    }
    figure.line(plotLeft, y.from, plotRight, y.from, Ink::Muted);
    const Message title = quality == ReportQuality::Difference
                              ? Message::tr("top-1 against the original in points, over the size of the file")
                              : Message::tr("same answer as the original in %, over the size of the file");
    figure.text((plotLeft + plotRight) / 2.0, y.from + 38.0, say(title), Ink::Muted, Anchor::Middle, 11.0);
}

std::string figuresOf(const TradeOffPoint &point, ReportQuality quality, const Say &say)
{
    const double value = 100.0 * point.quality.value, half = 100.0 * point.quality.halfWidth();
    const Message text = quality == ReportQuality::Difference
                             ? Message::tr("{:+.2f} \u00b1 {:.2f} points", value, half)
                             : Message::tr("{:.2f} \u00b1 {:.2f} %", value, half);
    return bytesText(point.bytes) +
           (point.kind == TradeOffPoint::Kind::Original ? "" : " \u00b7 " + say(text));
}

/// Where the text of each point stands: at its height where there is room, in its order in any case.
std::vector<double> labelPlaces(const std::vector<TradeOffPoint> &sorted, const Scale &y, double bottom)
{
    std::vector<double> places;
    for (const TradeOffPoint &point : sorted) {
        const double wanted = y.at(100.0 * point.quality.value) - labelHeight / 2.0;
        places.push_back(std::max(wanted, places.empty() ? plotTop : places.back() + labelHeight));
    }
    double limit = bottom;
    for (size_t i = places.size(); i-- > 0; limit = places[i])
        places[i] = std::min(places[i], limit - labelHeight);
    return places;
}

} // namespace

std::string tradeOffFigure(const std::vector<TradeOffPoint> &points, ReportQuality quality, const Say &say)
{
    if (points.empty())
        return {};
    std::vector<TradeOffPoint> sorted = points;
    std::ranges::stable_sort(sorted, [](const TradeOffPoint &a, const TradeOffPoint &b) {
        return std::tuple(b.quality.value, b.bytes) < std::tuple(a.quality.value, a.bytes);
    });
    const double bottom = plotTop + std::max(260.0, labelHeight * static_cast<double>(sorted.size()));
    const Scale x = sizeScale(sorted), y = qualityScale(sorted, bottom);
    SvgFigure figure(figureWidth, bottom + axisHeight, say(Message::tr("Size and accuracy")),
                     say(Message::tr("{} models by the size of the file and by what is left of the accuracy; "
                                     "upright lines are 95 % intervals.",
                                     sorted.size())));
    drawAxes(figure, x, y, quality, say);
    const std::vector<double> places = labelPlaces(sorted, y, bottom);
    for (size_t i = 0; i < sorted.size(); ++i) {
        const TradeOffPoint &point = sorted[i];
        const double px = x.at(static_cast<double>(point.bytes)), py = y.at(100.0 * point.quality.value);
        const double middle = places[i] + labelHeight / 2.0;
        figure.line(px, py, labelLeft - 6.0, middle, Ink::Line);
        if (point.quality.high > point.quality.low)
            figure.line(px, y.at(100.0 * point.quality.low), px, y.at(100.0 * point.quality.high),
                        inkOf(point.kind), 2.0);
        const std::string figures = figuresOf(point, quality, say);
        figure.circle(px, py, point.kind == TradeOffPoint::Kind::Other ? 4.0 : 5.5, inkOf(point.kind),
                      point.name + ": " + figures);
        figure.circle(labelLeft + 4.0, middle - 6.0, 4.0, inkOf(point.kind));
        figure.text(labelLeft + 14.0, middle - 2.0,
                    shortened(point.name, figureWidth - labelLeft - 16.0, 12.0), Ink::Text, Anchor::Start,
                    12.0, point.name);
        figure.text(labelLeft + 14.0, middle + 13.0, figures, Ink::Muted, Anchor::Start, 11.0);
    }
    return figure.markup();
}

} // namespace lathe
