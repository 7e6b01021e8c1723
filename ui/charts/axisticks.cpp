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

Ticks numberTicks(double low, double high, int most)
{
    const QVector<double> numbers = roundNumbers(low, high, most);
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
    if (last - first >= 1) {
        const int every = (last - first) / std::max(1, most) + 1;
        for (int power = first; power <= last; power += every)
            ticks << std::pair(double(power), QStringLiteral("10") + superscript(power));
        return ticks;
    }
    for (const double value : roundNumbers(std::pow(10.0, low), std::pow(10.0, high), most))
        if (value > 0.0)
            ticks << std::pair(std::log10(value), QLocale().toString(value, 'g', 4));
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
