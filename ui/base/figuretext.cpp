#include "ui/base/figuretext.h"

#include "ui/base/format.h"
#include "ui/base/messages.h"

#include <QCoreApplication>
#include <QLocale>

namespace lathe::ui {
namespace {

struct Words {
    Q_DECLARE_TR_FUNCTIONS(lathe::ui::FigureText)
};

QString exactPoints(double difference)
{
    return points({difference, difference, difference});
}

void append(QString &lines, const QString &line)
{
    lines += lines.isEmpty() ? line : QLatin1Char('\n') + line;
}

FigureText accuracy(const Figures &f)
{
    FigureText shown;
    if (!f.top1)
        return shown;
    shown.text = percent(f.top1->value);
    shown.note = QStringLiteral("± %1").arg(number(100.0 * f.top1->halfWidth(), 1));
    shown.toolTip = Words::tr("95 % interval %1 to %2").arg(percent(f.top1->low), percent(f.top1->high));
    // Another variant may have been measured on other samples: then the two shares do not tell the
    // difference.
    if (f.top1Difference && f.top1Difference->low != f.top1Difference->high)
        append(shown.toolTip, Words::tr("On %1 of %2 samples, where the baseline gives %3")
                                  .arg(f.samplesDone)
                                  .arg(f.samplesTotal)
                                  .arg(percent(f.top1->value - f.top1Difference->value)));
    return shown;
}

bool isGuessed(const Figures &f)
{
    return f.guess && !Figures::isCurrent(f.quality);
}

FigureText guessed(const Figures::Guess &guess)
{
    FigureText shown;
    shown.text = QStringLiteral("≈ %1").arg(exactPoints(guess.difference));
    shown.ink = FigureInk::Guess;
    shown.toolTip = Words::tr("A guess from %n measurement(s) near this one; it is being measured", nullptr,
                              guess.points);
    if (guess.checked > 0)
        shown.toolTip += QLatin1Char('\n') + Words::tr("Guesses so far were off by %1 points (median of %2)")
                                                 .arg(number(100.0 * guess.typicalError, 1))
                                                 .arg(guess.checked);
    return shown;
}

FigureText difference(const Figures &f, bool isBaseline)
{
    if (isGuessed(f))
        return guessed(*f.guess);
    FigureText shown;
    shown.note = samplesNote(f.samplesDone, f.samplesTotal);
    if (f.samplesTotal > 0)
        shown.toolTip = Words::tr("Measured on %1 of %2 samples").arg(f.samplesDone).arg(f.samplesTotal);
    if (isBaseline)
        shown.text = QStringLiteral(""); // known to be none
    if (isBaseline || !f.top1Difference)
        return shown;
    shown.text = points(*f.top1Difference);
    // As the chart draws it: the value need not be its middle.
    if (f.top1Difference->low != f.top1Difference->high)
        append(shown.toolTip,
               Words::tr("95 % interval %1 to %2")
                   .arg(exactPoints(f.top1Difference->low), exactPoints(f.top1Difference->high)));
    if (f.top1Difference->high < 0.0)
        shown.ink = FigureInk::Loss;
    else if (f.top1Difference->low > 0.0)
        shown.ink = FigureInk::Good;
    if (f.fullSet && f.samplesDone < f.samplesTotal)
        shown.toolTip +=
            QLatin1Char('\n') + Words::tr("All %1 samples would show %2 to %3 points. F5 measures them all")
                                    .arg(f.samplesTotal)
                                    .arg(exactPoints(f.fullSet->low), exactPoints(f.fullSet->high));
    return shown;
}

FigureText agreement(const Figures &f)
{
    FigureText shown;
    QStringList lines;
    if (f.agreement) {
        shown.text = percent(f.agreement->value);
        lines
            << Words::tr("95 % interval %1 to %2").arg(percent(f.agreement->low), percent(f.agreement->high));
    }
    if (f.meanKl)
        lines << Words::tr("Mean divergence (KL) %1 nats").arg(QLocale().toString(*f.meanKl, 'g', 3));
    if (f.sqnr)
        lines << Words::tr("Signal to noise of the outputs %1 dB").arg(number(*f.sqnr, 1));
    shown.toolTip = lines.join(QLatin1Char('\n'));
    return shown;
}

FigureText counted(const std::optional<int64_t> &value, QString (*text)(qint64), const QString &exact)
{
    FigureText shown;
    if (!value)
        return shown;
    shown.text = text(*value);
    if (!exact.isEmpty())
        shown.toolTip = exact.arg(QLocale().toString(qint64(*value)));
    return shown;
}

/// Of a figure with more that is not counted: "≥ 301 M".
FigureText atLeast(FigureText shown)
{
    for (QString *text : {&shown.text, &shown.toolTip})
        if (!shown.toolTip.isEmpty())
            *text = QStringLiteral("≥ %1").arg(*text);
    return shown;
}

FigureText latency(const Figures &f, bool isBaseline)
{
    FigureText shown;
    if (!f.latency)
        return shown;
    shown.text = seconds(*f.latency);
    if (const auto &range = f.latencyRange) {
        shown.note = QStringLiteral("(%1)").arg(secondsRange(*range));
        shown.toolTip = Words::tr("95 % interval %1 to %2").arg(seconds(range->low), seconds(range->high));
    }
    const FigureText against = isBaseline ? FigureText() : latencyRatio(f);
    if (against.text.isEmpty())
        return shown;
    shown.note += (shown.note.isEmpty() ? QString() : QStringLiteral(" ")) + against.text;
    if (!against.toolTip.isEmpty())
        append(shown.toolTip, against.toolTip);
    return shown;
}

FigureText plain(Figure figure, const Figures &f, bool isBaseline)
{
    switch (figure) {
    case Figure::Accuracy:
        return accuracy(f);
    case Figure::Difference:
        return difference(f, isBaseline);
    case Figure::Agreement:
        return agreement(f);
    case Figure::Size:
        return counted(f.bytes > 0 ? std::optional(f.bytes) : std::nullopt, bytes, Words::tr("%1 bytes"));
    case Figure::Ratio: {
        FigureText shown;
        if (const std::optional<double> value = f.ratio())
            shown.text = ratio(*value);
        return shown;
    }
    case Figure::Macs:
        return f.moreMacs ? atLeast(counted(f.macs, count, QStringLiteral("%1")))
                          : counted(f.macs, count, QStringLiteral("%1"));
    case Figure::Memory:
        return counted(f.memory, bytes, {});
    case Figure::Latency:
        return latency(f, isBaseline);
    }
    return {};
}

} // namespace

QString FigureText::whole() const
{
    return note.isEmpty() ? text : text.isEmpty() ? note : QStringLiteral("%1 %2").arg(text, note);
}

FigureText latencyRatio(const Figures &f)
{
    FigureText shown;
    if (!f.latency || !f.baselineLatency || *f.baselineLatency <= 0.0)
        return shown;
    shown.text = number(*f.latency / *f.baselineLatency, 2) + QChar(0x00D7);
    const bool same = f.latencyDiffers() == false ||
                      (f.latencyRange && f.baselineLatencyRange &&
                       secondsRange(*f.latencyRange) == secondsRange(*f.baselineLatencyRange));
    if (!same)
        return shown;
    shown.toolTip =
        Words::tr("%1 of the baseline, but both vary by more: their intervals overlap").arg(shown.text);
    shown.text = notDistinguishable();
    return shown;
}

QString notDistinguishable()
{
    return Words::tr("not distinguishable");
}

QString samplesNote(qint64 done, qint64 total)
{
    return total > 0 ? QStringLiteral("(%1/%2)").arg(done).arg(total) : QString();
}

Figures::Standing standingOf(Figure figure, const Figures &figures)
{
    switch (figure) {
    case Figure::Accuracy:
    case Figure::Difference:
    case Figure::Agreement:
        return figures.quality;
    case Figure::Size:
    case Figure::Ratio:
    case Figure::Macs:
        return figures.sizes;
    case Figure::Memory:
    case Figure::Latency:
        return figures.running;
    }
    return Figures::Unknown;
}

std::optional<Interval> shownDifference(const Figures &figures)
{
    if (!isGuessed(figures))
        return figures.top1Difference;
    const Figures::Guess &guess = *figures.guess;
    return Interval{guess.difference, guess.difference - guess.typicalError,
                    guess.difference + guess.typicalError};
}

FigureText figureText(Figure figure, const Figures &figures, bool isBaseline)
{
    FigureText shown = plain(figure, figures, isBaseline);
    if (shown.text.isNull()) {
        shown.text = unavailable();
        shown.ink = FigureInk::Muted;
        if (!figures.note.empty())
            append(shown.toolTip, messageText(figures.note));
    } else if (standingOf(figure, figures) == Figures::Outdated && shown.ink != FigureInk::Guess) {
        shown.ink = FigureInk::Muted;
        append(shown.toolTip, Words::tr("The recipe has changed since this was measured."));
    }
    return shown;
}

} // namespace lathe::ui
