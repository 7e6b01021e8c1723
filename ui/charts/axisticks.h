#pragma once
#include <QString>
#include <QVector>

#include <utility>

class QCategoryAxis;

namespace lathe::ui {

using Ticks = QVector<std::pair<double, QString>>; ///< place and label, ascending

/// Round numbers between low and high, about `most` of them at the most.
QVector<double> roundNumbers(double low, double high, int most);
/// Those as ticks with as many decimals as their distance needs.
Ticks numberTicks(double low, double high, int most);
/// Ticks of a logarithmic axis whose range is [log10(low), log10(high)]: "10⁻²", or round numbers where less
/// than two powers of ten are in sight.
Ticks logTicks(double low, double high, int most);
/// What an axis of bytes counts in: thousands or millions, as its largest value asks.
double byteUnit(double largest);
int decimalsFor(double step);

/// Changes the axis only when its ticks differ: each change lays the chart out anew.
void setTicks(QCategoryAxis *axis, const Ticks &ticks);

} // namespace lathe::ui
