#include "ui/base/format.h"

#include <QCoreApplication>
#include <QLocale>

#include <array>
#include <cmath>

namespace lathe::ui {
namespace {

struct Words {
    Q_DECLARE_TR_FUNCTIONS(lathe::ui::format)
};

/// Three significant digits where there are that many, never more than two decimals.
QString threeDigits(double value)
{
    const double size = std::abs(value);
    return number(value, size < 9.995 ? 2 : size < 99.95 ? 1 : 0);
}

} // namespace

QString number(double value, int decimals)
{
    if (std::isnan(value))
        return unavailable();
    if (std::isinf(value))
        return value > 0 ? QStringLiteral("∞") : QStringLiteral("−∞");
    const QLocale locale;
    QString text = locale.toString(std::abs(value), 'f', decimals);
    // A figure that rounds to nothing has no sign.
    const bool isZero = text == locale.toString(0.0, 'f', decimals);
    return value < 0 && !isZero ? QChar(0x2212) + text : text;
}

QString bytes(qint64 value)
{
    static constexpr std::array units = {"B", "kB", "MB", "GB", "TB"};
    double scaled = double(value);
    size_t unit = 0;
    while (std::abs(scaled) >= 999.5 && unit + 1 < units.size()) {
        scaled /= 1000.0;
        ++unit;
    }
    const QString figure = unit == 0   ? number(scaled, 0)
                           : unit == 1 ? number(scaled, scaled < 9.95 ? 1 : 0)
                                       : threeDigits(scaled);
    return QStringLiteral("%1 %2").arg(figure, QLatin1String(units[unit]));
}

QString ratio(double value)
{
    return number(value, value < 99.95 ? 1 : 0) + QChar(0x00D7);
}

QString percent(double fraction, int decimals)
{
    return Words::tr("%1 %").arg(number(fraction * 100.0, decimals));
}

QString points(const Interval &difference)
{
    QString value = number(difference.value * 100.0, 1);
    if (difference.value * 100.0 >= 0.05)
        value.prepend(QLatin1Char('+'));
    if (difference.low == difference.high)
        return value; // there is nothing to be unsure of
    return QStringLiteral("%1 ± %2").arg(value, number(difference.halfWidth() * 100.0, 1));
}

QString decibel(double relativeError)
{
    return QStringLiteral("%1 dB").arg(number(-20.0 * std::log10(relativeError), 1));
}

QString count(qint64 value)
{
    static constexpr std::array units = {"", " k", " M", " G", " T"};
    double scaled = double(value);
    size_t unit = 0;
    while (std::abs(scaled) >= 999.5 && unit + 1 < units.size()) {
        scaled /= 1000.0;
        ++unit;
    }
    const int decimals = unit > 0 && std::abs(scaled) < 9.95 ? 1 : 0;
    return number(scaled, decimals) + QLatin1String(units[unit]);
}

QString seconds(double value)
{
    if (value >= 99.5)
        return Words::tr("%1 min").arg(number(value / 60.0, 1));
    if (value >= 0.9995)
        return QStringLiteral("%1 s").arg(number(value, value < 9.95 ? 1 : 0));
    if (value >= 0.9995e-3)
        return QStringLiteral("%1 ms").arg(number(value * 1e3, value < 99.95e-3 ? 1 : 0));
    return QStringLiteral("%1 µs").arg(number(value * 1e6, 0));
}

QString secondsRange(const Interval &time)
{
    const auto unitOf = [](double value) {
        const QString text = seconds(value);
        return text.mid(text.lastIndexOf(QLatin1Char(' ')));
    };
    const QString unit = unitOf(time.value);
    const bool same = unitOf(time.low) == unit && unitOf(time.high) == unit;
    const auto text = [&](double value) { return seconds(value).chopped(same ? unit.size() : 0); };
    return QStringLiteral("%1–%2").arg(text(time.low), text(time.high));
}

QString unavailable()
{
    return QStringLiteral("–");
}

QString shellQuoted(const QString &text)
{
    QString quoted = text;
    quoted.replace(QLatin1Char('\''), QLatin1String("'\\''"));
    return QLatin1Char('\'') + quoted + QLatin1Char('\'');
}

} // namespace lathe::ui
