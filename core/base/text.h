#pragma once
// Numbers as a person reads them, in English; the window formats its own by locale.
#include <cstdint>
#include <optional>
#include <string>

namespace lathe {

std::string bytesText(int64_t bytes);             ///< "842 B", "19.3 kB", "13.97 MB" (decimal)
std::string countText(int64_t count);             ///< "1,234,567"
std::string scaledText(std::optional<int64_t> n); ///< "312.3 M"; "-" when unknown
/// "at least 312.3 M" when there is more that cannot be counted.
std::string scaledText(std::optional<int64_t> n, bool more);
std::string percentText(double fraction); ///< "97.33 %"; "-" when not finite
std::string numberText(double value);     ///< four significant digits; "-" when not finite
std::string decibelText(double decibel);  ///< "41.2 dB", "exact"
std::string durationText(double seconds); ///< "3.41 ms", "12.3 s"; "-" when not finite
/// Control characters (a name in a file may hold any) as '?', so that they cannot drive a terminal.
std::string printable(std::string text);

} // namespace lathe
