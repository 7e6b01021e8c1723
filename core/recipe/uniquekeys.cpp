#include "core/recipe/uniquekeys.h"

#include "core/base/error.h"

#include <nlohmann/json.hpp>
#include <set>
#include <vector>

namespace lathe {

using Json = nlohmann::ordered_json;

Json parseWithUniqueKeys(std::string_view text, const std::string &source)
{
    std::vector<std::set<std::string>> open;
    const auto watch = [&](int, Json::parse_event_t event, Json &parsed) {
        if (event == Json::parse_event_t::object_start)
            open.emplace_back();
        else if (event == Json::parse_event_t::object_end)
            open.pop_back();
        else if (event == Json::parse_event_t::key && !open.back().insert(parsed.get<std::string>()).second)
            throw Error(ErrorCode::InvalidArgument,
                        Message::tr("{}: the key {} is given twice.", source, parsed.get<std::string>()));
        return true;
    };
    try {
        return Json::parse(text, watch);
    } catch (const Json::exception &e) {
        const std::string_view what = e.what();
        const size_t prefix = what.find("] "); // "[json.exception.parse_error.101] "
        throw Error(ErrorCode::InvalidArgument,
                    Message::tr("{} is no valid JSON: {}.", source,
                                prefix == std::string_view::npos ? what : what.substr(prefix + 2)));
    }
}

} // namespace lathe
