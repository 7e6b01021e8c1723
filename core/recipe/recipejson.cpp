#include "core/base/fileio.h"
#include "core/recipe/keys.h"
#include "core/recipe/recipe.h"
#include "core/recipe/uniquekeys.h"
#include "core/recipe/versions.h"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

namespace lathe {
namespace {

using recipe::Key;
using recipe::Method;
using Json = nlohmann::ordered_json;

using recipe::JsonType;
using recipe::KeyInfo;
using recipe::MethodInfo;

/// A key as it stands in JSON: nested under its method. A rank is a key for each way of saying it.
struct Field {
    const KeyInfo *info;
    std::string_view name;
    JsonType type;
    Message takes;
};

/// What a key takes, in the words of a file: texts quoted, no share in percent.
Message takesInJson(const KeyInfo &info)
{
    if (info.jsonType == JsonType::Number)
        return Message::tr("a number {}", info.takes());
    const bool isText = info.jsonType == JsonType::Text || info.jsonType == JsonType::TextOrBoolean;
    return isText && !info.choices.empty() ? recipe::listed(info.choices, "\"") : recipe::valuesOf(info);
}

/// @param method null: of the rule itself
std::vector<Field> fieldsOf(std::optional<Method> method)
{
    std::vector<Field> fields;
    for (const KeyInfo &info : recipe::allKeys())
        if (info.method == method)
            fields.push_back({&info, info.jsonName, info.jsonType, takesInJson(info)});
    if (method == Method::Rank) {
        fields.front().takes = Message::tr("a whole number from 1");
        fields.push_back({fields.front().info, "share", JsonType::Share, Message::tr("a number above 0")});
    }
    return fields;
}

[[noreturn]] void refuse(const Message &sentence)
{
    throw Error(ErrorCode::InvalidArgument, sentence);
}

std::string shown(const Json &value)
{
    return value.dump(-1, ' ', false, Json::error_handler_t::replace);
}

[[noreturn]] void refuseKey(const Message &where, const std::string &key,
                            const std::vector<std::string_view> &known)
{
    refuse(
        Message::tr("{}: there is no key {}; the nearest is {}.", where, key, recipe::nearestOf(key, known)));
}

/// Text of a value as the command line would have it; empty when its type is wrong.
std::string valueText(const Field &field, const Json &value)
{
    const auto dumpedWhole = [&] { return value.is_number_integer() ? value.dump() : std::string(); };
    switch (field.type) {
    case JsonType::Number:
        return value.is_number() ? recipe::numberText(value.get<double>()) : "";
    case JsonType::Share:
        return value.is_number() ? recipe::percentText(value.get<double>()) : "";
    case JsonType::WholeNumber:
        return dumpedWhole();
    case JsonType::WholeNumberOrWord: {
        const std::string word = value.is_string() ? value.get<std::string>() : std::string();
        return word.find_first_of("0123456789") == std::string::npos && !word.empty() ? word : dumpedWhole();
    }
    case JsonType::Boolean:
        return value.is_boolean() ? value.dump() : "";
    case JsonType::TextOrBoolean:
        if (value.is_boolean())
            return value.dump();
        [[fallthrough]];
    case JsonType::Text:
        return value.is_string() ? value.get<std::string>() : "";
    }
    return {};
}

/// @param where with the name of the field
Change readValue(const Message &where, const Field &field, const Json &value)
{
    try {
        const std::string text = valueText(field, value);
        if (text != recipe::off || !field.info->canBeOff)
            return {std::string(field.info->name), recipe::canonicalValue(*field.info, text)};
    } catch (const Error &) { // said below, in the words of the file
    }
    recipe::refuseValue(where, field.takes, shown(value));
}

Change readField(const Message &where, const MethodInfo &method, const std::string &name, const Json &value)
{
    const std::vector<Field> fields = fieldsOf(method.method);
    const auto field = std::ranges::find(fields, name, &Field::name);
    if (field == fields.end()) {
        std::vector<std::string_view> known;
        for (const Field &f : fields)
            known.push_back(f.name);
        refuse(Message::tr("{}: {} has no key {}; the nearest is {}.", where, method.name, name,
                           recipe::nearestOf(name, known)));
    }
    return readValue(Message::tr("{}: {}.{}", where, method.name, name), *field, value);
}

std::vector<Change> readMethod(const Message &where, const MethodInfo &method, const Json &value)
{
    if (value.is_null())
        return {{std::string(recipe::mainKeyOf(method.method).name), std::string(recipe::off)}};
    if (!value.is_object())
        recipe::refuseValue(Message::tr("{}: {}", where, method.name), Message::tr("an object or null"),
                            shown(value));
    if (method.method == Method::Rank &&
        value.contains("rank") + value.contains("share") + value.contains("energy") > 1)
        refuse(Message::tr("{}: rank takes one of the keys rank, share and energy, not several.", where));
    if (method.method == Method::Channels &&
        value.contains("ratio") + value.contains("keep") + value.contains("budget") > 1)
        refuse(Message::tr("{}: channels takes one of the keys ratio, keep and budget, not several.", where));
    std::vector<Change> changes;
    for (const auto &[name, item] : value.items())
        changes.push_back(readField(where, method, name, item));
    return changes;
}

Rule readRule(const std::string &source, size_t number, const Json &value)
{
    Message where = Message::tr("{}: rule {}", source, number);
    if (!value.is_object())
        refuse(Message::tr("{} is no object.", where));
    const auto layers = value.find("layers");
    if (layers == value.end() || !layers->is_string() || layers->get<std::string>().empty())
        refuse(Message::tr("{} needs the key layers with a pattern of layer names.", where));
    Rule rule{layers->get<std::string>(), {}};
    where = Message::tr("{} ({})", where, rule.pattern);
    const std::vector<Field> own = fieldsOf(std::nullopt);
    for (const auto &[key, item] : value.items()) {
        if (key == "layers")
            continue;
        if (const auto field = std::ranges::find(own, key, &Field::name); field != own.end()) {
            rule.changes.push_back(readValue(Message::tr("{}: {}", where, key), *field, item));
            continue;
        }
        const auto method = std::ranges::find(recipe::allMethods(), key, &MethodInfo::name);
        if (method == recipe::allMethods().end()) {
            std::vector<std::string_view> known{"layers"};
            std::ranges::transform(own, std::back_inserter(known), &Field::name);
            std::ranges::transform(recipe::allMethods(), std::back_inserter(known), &MethodInfo::name);
            refuseKey(where, key, known);
        }
        std::ranges::move(readMethod(where, *method, item), std::back_inserter(rule.changes));
    }
    return canonicalRule(rule);
}

void checkHeader(const Json &root, const std::string &source)
{
    if (!root.is_object() || !root.contains("lathe_recipe"))
        refuse(Message::tr("{} is no Lathe recipe: the key lathe_recipe is missing.", source));
    const Json &version = root.at("lathe_recipe");
    if (!version.is_number_integer() || version.get<int64_t>() < 1)
        recipe::refuseValue(Message::tr("{}: lathe_recipe", source),
                            Message::tr("a whole number from 1 to {}", Recipe::schemaVersion),
                            shown(version));
    if (version.get<int64_t>() > Recipe::schemaVersion)
        refuse(Message::tr(
            "{} was written by a newer Lathe: its schema version is {}, this Lathe reads up to {}.", source,
            shown(version), Recipe::schemaVersion));
    for (const auto &[key, item] : root.items())
        if (key != "lathe_recipe" && key != "name" && key != "rules")
            refuseKey(Message::verbatim(source), key, {"lathe_recipe", "name", "rules"});
}

Json jsonOf(const KeyInfo &info, const std::string &text, int version)
{
    if (info.jsonType == JsonType::TextOrBoolean && version == 1)
        return text != recipe::off;
    return std::visit([](const auto &value) { return Json(value); }, recipe::typedValue(info, text));
}

void writeChange(Json &rule, const Change &change, int version)
{
    const KeyInfo &info = recipe::infoOf(change.key);
    if (!info.method) {
        rule[std::string(info.jsonName)] = jsonOf(info, change.value, version);
        return;
    }
    const std::string method(recipe::infoOf(*info.method).name);
    if (recipe::switchesOff(info, change.value)) {
        rule[method] = nullptr;
        return;
    }
    const std::vector<Field> fields = fieldsOf(info.method);
    const bool isShare = info.key == Key::Rank && change.value.ends_with('%');
    const auto field = std::ranges::find_if(
        fields, [&](const Field &f) { return f.info == &info && (f.type == JsonType::Share) == isShare; });
    rule[method][std::string(field->name)] = jsonOf(info, change.value, version);
}

Json writeRule(const Rule &rule, int version)
{
    Json object;
    object["layers"] = rule.pattern;
    for (const Change &change : canonicalRule(rule).changes)
        writeChange(object, change, version);
    return object;
}

std::string textOf(const Json &json)
{
    return json.dump(2, ' ', false, Json::error_handler_t::replace) + '\n';
}

std::vector<Rule> readRules(const std::string &source, const Json &list)
{
    std::vector<Rule> rules;
    for (const Json &rule : list)
        rules.push_back(readRule(source, rules.size() + 1, rule));
    return rules;
}

Recipe readRecipe(const std::string &source, const Json &root)
{
    checkHeader(root, source);
    Recipe recipe;
    if (const auto name = root.find("name"); name != root.end()) {
        if (!name->is_string())
            recipe::refuseValue(Message::tr("{}: name", source), Message::tr("a text"), shown(*name));
        recipe.name = name->get<std::string>();
    }
    const auto rules = root.find("rules");
    if (rules == root.end())
        return recipe;
    if (!rules->is_array())
        recipe::refuseValue(Message::tr("{}: rules", source), Message::tr("a list"), shown(*rules));
    recipe.rules = recipe::fromVersion(root.at("lathe_recipe").get<int>(), readRules(source, *rules));
    return recipe;
}

} // namespace

std::string toJson(const Recipe &recipe)
{
    Json root;
    const recipe::VersionedRules written = recipe::inLowestVersion(recipe.rules);
    root["lathe_recipe"] = written.version;
    root["name"] = recipe.name;
    root["rules"] = Json::array();
    for (const Rule &rule : written.rules)
        root["rules"].push_back(writeRule(rule, written.version));
    return textOf(root);
}

std::string toJson(const Rule &rule)
{
    return textOf(writeRule(rule, Recipe::schemaVersion));
}

Recipe recipeFromJson(std::string_view json, const std::string &source)
{
    return readRecipe(source, parseWithUniqueKeys(json, source));
}

std::vector<Rule> rulesFromJson(std::string_view json, const std::string &source)
{
    const Json root = parseWithUniqueKeys(json, source);
    if (root.is_array())
        return readRules(source, root);
    if (root.is_object() && root.contains("layers"))
        return {readRule(source, 1, root)};
    return readRecipe(source, root).rules;
}

Recipe loadRecipe(const std::filesystem::path &path)
{
    return recipeFromJson(readFile(path), path.string());
}

void saveRecipe(const Recipe &recipe, const std::filesystem::path &path)
{
    writeFileAtomically(path, toJson(recipe));
}

} // namespace lathe
