#pragma once
#include <QString>
#include <QVector>

#include <utility>

class QCategoryAxis;

namespace lathe::ui {

using Ticks = QVector<std::pair<double, QString>>; ///< place and label, ascending

/// Round numbers between low and high, about `most` of them at the most.
QVector<double> roundNumbers(double low, double high, int most);
/// Those as ticks with as many decimals as their distance needs; two at least, where the range is one.
Ticks numberTicks(double low, double high, int most);
/// Ticks of a logarithmic axis from 10^low to 10^high: powers ("10⁻²"), below about two of them also 2 and 5
/// times those, within one of them round numbers. Two at least, where the range is one.
Ticks logTicks(double low, double high, int most);
/// What an axis of bytes counts in: thousands or millions, as its largest value asks.
double byteUnit(double largest);
int decimalsFor(double step);
QString shortNumber(double value); ///< four digits: "−0.01234"

/// Changes the axis only when its ticks differ: each change lays the chart out anew.
void setTicks(QCategoryAxis *axis, const Ticks &ticks);

} // namespace lathe::ui
