#include "ui/variants/tradeoff.h"

#include "ui/base/format.h"
#include "ui/base/messages.h"
#include "ui/base/tabletext.h"
#include "ui/variants/variantsamples.h"

#include <QCoreApplication>
#include <algorithm>
#include <cmath>

namespace lathe::ui {
namespace {

struct Words {
    Q_DECLARE_TR_FUNCTIONS(lathe::ui::Tradeoff)
};

constexpr double percentOfOne = 100.0;

Interval inPercent(const Interval &fraction)
{
    return {fraction.value * percentOfOne, fraction.low * percentOfOne, fraction.high * percentOfOne};
}

std::optional<Interval> qualityOf(const Figures &figures, Quality quality)
{
    std::optional<Interval> found;
    switch (quality) {
    case Quality::Top1:
        found = shownDifference(figures);
        break;
    case Quality::Agreement:
        found = figures.agreement;
        break;
    case Quality::Sqnr:
        if (!figures.sqnr || !std::isfinite(*figures.sqnr))
            return {};
        return Interval{*figures.sqnr, *figures.sqnr, *figures.sqnr};
    }
    return found ? std::optional(inPercent(*found)) : found;
}

/// A point is as sure as the less sure one of its two figures.
TradeoffPoint::Certainty certaintyOf(const TradeoffPoint &point)
{
    const Figures &figures = point.figures;
    const bool known = point.isGuessed() || Figures::isCurrent(figures.quality);
    if (!known || !Figures::isCurrent(figures.sizes))
        return TradeoffPoint::Old;
    return figures.quality == Figures::Settled ? TradeoffPoint::Firm : TradeoffPoint::Open;
}

Quality qualityFor(const QVector<Variant> &variants, const Figures &current)
{
    if (variants.front().figures.top1)
        return Quality::Top1;
    const auto outputsOnly = [](const Figures &f) { return f.sqnr && !f.agreement; };
    const bool anyOutputsOnly = outputsOnly(current) || std::ranges::any_of(variants, [&](const Variant &v) {
                                    return outputsOnly(v.figures);
                                });
    return anyOutputsOnly ? Quality::Sqnr : Quality::Agreement;
}

FigureText textOf(Figure figure, const TradeoffPoint &point)
{
    const FigureText text = figureText(figure, point.figures, point.kind == TradeoffPoint::Baseline);
    if (!point.onOtherSamples)
        return text;
    return figure == Figure::Difference                                ? withOrigin(text, point.figures)
           : figure == Figure::Accuracy || figure == Figure::Agreement ? withSamples(text, point.figures)
                                                                       : text;
}

QString pointsText(const TradeoffPoint &point)
{
    FigureText difference = textOf(Figure::Difference, point);
    if (!point.onOtherSamples || difference.note.isEmpty())
        return Words::tr("%1 points").arg(difference.whole());
    difference.text = Words::tr("%1 points").arg(difference.text);
    return difference.whole();
}

} // namespace

Tradeoff tradeoff(const QVector<Variant> &variants, const Figures &current)
{
    Tradeoff result;
    if (variants.isEmpty() || variants.front().figures.samplesTotal <= 0)
        return result;
    const Variant &baseline = variants.front();
    result.quality = qualityFor(variants, current);
    if (result.quality != Quality::Sqnr)
        result.baseline = result.quality == Quality::Top1 ? 0.0 : percentOfOne;

    const auto add = [&](TradeoffPoint point, const Figures &figures,
                         const std::optional<Interval> &quality) {
        if (!quality || figures.bytes <= 0)
            return;
        point.figures = figures;
        point.onOtherSamples = !point.data.empty() || (figures.samplesDone > 0 &&
                                                       figures.samplesDone != baseline.figures.samplesDone);
        point.quality = *quality;
        point.certainty = certaintyOf(point);
        result.points << point;
    };
    for (int row = 0; row < variants.size(); ++row) {
        const Variant &variant = variants[row];
        TradeoffPoint point{.kind = row == 0 ? TradeoffPoint::Baseline : TradeoffPoint::Kept,
                            .row = row,
                            .name = variant.name};
        if (!(variant.data == baseline.data))
            point.data = variant.data;
        if (row > 0)
            add(point, variant.figures, qualityOf(variant.figures, result.quality));
        else if (result.baseline)
            add(point, variant.figures, Interval{*result.baseline, *result.baseline, *result.baseline});
    }
    add({.kind = TradeoffPoint::Current, .name = Words::tr("current")}, current,
        qualityOf(current, result.quality));
    return result;
}

QStringList describe(const TradeoffPoint &point, Quality quality)
{
    const bool isBaseline = point.kind == TradeoffPoint::Baseline;
    const auto text = [&](Figure figure) { return textOf(figure, point).whole(); };
    QStringList lines{point.name};
    switch (quality) {
    case Quality::Top1:
        if (!point.isGuessed()) // the guess is of the difference
            lines << Words::tr("top-1 %1").arg(text(Figure::Accuracy));
        if (!isBaseline)
            lines << pointsText(point);
        break;
    case Quality::Agreement:
        lines << (isBaseline ? Words::tr("what the others are held against")
                             : Words::tr("%1 agree with the baseline").arg(text(Figure::Agreement)));
        break;
    case Quality::Sqnr:
        lines << Words::tr("%1 dB").arg(number(point.quality.value, 1));
        break;
    }
    lines << QStringLiteral("%1  %2").arg(text(Figure::Size), text(Figure::Ratio));
    if (point.certainty == TradeoffPoint::Old)
        lines << Words::tr("of the recipe before");
    else if (point.isGuessed())
        lines << Words::tr("guessed, not measured yet");
    if (!point.data.empty())
        lines << Words::tr("on %1").arg(messageText(point.data));
    return lines;
}

QString toCsv(const Tradeoff &tradeoff)
{
    static const char *const names[] = {"top1_difference_points", "agreement_percent", "sqnr_decibel"};
    static const char *const certainties[] = {"measured", "unfinished", "outdated"};
    QString text =
        QStringLiteral("name,size_bytes,%1,low,high,samples,certainty\n").arg(names[int(tradeoff.quality)]);
    for (const TradeoffPoint &point : tradeoff.points)
        text +=
            QStringLiteral("%1,%2,%3,%4,%5,%6,%7\n")
                .arg(csvText(point.name), QString::number(qint64(point.figures.bytes)),
                     QString::number(point.quality.value, 'g', 9), QString::number(point.quality.low, 'g', 9),
                     QString::number(point.quality.high, 'g', 9),
                     QString::number(qint64(point.figures.samplesDone)),
                     point.isGuessed() ? "guessed" : certainties[int(point.certainty)]);
    return text;
}

} // namespace lathe::ui
