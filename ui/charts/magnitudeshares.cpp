#include "ui/charts/magnitudeshares.h"

#include <algorithm>
#include <cmath>

namespace lathe::ui {

MagnitudeShares::MagnitudeShares(const Histogram &histogram)
{
    if (histogram.counts.empty() || !(histogram.high > histogram.low))
        return;
    m_low = histogram.low;
    m_width = (histogram.high - histogram.low) / double(histogram.counts.size());
    m_least = std::max({0.0, histogram.low, -histogram.high});
    m_largest = std::max(std::abs(histogram.low), std::abs(histogram.high));
    m_sums.push_back(0.0);
    for (const int64_t count : histogram.counts)
        m_sums.push_back(m_sums.back() + double(count));
}

double MagnitudeShares::countUpTo(double value) const
{
    const double bins = double(m_sums.size() - 1);
    const double place = std::clamp((value - m_low) / m_width, 0.0, bins);
    const double bin = std::min(std::floor(place), bins - 1.0);
    const double before = m_sums[size_t(bin)];
    return before + (place - bin) * (m_sums[size_t(bin) + 1] - before);
}

double MagnitudeShares::below(double magnitude) const
{
    if (m_sums.empty() || m_sums.back() <= 0.0)
        return 0.0;
    return std::clamp((countUpTo(magnitude) - countUpTo(-magnitude)) / m_sums.back(), 0.0, 1.0);
}

double MagnitudeShares::magnitude(double share) const
{
    double low = m_least, high = m_largest;
    for (int step = 0; step < 60 && high > low; ++step) { // as fine as a double is
        const double middle = (low + high) / 2.0;
        (below(middle) < share ? low : high) = middle;
    }
    return high;
}

} // namespace lathe::ui
