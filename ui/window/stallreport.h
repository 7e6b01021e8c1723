#pragma once
#include "ui/window/heartbeat.h"

#include <QString>

#include <vector>

namespace lathe::ui {

/// How long the window did not answer during one action, in milliseconds.
struct Stalls {
    QString action;
    std::vector<Beat> beats;  ///< one for each time it was asked
    double longestWork = 0.0; ///< of the processor, in one go
    /// @param share 0.5: the median; 1: the longest. 0 where it was never asked
    double quantile(double share, double Beat::*part = &Beat::wait) const;
};

/// A row for each: median, 99th percentile and longest of the waits, the longest without the time that the
/// window stood in line for a processor, which others had, and the longest that it worked in one go.
QString stallTable(const std::vector<Stalls> &actions);
/// The same figures, {"actions": [{"action", "beats", "median_ms", "p99_ms", "longest_ms", "longest_own_ms",
/// "longest_work_ms"}...]}.
QByteArray stallJson(const std::vector<Stalls> &actions);

} // namespace lathe::ui
