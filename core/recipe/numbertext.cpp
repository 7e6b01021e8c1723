// Numbers of a recipe as text that survives any number of round trips.
#include "core/recipe/keys.h"

#include <charconv>
#include <cmath>

namespace lathe::recipe {
namespace {

/// value * 10^shift in plain digits. Shifts the decimal point of the shortest text, so nothing is rounded
/// twice.
std::string plainDecimal(double value, int shift)
{
    char buffer[64];
    const auto end =
        std::to_chars(buffer, buffer + sizeof buffer, std::abs(value), std::chars_format::scientific).ptr;
    const std::string_view text(buffer, static_cast<size_t>(end - buffer));
    const size_t e = text.find('e');
    if (e == std::string_view::npos)
        return std::string(text); // inf, nan: refused by whoever reads it
    std::string digits;
    for (const char c : text.substr(0, e))
        if (c != '.')
            digits += c;
    const int exponent = std::stoi(std::string(text.substr(e + 1))) + shift;
    if (value == 0.0)
        return "0";
    const int point = exponent + 1; // digits before the decimal point
    const int count = static_cast<int>(digits.size());
    std::string plain = std::signbit(value) ? "-" : "";
    if (point <= 0)
        return plain + "0." + std::string(static_cast<size_t>(-point), '0') + digits;
    if (point >= count)
        return plain + digits + std::string(static_cast<size_t>(point - count), '0');
    return plain + digits.substr(0, static_cast<size_t>(point)) + '.' +
           digits.substr(static_cast<size_t>(point));
}

} // namespace

double numberOf(std::string_view canonical)
{
    std::string text(canonical);
    if (text.ends_with('%'))
        text.replace(text.size() - 1, 1, "e-2"); // one rounding, where dividing by 100 would make two
    double value = 0.0;
    std::from_chars(text.data(), text.data() + text.size(), value);
    return value;
}

std::string numberText(double value)
{
    return plainDecimal(value, 0);
}

std::string percentText(double share)
{
    return plainDecimal(share, 2) + '%';
}

} // namespace lathe::recipe
