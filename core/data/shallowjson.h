#pragma once
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

namespace lathe {

/// A file that is one JSON object of few levels. Deeper ones are refused while they are read: copying and
/// printing a value goes one call deeper for each of its levels.
/// @throws Error MalformedData naming `source`
nlohmann::json parseShallowJson(std::string_view text, const std::string &source);

} // namespace lathe
