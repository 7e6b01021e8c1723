#pragma once
#include <vector>

namespace lathe {

/// The value in the middle; of an even number of values the mean of the two there. NaN of none.
/// @param values in any order, no NaN among them
double median(std::vector<double> values);

} // namespace lathe
