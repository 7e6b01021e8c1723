#include "core/exporting/removedfrom.h"

#include "core/base/error.h"
#include "core/exporting/metadata.h"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace lathe {

using Json = nlohmann::ordered_json;

std::string originJson(const Narrowing &narrowing)
{
    Json groups = Json::array();
    for (size_t g = 0; g < narrowing.removed.size(); ++g) {
        const ChannelGroup &group = narrowing.groups->groups[g];
        if (!narrowing.removed[g].empty())
            groups.push_back({{"group", group.name},
                              {"index", g},
                              {"of", group.channels},
                              {"removed", narrowing.removed[g]}});
    }
    return Json{{"channels", groups}}.dump(-1, ' ', false, Json::error_handler_t::replace);
}

RemovedChannels removedFrom(const Model &file)
{
    const auto said = file.metadata().find(originKey);
    if (said == file.metadata().end())
        return {};
    constexpr size_t mostGroups = 1'000'000;
    RemovedChannels removed;
    try {
        const Json origin = Json::parse(said->second);
        for (const Json &group : origin.at("channels")) {
            const auto index = group.at("index").get<size_t>();
            const auto isPlace = [](const Json &number) { return number.is_number_unsigned(); };
            if (index >= mostGroups || !isPlace(group.at("index")) ||
                !std::ranges::all_of(group.at("removed"), isPlace))
                throw Error(ErrorCode::MalformedModel, Message::verbatim("index"));
            if (index >= removed.size())
                removed.resize(index + 1);
            removed[index] = group.at("removed").get<std::vector<size_t>>();
        }
    } catch (const std::exception &) {
        throw Error(ErrorCode::MalformedModel,
                    Message::tr("What {} says of its channels ({}) cannot be read.", file.path().string(),
                                originKey));
    }
    return removed;
}

} // namespace lathe
