#pragma once
// Figures as text, in the user's locale. Decimals are fixed, so that digits do not jump; minus is a real
// minus sign.
#include "core/measure/measure.h"

#include <QString>

namespace lathe::ui {

QString number(double value, int decimals); ///< "−0.5"
QString bytes(qint64 value); ///< decimal units, three digits: "412 kB", "3.61 MB", "14.0 MB", "96 B"
QString ratio(double value); ///< "3.9×"
QString percent(double fraction, int decimals = 1); ///< 0.829 -> "82.9 %"
QString points(const Interval &difference); ///< a difference of fractions in points: "−0.5 ± 0.4"; "0.0"
                                            ///< when it is exact
QString decibel(double relativeError);      ///< signal to noise: 0.01 -> "40.0 dB"
QString count(qint64 value);                ///< "341", "3.4 k", "301 M"
QString seconds(double value);              ///< "3.3 ms"
QString secondsRange(const Interval &time); ///< "3.1–3.6"; with units where they are not the value's
QString unavailable();                      ///< an en dash

/// As one word of a POSIX shell's command line.
QString shellQuoted(const QString &text);

} // namespace lathe::ui
