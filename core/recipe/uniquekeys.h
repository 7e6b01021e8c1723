#pragma once
// Files that people write: what is given twice must not silently become one.
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

namespace lathe {

/// @param source begins the sentence @throws Error InvalidArgument: no valid JSON, a key given twice
nlohmann::ordered_json parseWithUniqueKeys(std::string_view text, const std::string &source);

} // namespace lathe
