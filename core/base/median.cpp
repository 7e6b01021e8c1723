#include "core/base/median.h"

#include <algorithm>
#include <limits>

namespace lathe {

double median(std::vector<double> values)
{
    if (values.empty())
        return std::numeric_limits<double>::quiet_NaN();
    const auto upper = values.begin() + std::ssize(values) / 2;
    std::ranges::nth_element(values, upper);
    if (values.size() % 2 == 1)
        return *upper;
    return (*std::max_element(values.begin(), upper) + *upper) / 2.0;
}

} // namespace lathe
