#pragma once
#include "ui/window/heartbeat.h"

#include <QString>

#include <vector>

namespace lathe::ui {

/// How long the window did not answer during one action, in milliseconds.
struct Stalls {
    QString action;
    std::vector<Beat> beats; ///< one for each time it was asked
    /// @param share 0.5: the median; 1: the longest. 0 where it was never asked
    double quantile(double share, double Beat::*part = &Beat::wait) const;
};

/// A row for each: median, 99th percentile and longest of the waits, and the longest that the window itself
/// worked: what is longer than that, other threads and programs had the processor for.
QString stallTable(const std::vector<Stalls> &actions);
/// The same figures, {"actions": [{"action", "beats", "median_ms", "p99_ms", "longest_ms",
/// "longest_work_ms"}...]}.
QByteArray stallJson(const std::vector<Stalls> &actions);

} // namespace lathe::ui
