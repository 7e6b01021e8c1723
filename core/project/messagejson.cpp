#include "core/project/messagejson.h"

#include <nlohmann/json.hpp>

namespace lathe {
namespace {

using Json = nlohmann::ordered_json;

constexpr int mostLevels = 16; ///< messages in messages

Json jsonOf(const Message &message)
{
    if (message.pattern().empty())
        return message.text();
    Json arguments = Json::array();
    for (const Message::Argument &argument : message.arguments())
        arguments.push_back(argument.message.empty() ? Json(argument.text) : jsonOf(argument.message));
    return {{"text", message.pattern()}, {"arguments", std::move(arguments)}};
}

Message messageOf(const Json &json, int levels)
{
    if (json.is_string())
        return Message::verbatim(json.get<std::string>());
    if (!json.is_object() || levels == 0)
        return {};
    const auto text = json.find("text"), given = json.find("arguments");
    if (text == json.end() || !text->is_string() || given == json.end() || !given->is_array())
        return {};
    std::vector<Message::Argument> arguments;
    for (const Json &argument : *given)
        if (argument.is_string())
            arguments.push_back({argument.get<std::string>(), {}});
        else
            arguments.push_back({{}, messageOf(argument, levels - 1)});
    return Message::of(text->get<std::string>(), std::move(arguments));
}

} // namespace

std::string toJson(const Message &message)
{
    return jsonOf(message).dump(-1, ' ', false, Json::error_handler_t::replace);
}

Message messageFromJson(std::string_view json)
{
    const Json parsed = Json::parse(json, nullptr, false);
    return messageOf(parsed, mostLevels);
}

} // namespace lathe
