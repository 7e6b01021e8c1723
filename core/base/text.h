#pragma once
// Numbers as a person reads them, in English; the window formats its own by locale.
#include "core/base/message.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace lathe {

std::string bytesText(int64_t bytes);             ///< "842 B", "19.3 kB", "13.97 MB" (decimal)
std::string countText(int64_t count);             ///< "1,234,567"
std::string scaledText(std::optional<int64_t> n); ///< "312.3 M"; "-" when unknown
/// "at least 312.3 M" when there is more that cannot be counted.
Message scaledText(std::optional<int64_t> n, bool more);
std::string percentText(double fraction); ///< "97.33 %"; "-" when not finite
Message percentMessage(double fraction);  ///< the same, as the reader's language has it
std::string numberText(double value);     ///< four significant digits; "-" when not finite
Message decibelText(double decibel);      ///< "41.2 dB", "exact"
std::string durationText(double seconds); ///< "3.41 ms", "12.3 s"; "-" when not finite
/// For terminals and pages: a name in a file may hold anything. Control characters, marks that turn the
/// direction of writing or cannot be seen, and bytes that are no UTF-8 become '?'.
std::string printable(std::string_view text);
/// The same characters of a JSON document as \u009b, which means the same; line ends stay.
std::string withEscapedControls(std::string_view json);

} // namespace lathe
