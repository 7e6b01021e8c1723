#pragma once
#include <cmath>
#include <limits>
#include <type_traits>

namespace lathe {

/// Whether a number from a file can be taken as T: what lies outside of an integer must not be converted.
template <class T>
bool fitsIn(double value)
{
    if constexpr (std::is_integral_v<T>)
        return value >= static_cast<double>(std::numeric_limits<T>::min()) &&
               value < std::ldexp(1.0, std::numeric_limits<T>::digits);
    return true;
}

} // namespace lathe
