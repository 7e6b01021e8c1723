#include "core/base/text.h"

#include <cmath>
#include <fmt/format.h>

namespace lathe {

std::string bytesText(int64_t bytes)
{
    const auto n = static_cast<double>(bytes);
    if (bytes < 1000)
        return fmt::format("{} B", bytes);
    if (n < 1e6)
        return fmt::format("{:.1f} kB", n / 1e3);
    if (n < 1e9)
        return fmt::format("{:.2f} MB", n / 1e6);
    return fmt::format("{:.2f} GB", n / 1e9);
}

std::string countText(int64_t count)
{
    std::string digits = fmt::format("{}", count);
    const size_t first = count < 0 ? 1 : 0;
    for (size_t i = digits.size(); i > first + 3;) {
        i -= 3;
        digits.insert(i, ",");
    }
    return digits;
}

std::string scaledText(std::optional<int64_t> n)
{
    if (!n)
        return "-";
    const auto value = static_cast<double>(*n);
    if (value < 1e3)
        return fmt::format("{}", *n);
    if (value < 1e6)
        return fmt::format("{:.1f} k", value / 1e3);
    if (value < 1e9)
        return fmt::format("{:.1f} M", value / 1e6);
    return fmt::format("{:.2f} G", value / 1e9);
}

std::string scaledText(std::optional<int64_t> n, bool more)
{
    return n && more ? "at least " + scaledText(n) : scaledText(n);
}

std::string percentText(double fraction)
{
    return std::isfinite(fraction) ? fmt::format("{:.2f} %", 100.0 * fraction) : "-";
}

std::string numberText(double value)
{
    return std::isfinite(value) ? fmt::format("{:.4g}", value) : "-";
}

std::string decibelText(double decibel)
{
    if (std::isnan(decibel))
        return "-";
    return std::isinf(decibel) && decibel > 0 ? "exact" : fmt::format("{:.1f} dB", decibel);
}

std::string durationText(double seconds)
{
    if (!std::isfinite(seconds))
        return "-";
    if (seconds < 1e-3)
        return fmt::format("{:.1f} µs", seconds * 1e6);
    if (seconds < 1.0)
        return fmt::format("{:.2f} ms", seconds * 1e3);
    return fmt::format("{:.1f} s", seconds);
}

std::string printable(std::string text)
{
    for (char &c : text)
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F)
            c = '?';
    return text;
}

} // namespace lathe
