#include "core/base/fileio.h"
#include "core/recipe/keys.h"
#include "core/recipe/recipe.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <set>

namespace lathe {
namespace {

using recipe::Key;
using recipe::Method;
using Json = nlohmann::ordered_json;

enum class FieldType { Number, WholeNumber, Share, Boolean, Text };

/// A key of the command line as it stands in JSON: nested under its method.
struct Field {
    Method method;
    std::string_view name;
    Key key;
    FieldType type;
    std::string_view takes;
};
constexpr std::array<Field, 9> fields{{
    {Method::Prune, "ratio", Key::Prune, FieldType::Number, "a number of 0 or more and below 1"},
    {Method::Prune, "method", Key::PruneMethod, FieldType::Text, "\"magnitude\""},
    {Method::Quantize, "bits", Key::Bits, FieldType::WholeNumber, "a whole number from 1 to 8"},
    {Method::Quantize, "symmetric", Key::Symmetric, FieldType::Boolean, "true or false"},
    {Method::Quantize, "granularity", Key::Granularity, FieldType::Text, "\"tensor\" or \"channel\""},
    {Method::Rank, "rank", Key::Rank, FieldType::WholeNumber, "a whole number from 1"},
    {Method::Rank, "share", Key::Rank, FieldType::Share, "a number above 0"},
    {Method::Rank, "energy", Key::RankEnergy, FieldType::Number, "a number above 0 and up to 1"},
    {Method::Rank, "method", Key::RankMethod, FieldType::Text, "\"svd\""},
}};

struct MethodName {
    Method method;
    std::string_view name;
    Key mainKey; ///< that takes "off"
};
constexpr std::array<MethodName, 3> methods{{
    {Method::Prune, "prune", Key::Prune},
    {Method::Quantize, "quantize", Key::Bits},
    {Method::Rank, "rank", Key::Rank},
}};

[[noreturn]] void refuse(const std::string &sentence)
{
    throw Error(ErrorCode::InvalidArgument, sentence);
}

std::string shown(const Json &value)
{
    return value.dump(-1, ' ', false, Json::error_handler_t::replace);
}

template <size_t N>
[[noreturn]] void refuseKey(const std::string &where, const std::string &key,
                            const std::array<std::string_view, N> &known)
{
    refuse(
        fmt::format("{}: there is no key {}; the nearest is {}.", where, key, recipe::nearestOf(key, known)));
}

/// Text of a value as the command line would have it; empty when its type is wrong.
std::string valueText(const Field &field, const Json &value)
{
    switch (field.type) {
    case FieldType::Number:
        return value.is_number() ? recipe::numberText(value.get<double>()) : "";
    case FieldType::Share:
        return value.is_number() ? recipe::percentText(value.get<double>()) : "";
    case FieldType::WholeNumber:
        return value.is_number_integer() ? value.dump() : "";
    case FieldType::Boolean:
        return value.is_boolean() ? value.dump() : "";
    case FieldType::Text:
        return value.is_string() ? value.get<std::string>() : "";
    }
    return {};
}

Change readField(const std::string &where, const MethodName &method, const std::string &name,
                 const Json &value)
{
    const auto field = std::ranges::find_if(
        fields, [&](const Field &f) { return f.method == method.method && f.name == name; });
    if (field == fields.end()) {
        std::vector<std::string_view> known;
        for (const Field &f : fields)
            if (f.method == method.method)
                known.push_back(f.name);
        refuse(fmt::format("{}: {} has no key {}; the nearest is {}.", where, method.name, name,
                           recipe::nearestOf(name, known)));
    }
    const recipe::KeyInfo &info = recipe::infoOf(field->key);
    try {
        const std::string text = valueText(*field, value);
        if (text != recipe::off)
            return {std::string(info.name), recipe::canonicalValue(info, text)};
    } catch (const Error &) { // said below, in the words of the file
    }
    recipe::refuseValue(fmt::format("{}: {}.{}", where, method.name, name), field->takes, shown(value));
}

std::vector<Change> readMethod(const std::string &where, const MethodName &method, const Json &value)
{
    if (value.is_null())
        return {{std::string(recipe::infoOf(method.mainKey).name), std::string(recipe::off)}};
    if (!value.is_object())
        recipe::refuseValue(fmt::format("{}: {}", where, method.name), "an object or null", shown(value));
    if (method.method == Method::Rank &&
        value.contains("rank") + value.contains("share") + value.contains("energy") > 1)
        refuse(fmt::format("{}: rank takes one of the keys rank, share and energy, not several.", where));
    std::vector<Change> changes;
    for (const auto &[name, item] : value.items())
        changes.push_back(readField(where, method, name, item));
    return changes;
}

Rule readRule(const std::string &source, size_t number, const Json &value)
{
    std::string where = fmt::format("{}: rule {}", source, number);
    if (!value.is_object())
        refuse(fmt::format("{} is no object.", where));
    const auto layers = value.find("layers");
    if (layers == value.end() || !layers->is_string() || layers->get<std::string>().empty())
        refuse(fmt::format("{} needs the key layers with a pattern of layer names.", where));
    Rule rule{layers->get<std::string>(), {}};
    where += fmt::format(" ({})", rule.pattern);
    for (const auto &[key, item] : value.items()) {
        if (key == "layers")
            continue;
        const auto method = std::ranges::find(methods, key, &MethodName::name);
        if (method == methods.end())
            refuseKey(where, key, std::array<std::string_view, 4>{"layers", "prune", "quantize", "rank"});
        std::ranges::move(readMethod(where, *method, item), std::back_inserter(rule.changes));
    }
    return canonicalRule(rule);
}

/// Two values for one key would silently become one.
Json parseWithoutDuplicates(std::string_view text, const std::string &source)
{
    std::vector<std::set<std::string>> open;
    const auto watch = [&](int, Json::parse_event_t event, Json &parsed) {
        if (event == Json::parse_event_t::object_start)
            open.emplace_back();
        else if (event == Json::parse_event_t::object_end)
            open.pop_back();
        else if (event == Json::parse_event_t::key && !open.back().insert(parsed.get<std::string>()).second)
            refuse(fmt::format("{}: the key {} is given twice.", source, parsed.get<std::string>()));
        return true;
    };
    try {
        return Json::parse(text, watch);
    } catch (const Json::exception &e) {
        const std::string_view what = e.what();
        const size_t prefix = what.find("] "); // "[json.exception.parse_error.101] "
        refuse(fmt::format("{} is no valid JSON: {}.", source,
                           prefix == std::string_view::npos ? what : what.substr(prefix + 2)));
    }
}

void checkHeader(const Json &root, const std::string &source)
{
    if (!root.is_object() || !root.contains("lathe_recipe"))
        refuse(fmt::format("{} is no Lathe recipe: the key lathe_recipe is missing.", source));
    const Json &version = root.at("lathe_recipe");
    if (!version.is_number_integer() || version.get<int64_t>() < 1)
        recipe::refuseValue(fmt::format("{}: lathe_recipe", source), "the whole number 1", shown(version));
    if (version.get<int64_t>() > Recipe::schemaVersion)
        refuse(fmt::format(
            "{} was written by a newer Lathe: its schema version is {}, this Lathe reads up to {}.", source,
            shown(version), Recipe::schemaVersion));
    for (const auto &[key, item] : root.items())
        if (key != "lathe_recipe" && key != "name" && key != "rules")
            refuseKey(source, key, std::array<std::string_view, 3>{"lathe_recipe", "name", "rules"});
}

Json fieldValue(const Field &field, const std::string &text)
{
    switch (field.type) {
    case FieldType::Number:
    case FieldType::Share:
        return recipe::numberOf(text);
    case FieldType::WholeNumber:
        return static_cast<int64_t>(recipe::numberOf(text));
    case FieldType::Boolean:
        return text == "true";
    case FieldType::Text:
        return text;
    }
    return {};
}

void writeChange(Json &rule, const Change &change)
{
    const recipe::KeyInfo &info = recipe::infoOf(change.key);
    const std::string method(std::ranges::find(methods, info.method, &MethodName::method)->name);
    if (change.value == recipe::off) {
        rule[method] = nullptr;
        return;
    }
    const FieldType rankType = change.value.ends_with('%') ? FieldType::Share : FieldType::WholeNumber;
    const auto field = std::ranges::find_if(fields, [&](const Field &f) {
        return f.key == info.key && (f.key != Key::Rank || f.type == rankType);
    });
    rule[method][std::string(field->name)] = fieldValue(*field, change.value);
}

} // namespace

std::string toJson(const Recipe &recipe)
{
    Json root;
    root["lathe_recipe"] = Recipe::schemaVersion;
    root["name"] = recipe.name;
    root["rules"] = Json::array();
    for (const Rule &rule : recipe.rules) {
        Json object;
        object["layers"] = rule.pattern;
        for (const Change &change : canonicalRule(rule).changes)
            writeChange(object, change);
        root["rules"].push_back(std::move(object));
    }
    return root.dump(2, ' ', false, Json::error_handler_t::replace) + '\n';
}

Recipe recipeFromJson(std::string_view json, const std::string &source)
{
    const Json root = parseWithoutDuplicates(json, source);
    checkHeader(root, source);
    Recipe recipe;
    if (const auto name = root.find("name"); name != root.end()) {
        if (!name->is_string())
            recipe::refuseValue(fmt::format("{}: name", source), "a text", shown(*name));
        recipe.name = name->get<std::string>();
    }
    const auto rules = root.find("rules");
    if (rules == root.end())
        return recipe;
    if (!rules->is_array())
        recipe::refuseValue(fmt::format("{}: rules", source), "a list", shown(*rules));
    for (const Json &rule : *rules)
        recipe.rules.push_back(readRule(source, recipe.rules.size() + 1, rule));
    return recipe;
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
