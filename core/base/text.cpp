#include "core/base/text.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <utility>

namespace lathe {
namespace {

/// Controls of both sets, what turns the direction of writing, and what cannot be seen: it drives a terminal,
/// or makes one name look like another.
bool steers(char32_t c)
{
    constexpr std::pair<char32_t, char32_t> ranges[] = {
        {0x00, 0x1F},     {0x7F, 0x9F},     {0x61C, 0x61C},   {0x200B, 0x200B}, {0x200E, 0x200F},
        {0x2028, 0x202E}, {0x2060, 0x206F}, {0xFEFF, 0xFEFF}, {0xFFF9, 0xFFFB}, {0xE0000, 0xE007F}};
    return std::ranges::any_of(ranges,
                               [c](const auto &range) { return c >= range.first && c <= range.second; });
}

/// Bytes of the UTF-8 character at the front, and which one; none: it is no UTF-8.
std::optional<char32_t> firstCharacter(std::string_view text, size_t &length)
{
    const auto byte = [&](size_t i) { return static_cast<unsigned char>(text[i]); };
    length = 1;
    if (byte(0) < 0x80)
        return byte(0);
    const size_t size = byte(0) >= 0xF0 ? 4 : byte(0) >= 0xE0 ? 3 : 2;
    if (byte(0) < 0xC2 || byte(0) > 0xF4 || text.size() < size)
        return std::nullopt;
    char32_t c = byte(0) & (0xFFU >> (size + 1));
    for (size_t i = 1; i < size; ++i) {
        if ((byte(i) & 0xC0U) != 0x80)
            return std::nullopt;
        c = c << 6U | (byte(i) & 0x3FU);
    }
    constexpr char32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    if (c < least[size] || c > 0x10FFFF || (c >= 0xD800 && c <= 0xDFFF))
        return std::nullopt;
    length = size;
    return c;
}

template <class Rewrite>
std::string rewritten(std::string_view text, const Rewrite &rewrite)
{
    std::string result;
    result.reserve(text.size());
    while (!text.empty()) {
        size_t length = 0;
        const std::optional<char32_t> c = firstCharacter(text, length);
        result += rewrite(c, text.substr(0, length));
        text.remove_prefix(length);
    }
    return result;
}

} // namespace

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

Message scaledText(std::optional<int64_t> n, bool more)
{
    return n && more ? Message::tr("at least {}", scaledText(n)) : Message::verbatim(scaledText(n));
}

std::string percentText(double fraction)
{
    return percentMessage(fraction).text();
}

Message percentMessage(double fraction)
{
    return std::isfinite(fraction) ? Message::tr("{:.2f} %", 100.0 * fraction) : Message::verbatim("-");
}

std::string numberText(double value)
{
    return std::isfinite(value) ? fmt::format("{:.4g}", value) : "-";
}

Message decibelText(double decibel)
{
    if (std::isnan(decibel))
        return Message::verbatim("-");
    return std::isinf(decibel) && decibel > 0 ? Message::tr("exact")
                                              : Message::verbatim(fmt::format("{:.1f} dB", decibel));
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

std::string printable(std::string_view text)
{
    return rewritten(text, [](std::optional<char32_t> c, std::string_view bytes) {
        return !c || steers(*c) ? std::string("?") : std::string(bytes);
    });
}

std::string withEscapedControls(std::string_view json)
{
    return rewritten(json, [](std::optional<char32_t> c, std::string_view bytes) {
        if (!c || *c == U'\n' || !steers(*c))
            return std::string(bytes);
        if (*c < 0x10000)
            return fmt::format("\\u{:04x}", static_cast<uint32_t>(*c));
        const auto high = static_cast<uint32_t>(*c) - 0x10000U;
        return fmt::format("\\u{:04x}\\u{:04x}", 0xD800U + (high >> 10U), 0xDC00U + (high & 0x3FFU));
    });
}

} // namespace lathe
