#pragma once
#include "core/analysis/weightstats.h"

namespace lathe::ui {

/// Which share of the weights of a histogram lies below a magnitude, and the other way round. Inside a bin
/// they are taken to lie evenly.
class MagnitudeShares {
public:
    MagnitudeShares() = default;
    explicit MagnitudeShares(const Histogram &histogram);

    double below(double magnitude) const;    ///< 0..1
    double magnitude(double share) const;    ///< the smallest with that share below it; at least least()
    double least() const { return m_least; } ///< no weight is smaller

private:
    double countUpTo(double value) const;

    double m_low = 0.0, m_width = 0.0; ///< of the first bin, and of each
    double m_least = 0.0, m_largest = 0.0;
    std::vector<double> m_sums; ///< up to the left edge of each bin, and of all
};

} // namespace lathe::ui
