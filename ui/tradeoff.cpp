#include "ui/tradeoff.h"

#include "ui/coretexts.h"
#include "ui/format.h"

#include <QCoreApplication>
#include <algorithm>
#include <cmath>

namespace lathe::ui {
namespace {

struct Words {
    Q_DECLARE_TR_FUNCTIONS(lathe::ui::Tradeoff)
};

constexpr double percentOfOne = 100.0;

Interval shifted(const Interval &difference, double by)
{
    return {(difference.value + by) * percentOfOne, (difference.low + by) * percentOfOne,
            (difference.high + by) * percentOfOne};
}

Interval atMostAll(Interval percent)
{
    percent.low = std::clamp(percent.low, 0.0, percentOfOne);
    percent.high = std::clamp(percent.high, 0.0, percentOfOne);
    return percent;
}

std::optional<Interval> top1Of(const NowStrip::Figures &figures, double baseline)
{
    if (figures.guess)
        return shifted({figures.guess->difference, figures.guess->difference - figures.guess->typicalError,
                        figures.guess->difference + figures.guess->typicalError},
                       baseline);
    if (figures.fullSet)
        return shifted(*figures.fullSet, baseline);
    if (figures.top1Difference)
        return shifted(*figures.top1Difference, baseline);
    if (figures.top1)
        return shifted(*figures.top1, 0.0);
    return {};
}

std::optional<Interval> agreementOf(const NowStrip::Figures &figures)
{
    if (figures.fullSet)
        return shifted(*figures.fullSet, 1.0);
    if (!figures.agreement || figures.samplesDone <= 0)
        return {};
    const auto same =
        static_cast<int64_t>(std::llround(*figures.agreement * static_cast<double>(figures.samplesDone)));
    return shifted(proportion(same, figures.samplesDone), 0.0);
}

std::optional<Interval> qualityOf(const NowStrip::Figures &figures, Quality quality, double baselineTop1)
{
    std::optional<Interval> found;
    switch (quality) {
    case Quality::Top1:
        found = top1Of(figures, baselineTop1);
        break;
    case Quality::Agreement:
        found = agreementOf(figures);
        break;
    case Quality::Sqnr:
        if (!figures.sqnr || !std::isfinite(*figures.sqnr))
            return {};
        return Interval{*figures.sqnr, *figures.sqnr, *figures.sqnr};
    }
    return found ? std::optional(atMostAll(*found)) : found;
}

TradeoffPoint::Certainty certaintyOf(const NowStrip::Figures &figures)
{
    if (figures.guess)
        return TradeoffPoint::Open;
    switch (figures.state) {
    case NowStrip::Figures::Settled:
        return TradeoffPoint::Firm;
    case NowStrip::Figures::Measuring:
        return TradeoffPoint::Open;
    case NowStrip::Figures::NoData:
    case NowStrip::Figures::Outdated:
    case NowStrip::Figures::Failed:
        break;
    }
    return TradeoffPoint::Old;
}

Quality qualityFor(const QVector<Variant> &variants, const NowStrip::Figures &current)
{
    if (variants.front().figures.top1)
        return Quality::Top1;
    const auto outputsOnly = [](const NowStrip::Figures &f) { return f.sqnr && !f.agreement; };
    const bool anyOutputsOnly = outputsOnly(current) || std::ranges::any_of(variants, [&](const Variant &v) {
                                    return outputsOnly(v.figures);
                                });
    return anyOutputsOnly ? Quality::Sqnr : Quality::Agreement;
}

QString csvText(const QString &text)
{
    QString quoted = text;
    quoted.replace(QLatin1Char('"'), QLatin1String("\"\""));
    return QLatin1Char('"') + quoted + QLatin1Char('"');
}

} // namespace

Tradeoff tradeoff(const QVector<Variant> &variants, const NowStrip::Figures &current)
{
    Tradeoff result;
    if (variants.isEmpty() || variants.front().figures.samplesTotal <= 0)
        return result;
    const Variant &baseline = variants.front();
    result.quality = qualityFor(variants, current);
    const double top1 = baseline.figures.top1 ? baseline.figures.top1->value : 0.0;
    if (result.quality != Quality::Sqnr)
        result.baseline = result.quality == Quality::Top1 ? top1 * percentOfOne : percentOfOne;

    const auto add = [&](TradeoffPoint point, const NowStrip::Figures &figures,
                         const std::optional<Interval> &quality) {
        if (!quality || figures.bytes <= 0)
            return;
        point.bytes = static_cast<double>(figures.bytes);
        point.ratio = static_cast<double>(baseline.figures.bytes) / point.bytes;
        point.quality = *quality;
        point.samples = figures.samplesDone;
        point.samplesTotal = figures.samplesTotal;
        point.guessed = figures.guess.has_value();
        result.points << point;
    };
    for (int row = 0; row < variants.size(); ++row) {
        const Variant &variant = variants[row];
        TradeoffPoint point{.kind = row == 0 ? TradeoffPoint::Baseline : TradeoffPoint::Kept,
                            .certainty = certaintyOf(variant.figures),
                            .row = row,
                            .name = variant.name};
        if (variant.data != baseline.data)
            point.data = variant.data;
        if (row > 0)
            add(point, variant.figures, qualityOf(variant.figures, result.quality, top1));
        else if (result.baseline)
            add(point, variant.figures, Interval{*result.baseline, *result.baseline, *result.baseline});
    }
    add({.kind = TradeoffPoint::Current, .certainty = certaintyOf(current), .name = Words::tr("current")},
        current, qualityOf(current, result.quality, top1));
    return result;
}

QString qualityText(Quality quality, double value)
{
    return quality == Quality::Sqnr ? QStringLiteral("%1 dB").arg(number(value, 1))
                                    : percent(value / percentOfOne);
}

QStringList describe(const TradeoffPoint &point, Quality quality, std::optional<double> baseline)
{
    QStringList lines{point.name};
    QString what =
        (point.guessed ? QStringLiteral("~") : QString()) + qualityText(quality, point.quality.value);
    if (quality == Quality::Top1 && baseline && point.kind != TradeoffPoint::Baseline) {
        const auto less = [&](double value) { return (value - *baseline) / percentOfOne; };
        what =
            Words::tr("top-1 %1, %2 points")
                .arg(what,
                     points({less(point.quality.value), less(point.quality.low), less(point.quality.high)}));
    } else if (quality == Quality::Top1) {
        what = Words::tr("top-1 %1").arg(what);
    } else if (quality == Quality::Agreement) {
        what = Words::tr("%1 agree with the baseline").arg(what);
    }
    lines << what;
    lines << QStringLiteral("%1  %2").arg(bytes(static_cast<qint64>(point.bytes)), ratio(point.ratio));
    if (point.certainty == TradeoffPoint::Old)
        lines << Words::tr("of the recipe before");
    else if (point.guessed)
        lines << Words::tr("guessed, not measured yet");
    else if (point.samples < point.samplesTotal)
        lines << Words::tr("measured on %1 of %2").arg(point.samples).arg(point.samplesTotal);
    if (!point.data.isEmpty())
        lines << Words::tr("on %1").arg(coreText(point.data.toStdString()));
    return lines;
}

QString toCsv(const Tradeoff &tradeoff)
{
    static const char *const names[] = {"top1_percent", "agreement_percent", "sqnr_decibel"};
    static const char *const certainties[] = {"measured", "unfinished", "outdated"};
    QString text =
        QStringLiteral("name,size_bytes,%1,low,high,samples,certainty\n").arg(names[int(tradeoff.quality)]);
    for (const TradeoffPoint &point : tradeoff.points)
        text +=
            QStringLiteral("%1,%2,%3,%4,%5,%6,%7\n")
                .arg(csvText(point.name), QString::number(qint64(point.bytes)),
                     QString::number(point.quality.value, 'g', 9), QString::number(point.quality.low, 'g', 9),
                     QString::number(point.quality.high, 'g', 9), QString::number(point.samples),
                     point.guessed ? "guessed" : certainties[int(point.certainty)]);
    return text;
}

} // namespace lathe::ui
