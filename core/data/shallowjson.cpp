#include "core/data/shallowjson.h"

#include "core/base/error.h"

#include <nlohmann/json.hpp>

namespace lathe {

nlohmann::json parseShallowJson(std::string_view text, const std::string &source)
{
    using nlohmann::json;
    constexpr int mostLevels = 16; // descriptions need five
    const auto refuse = [&source](const Message &reason) {
        throw Error(ErrorCode::MalformedData, Message::tr("{} {}.", source, reason));
    };
    const auto watch = [&](int depth, json::parse_event_t, json &) {
        if (depth > mostLevels)
            refuse(Message::tr("nests deeper than {} levels", mostLevels));
        return true;
    };
    json document;
    try {
        document = json::parse(text, watch);
    } catch (const json::exception &e) {
        refuse(Message::tr("is not valid JSON ({})", e.what()));
    }
    if (!document.is_object())
        refuse(Message::tr("holds no JSON object"));
    return document;
}

} // namespace lathe
