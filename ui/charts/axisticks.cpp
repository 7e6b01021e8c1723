#include "ui/charts/axisticks.h"

#include "ui/base/format.h"

#include <QCategoryAxis>
#include <QLocale>
#include <QSignalBlocker>

#include <algorithm>
#include <cmath>

namespace lathe::ui {
namespace {

QString superscript(int value)
{
    static const QString digits = QStringLiteral("⁰¹²³⁴⁵⁶⁷⁸⁹");
    QString text = value < 0 ? QStringLiteral("⁻") : QString();
    for (const QChar c : QString::number(std::abs(value)))
        text += digits[c.digitValue()];
    return text;
}

constexpr double decadesOfPowers = 2.0; ///< with more of them the powers of ten are ticks enough

/// "0.02", and "2×10⁻⁷" where that would be all zeros.
QString plainOrPower(double value)
{
    const auto power = static_cast<int>(std::floor(std::log10(value) + 1e-9));
    if (power >= -3 && power < 5)
        return QLocale().toString(value, 'g', 4);
    const QString factor = QLocale().toString(value / std::pow(10.0, power), 'g', 4);
    const QString ten = QStringLiteral("10") + superscript(power);
    return factor == QLatin1String("1") ? ten : factor + QChar(0x00d7) + ten;
}

/// These multiples of the powers of ten between 10^low and 10^high.
QVector<double> betweenPowers(double low, double high, const QVector<double> &multiples)
{
    QVector<double> values;
    for (int power = int(std::floor(low)); power <= int(std::ceil(high)); ++power)
        for (const double multiple : multiples)
            if (const double at = power + std::log10(multiple); at >= low - 1e-9 && at <= high + 1e-9)
                values << multiple * std::pow(10.0, power);
    return values;
}

/// One number alone does not say how far apart things are.
QVector<double> atLeastTwo(double low, double high, int most)
{
    QVector<double> numbers = roundNumbers(low, high, most);
    for (int more = 1; numbers.size() < 2 && more <= 4; ++more)
        numbers = roundNumbers(low, high, most + more);
    return numbers;
}

} // namespace

QVector<double> roundNumbers(double low, double high, int most)
{
    QVector<double> numbers;
    if (!(high > low) || most < 1)
        return numbers;
    const double rough = (high - low) / most;
    const double power = std::pow(10.0, std::floor(std::log10(rough)));
    double step = 10.0 * power;
    for (const double factor : {1.0, 2.0, 5.0})
        if (factor * power >= rough * 0.999) {
            step = factor * power;
            break;
        }
    for (double i = std::ceil(low / step - 1e-9); i * step <= high + step * 1e-9; i += 1.0)
        numbers << i * step + 0.0; // + 0.0: no negative zero
    return numbers;
}

double byteUnit(double largest)
{
    return largest >= 1e6 ? 1e6 : 1e3;
}

int decimalsFor(double step)
{
    return std::clamp(int(std::ceil(-std::log10(step) - 1e-9)), 0, 9);
}

QString shortNumber(double value)
{
    return QLocale().toString(value, 'g', 4).replace(QLatin1Char('-'), QChar(0x2212));
}

Ticks numberTicks(double low, double high, int most)
{
    const QVector<double> numbers = atLeastTwo(low, high, most);
    const int decimals = numbers.size() > 1 ? decimalsFor(numbers[1] - numbers[0]) : 3;
    Ticks ticks;
    for (const double value : numbers)
        ticks << std::pair(value, number(value, decimals));
    return ticks;
}

Ticks logTicks(double low, double high, int most)
{
    Ticks ticks;
    const int first = int(std::ceil(low - 1e-9)), last = int(std::floor(high + 1e-9));
    if (high - low > decadesOfPowers || last - first >= std::max(2, most)) {
        const int every = std::min((last - first) / std::max(1, most) + 1, std::max(1, last - first));
        for (int power = first; power <= last; power += every)
            ticks << std::pair(double(power), QStringLiteral("10") + superscript(power));
        return ticks;
    }
    QVector<double> values = betweenPowers(low, high, {1.0, 2.0, 5.0});
    if (values.size() > std::max(2, most))
        values = betweenPowers(low, high, {1.0, 3.0});
    if (values.size() > std::max(2, most) && last > first)
        values = betweenPowers(low, high, {1.0});
    if (values.size() < 2)
        values = atLeastTwo(std::pow(10.0, low), std::pow(10.0, high), most);
    for (const double value : values)
        if (value > 0.0)
            ticks << std::pair(std::log10(value), plainOrPower(value));
    return ticks;
}

void setTicks(QCategoryAxis *axis, const Ticks &ticks)
{
    const QStringList present = axis->categoriesLabels();
    bool same = present.size() == ticks.size();
    for (qsizetype i = 0; same && i < ticks.size(); ++i)
        same = present[i] == ticks[i].second && axis->endValue(present[i]) == ticks[i].first;
    if (same)
        return;
    QSignalBlocker quiet(axis); // one layout for all of them, not one for each
    for (const QString &label : present)
        axis->remove(label);
    if (!ticks.isEmpty())
        axis->setStartValue(ticks.first().first); // it has a grid line of its own
    for (const auto &[value, label] : ticks)
        axis->append(label, value);
    quiet.unblock();
    emit axis->categoriesChanged();
}

} // namespace lathe::ui
