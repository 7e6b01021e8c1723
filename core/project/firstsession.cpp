#include "core/project/firstsession.h"

#include "core/measure/jsonvalues.h"
#include "core/project/salvage.h"

#include <fmt/format.h>
#include <sstream>

namespace lathe {
namespace {

using Json = nlohmann::ordered_json;

Json take(Json &object, const char *key)
{
    const auto found = object.find(key);
    return found == object.end() ? Json() : std::move(*found);
}

/// Null where it is damaged: 0.1.0 wrote whole files.
Json parse(std::string_view json)
{
    project::Salvaged read = project::salvage(json);
    return read.whole ? std::move(read.value) : Json();
}

/// Recipes stood as text in the text.
Json recipeOf(const Json &object)
{
    return parse(text(object, "recipe"));
}

/// "SIZE CHANGED"
Json modelOf(Json &root)
{
    std::istringstream words(text(root, "fingerprint"));
    uint64_t bytes = 0;
    int64_t changed = 0;
    words >> bytes >> changed;
    return {{"path", take(root, "model")}, {"size_bytes", bytes}, {"changed", changed}};
}

} // namespace

ReadProject projectFromFirstSession(std::string_view json, const std::string &source)
{
    Json session = parse(json);
    if (!session.is_object() || take(session, "lathe_session") != 1)
        throw Error(ErrorCode::MalformedData, Message::tr("{} is not a session of Lathe 0.1.0.", source));
    Json project{{"lathe_project", projectVersion},
                 {"model", modelOf(session)},
                 {"recipe", recipeOf(session)},
                 {"recipe_file", take(session, "recipe_path")},
                 {"derived_from", take(session, "derived_from")},
                 {"variants", take(session, "variants")}};
    for (Json &variant : project["variants"])
        if (variant.is_object()) {
            variant["recipe"] = recipeOf(variant);
            variant["measured"] = take(variant, "figures");
        }
    // All its paths are absolute: no folder is asked for.
    return projectFromJson(project.dump(-1, ' ', false, Json::error_handler_t::replace), {}, source);
}

} // namespace lathe
