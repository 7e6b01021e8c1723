#include "core/certify/reportfigures.h"

#include "core/base/text.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <numeric>

namespace lathe {
namespace {

using Ink = SvgFigure::Ink;
using Anchor = SvgFigure::Anchor;

constexpr double pageWidth = 900.0; // of a figure that takes the whole width

// --- sizes of layers

constexpr double rowHeight = 22.0, barHeight = 6.0, mostNameWidth = 280.0, figuresWidth = 170.0;

/// Room for the names on the left.
double nameWidthOf(const std::vector<LayerSizes> &layers)
{
    double longest = 40.0;
    for (const LayerSizes &layer : layers)
        longest = std::max(longest, textWidth(layer.name, 12.0));
    return std::min(longest + 16.0, mostNameWidth);
}

void drawSizes(SvgFigure &figure, const LayerSizes &layer, double top, int64_t most, double nameWidth)
{
    const double room = pageWidth - nameWidth - figuresWidth;
    const auto length = [&](int64_t bytes) {
        return most > 0 ? room * static_cast<double>(bytes) / static_cast<double>(most) : 0.0;
    };
    const std::string hint =
        fmt::format("{}: {} \u2192 {}", layer.name, bytesText(layer.before), bytesText(layer.after));
    const double middle = top + rowHeight / 2.0;
    figure.text(nameWidth - 10.0, middle + 4.0, shortened(layer.name, nameWidth - 14.0, 12.0), Ink::Text,
                Anchor::End, 12.0, hint);
    figure.rect(nameWidth, middle - barHeight - 0.5, length(layer.before), barHeight, Ink::Before, hint);
    figure.rect(nameWidth, middle + 0.5, length(layer.after), barHeight, Ink::After, hint);
    figure.text(pageWidth - 84.0, middle + 4.0, bytesText(layer.before), Ink::Muted, Anchor::End);
    figure.text(pageWidth - 76.0, middle + 4.0, "\u2192", Ink::Muted, Anchor::Middle);
    figure.text(pageWidth - 2.0, middle + 4.0, bytesText(layer.after), Ink::Text, Anchor::End);
}

/// The largest `most - 1` in the order of the graph, and the rest as one.
std::vector<LayerSizes> largest(std::vector<LayerSizes> layers, size_t most, const Say &say)
{
    if (layers.size() <= most)
        return layers;
    std::vector<size_t> order(layers.size());
    std::iota(order.begin(), order.end(), size_t(0));
    std::ranges::stable_sort(order, [&](size_t a, size_t b) {
        return std::max(layers[a].before, layers[a].after) > std::max(layers[b].before, layers[b].after);
    });
    std::vector<size_t> shown(order.begin(), order.begin() + static_cast<std::ptrdiff_t>(most) - 1);
    std::ranges::sort(shown);
    LayerSizes rest{say(Message::tr("{} smaller layers together", layers.size() - shown.size()))};
    for (size_t i = most - 1; i < order.size(); ++i) {
        rest.before += layers[order[i]].before;
        rest.after += layers[order[i]].after;
    }
    std::vector<LayerSizes> result;
    for (const size_t i : shown)
        result.push_back(std::move(layers[i]));
    result.push_back(std::move(rest));
    return result;
}

void drawKey(SvgFigure &figure, double x, double y, const Say &say)
{
    const std::string before = say(Message::tr("before"));
    figure.rect(x, y - 9.0, 10.0, 10.0, Ink::Before);
    figure.text(x + 15.0, y, before);
    x += 40.0 + textWidth(before, 12.0);
    figure.rect(x, y - 9.0, 10.0, 10.0, Ink::After);
    figure.text(x + 15.0, y, say(Message::tr("after")));
}

// --- histograms

constexpr int binCount = 48;
constexpr double panelWidth = 286.0, panelHeight = 150.0, panelTop = 18.0, panelBottom = 128.0,
                 panelMargin = 8.0;

std::vector<SvgFigure::Bar> barsOf(const Histogram &histogram, double scale)
{
    const double width = (panelWidth - 2.0 * panelMargin) / static_cast<double>(histogram.counts.size());
    std::vector<SvgFigure::Bar> bars;
    for (size_t i = 0; i < histogram.counts.size(); ++i)
        bars.push_back({panelMargin + width * static_cast<double>(i), width,
                        std::min(scale * static_cast<double>(histogram.counts[i]), panelBottom - panelTop)});
    return bars;
}

int64_t highest(const Histogram &histogram, std::optional<size_t> without)
{
    int64_t most = 0;
    for (size_t i = 0; i < histogram.counts.size(); ++i)
        if (i != without)
            most = std::max(most, histogram.counts[i]);
    return most;
}

std::optional<size_t> binOfZero(const Histogram &histogram)
{
    if (histogram.low > 0.0 || histogram.high <= 0.0)
        return {};
    const double share = -histogram.low / (histogram.high - histogram.low);
    return std::min(static_cast<size_t>(share * static_cast<double>(histogram.counts.size())),
                    histogram.counts.size() - 1);
}

std::pair<double, double> finiteRange(std::span<const float> values, std::pair<double, double> range)
{
    for (const float value : values)
        if (std::isfinite(value)) {
            range.first = std::min(range.first, static_cast<double>(value));
            range.second = std::max(range.second, static_cast<double>(value));
        }
    return range;
}

} // namespace

std::string sizesFigure(std::vector<LayerSizes> layers, size_t most, const Say &say)
{
    const size_t count = layers.size();
    layers = largest(std::move(layers), std::max<size_t>(most, 2), say);
    int64_t longest = 0;
    for (const LayerSizes &layer : layers)
        longest = std::max({longest, layer.before, layer.after});
    constexpr double keyHeight = 26.0;
    SvgFigure figure(
        pageWidth, keyHeight + rowHeight * static_cast<double>(layers.size()) + 4.0,
        say(Message::tr("Sizes by layer")),
        say(Message::tr("Two bars for each of {} layers, in the order of the graph: bytes before and after.",
                        count)));
    const double nameWidth = nameWidthOf(layers);
    drawKey(figure, nameWidth, 14.0, say);
    for (size_t i = 0; i < layers.size(); ++i)
        drawSizes(figure, layers[i], keyHeight + rowHeight * static_cast<double>(i), longest, nameWidth);
    return figure.markup();
}

WeightHistograms weightHistograms(const std::string &name, std::span<const float> before,
                                  std::span<const float> after)
{
    constexpr double most = std::numeric_limits<double>::max();
    auto [low, high] = finiteRange(after, finiteRange(before, {most, -most}));
    if (low > high)
        low = high = 0.0; // no finite value at all
    if (low == high) {
        low -= 0.5;
        high += 0.5;
    }
    WeightHistograms weights{name, histogram(before, binCount, low, high),
                             histogram(after, binCount, low, high)};
    const auto zeros = std::ranges::count(after, 0.0F);
    weights.zeros = after.empty() ? 0.0 : static_cast<double>(zeros) / static_cast<double>(after.size());
    return weights;
}

std::string histogramFigure(const WeightHistograms &weights, const Say &say)
{
    const std::optional<size_t> zero = binOfZero(weights.after);
    const int64_t all = std::max(highest(weights.before, {}), highest(weights.after, {}));
    const int64_t others = std::max(highest(weights.before, zero), highest(weights.after, zero));
    const bool cut = others > 0 && all > 2 * others;
    const int64_t most = cut ? 2 * others : std::max<int64_t>(all, 1);
    const double scale = (panelBottom - panelTop) / static_cast<double>(most);

    SvgFigure figure(
        panelWidth, panelHeight, weights.name,
        say(Message::tr("Histogram of the weights of {} from {} to {}, before and after.", weights.name,
                        numberText(weights.before.low), numberText(weights.before.high))));
    figure.bars(barsOf(weights.before, scale), panelBottom, Ink::Before);
    figure.bars(barsOf(weights.after, scale), panelBottom, Ink::After);
    figure.line(panelMargin, panelBottom, panelWidth - panelMargin, panelBottom, Ink::Muted);
    figure.text(panelMargin, panelHeight - 6.0, numberText(weights.before.low), Ink::Muted, Anchor::Start,
                11.0);
    figure.text(panelWidth - panelMargin, panelHeight - 6.0, numberText(weights.before.high), Ink::Muted,
                Anchor::End, 11.0);
    if (zero) {
        const double bins = static_cast<double>(weights.after.counts.size());
        const double share = -weights.after.low / (weights.after.high - weights.after.low);
        const double x = panelMargin + (panelWidth - 2.0 * panelMargin) * share;
        const bool apart = share > 0.2 && share < 0.8; // from the ends' numbers
        if (apart)
            figure.text(x, panelHeight - 6.0, "0", Ink::Muted, Anchor::Middle, 11.0);
        if (cut) {
            const double left =
                panelMargin + (panelWidth - 2.0 * panelMargin) * static_cast<double>(*zero) / bins;
            const double right = left + (panelWidth - 2.0 * panelMargin) / bins;
            const bool before = left > panelWidth / 2.0; // where there is more room
            const double room = (before ? left : panelWidth - right) - 8.0;
            const Message said = Message::tr("{:.0f} % zeros, cut off", 100.0 * weights.zeros);
            figure.text(before ? left - 4.0 : right + 4.0, panelTop + 10.0, shortened(say(said), room, 11.0),
                        Ink::Muted, before ? Anchor::End : Anchor::Start, 11.0);
        }
    }
    return figure.markup();
}

} // namespace lathe
