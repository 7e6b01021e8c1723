#include "core/data/shallowjson.h"

#include "core/base/error.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace lathe {

nlohmann::json parseShallowJson(std::string_view text, const std::string &source)
{
    using nlohmann::json;
    constexpr int mostLevels = 16; // descriptions need five
    const auto refuse = [&source](const std::string &reason) {
        throw Error(ErrorCode::MalformedData, fmt::format("{} {}.", source, reason));
    };
    const auto watch = [&](int depth, json::parse_event_t, json &) {
        if (depth > mostLevels)
            refuse(fmt::format("nests deeper than {} levels", mostLevels));
        return true;
    };
    json document;
    try {
        document = json::parse(text, watch);
    } catch (const json::exception &e) {
        refuse(fmt::format("is not valid JSON ({})", e.what()));
    }
    if (!document.is_object())
        refuse("holds no JSON object");
    return document;
}

} // namespace lathe
