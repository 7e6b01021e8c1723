// Rules: from text, in canonical form, to text.
#include "core/recipe/keys.h"
#include "core/recipe/recipe.h"

#include <algorithm>
#include <fmt/format.h>
#include <map>

namespace lathe {
namespace {

using recipe::KeyInfo;

[[noreturn]] void refuse(const Message &sentence)
{
    throw Error(ErrorCode::InvalidArgument, sentence);
}

std::string_view trimmed(std::string_view text)
{
    const size_t first = text.find_first_not_of(" \t\n");
    if (first == std::string_view::npos)
        return {};
    return text.substr(first, text.find_last_not_of(" \t\n") - first + 1);
}

Change parseChange(std::string_view text)
{
    const size_t equals = text.find('=');
    if (equals == std::string_view::npos)
        refuse(Message::tr("A rule is PATTERN:key=value,key=value; there is no = in \"{}\".", text));
    return {std::string(trimmed(text.substr(0, equals))), std::string(trimmed(text.substr(equals + 1)))};
}

void refuseContradictions(const std::map<recipe::Key, std::string> &values)
{
    if (values.contains(recipe::Key::Rank) && values.contains(recipe::Key::RankEnergy))
        refuse(Message::tr("rank and rank.energy say the same thing in two ways; a rule takes one of them."));
    using enum recipe::Key;
    if (values.contains(Channels) + values.contains(ChannelsKeep) + values.contains(ChannelsBudget) > 1)
        refuse(Message::tr(
            "channels, channels.keep and channels.budget say how many channels stay in three ways; "
            "a rule takes one of them."));
    const auto switchesOn = [&](recipe::Method method) {
        return std::ranges::any_of(values, [&](const auto &said) {
            const KeyInfo &info = recipe::infoOf(said.first);
            return info.method == method && info.switchesOn && said.second != recipe::off;
        });
    };
    for (const recipe::MethodInfo &one : recipe::allMethods())
        for (const recipe::MethodInfo &other : recipe::allMethods())
            if (one.method < other.method && recipe::excludeEachOther(one.method, other.method) &&
                switchesOn(one.method) && switchesOn(other.method))
                refuse(Message::tr("{} and {} both {}; a rule takes one of them.",
                                   recipe::mainKeyOf(one.method).name, recipe::mainKeyOf(other.method).name,
                                   one.does()));
    for (const auto &[key, value] : values) {
        const KeyInfo &info = recipe::infoOf(key);
        if (!recipe::switchesOff(info, value))
            continue;
        for (const auto &[otherKey, otherValue] : values) {
            const KeyInfo &other = recipe::infoOf(otherKey);
            if (other.method == info.method && other.key != info.key)
                refuse(Message::tr(
                    "{}=off switches everything of its method off; {} has no place beside it in one rule.",
                    info.name, other.name));
        }
    }
}

std::string shellQuoted(std::string_view text)
{
    std::string quoted = "'";
    for (const char c : text)
        quoted += c == '\'' ? std::string("'\\''") : std::string(1, c);
    return quoted + '\'';
}

std::string toText(const Rule &rule)
{
    std::string text = rule.pattern + ':';
    for (const Change &change : rule.changes)
        text += fmt::format("{}{}={}", &change == &rule.changes.front() ? "" : ",", change.key, change.value);
    return text;
}

/// Whether the rule is what --keep PATTERN makes.
bool onlyKeeps(const Rule &rule)
{
    return rule.changes.size() == 1 && rule.changes.front() == keepRule(rule.pattern).changes.front();
}

/// The last colon that a key follows: values may hold colons too (2:4).
size_t endOfPattern(std::string_view text)
{
    for (size_t colon = text.rfind(':'); colon != std::string_view::npos && colon > 0;
         colon = text.rfind(':', colon - 1)) {
        const std::string_view rest = text.substr(colon + 1);
        const size_t equals = rest.find('=');
        if (equals != std::string_view::npos &&
            rest.substr(0, equals).find_first_of(",:") == std::string_view::npos)
            return colon;
    }
    return text.rfind(':');
}

} // namespace

Rule parseRule(std::string_view text)
{
    const size_t colon = endOfPattern(text);
    if (colon == std::string_view::npos || colon == 0)
        refuse(Message::tr("A rule is PATTERN:key=value,key=value; there is no pattern in \"{}\".", text));
    Rule rule{std::string(text.substr(0, colon)), {}};
    std::string_view rest = text.substr(colon + 1);
    if (trimmed(rest).empty())
        refuse(
            Message::tr("A rule is PATTERN:key=value,key=value; nothing follows the colon in \"{}\".", text));
    while (true) {
        const size_t comma = rest.find(',');
        rule.changes.push_back(parseChange(rest.substr(0, comma)));
        if (comma == std::string_view::npos)
            return canonicalRule(rule);
        rest.remove_prefix(comma + 1);
    }
}

Rule canonicalRule(const Rule &rule)
{
    if (rule.pattern.empty())
        refuse(Message::tr("A rule needs a pattern of layer names; * stands for all layers."));
    if (!isUtf8(rule.pattern))
        refuse(Message::tr(
            "A rule's pattern holds bytes that are not UTF-8, which a recipe cannot keep; put ? in their "
            "places."));
    std::map<recipe::Key, std::string> values; // sorted in the table's order
    for (const Change &change : rule.changes) {
        const KeyInfo &info = recipe::infoOf(change.key);
        if (!values.emplace(info.key, recipe::canonicalValue(info, change.value)).second)
            refuse(Message::tr("{} is given twice in one rule.", info.name));
    }
    refuseContradictions(values);
    recipe::complete(values);
    Rule canonical{rule.pattern, {}};
    for (const auto &[key, value] : values)
        canonical.changes.push_back({std::string(recipe::infoOf(key).name), value});
    return canonical;
}

Rule keepRule(const std::string &pattern)
{
    return canonicalRule({pattern, changesFor({.keep = true})});
}

Rule exactRule(const std::string &layerName, const LayerSettings &settings)
{
    Rule rule{globEscaped(layerName), {}};
    // Every key of a method is written out, so nothing that earlier rules say of it comes through.
    const recipe::Draft draft(settings);
    if (settings.keep) // what else is said of the layer may stay: it has no effect
        return {rule.pattern, changesFor(settings)};
    for (const recipe::MethodInfo &method : recipe::allMethods())
        if (!draft.has(method.method))
            rule.changes.push_back(
                {std::string(recipe::mainKeyOf(method.method).name), std::string(recipe::off)});
    for (const KeyInfo &info : recipe::allKeys())
        if (recipe::says(draft, info))
            rule.changes.push_back({std::string(info.name), info.get(draft.values)});
    return canonicalRule(rule);
}

std::string toCommandLine(const Recipe &recipe)
{
    std::string line;
    for (const Rule &rule : recipe.rules) {
        if (rule.changes.empty())
            continue;
        const bool looksLikeOption = rule.pattern.starts_with('-');
        const Rule canonical = canonicalRule(rule);
        const bool keeps = onlyKeeps(canonical);
        line += fmt::format("{}{}{}{}", line.empty() ? "" : " ", keeps ? "--keep" : "--set",
                            looksLikeOption ? "=" : " ",
                            shellQuoted(keeps ? canonical.pattern : toText(canonical)));
    }
    return line;
}

} // namespace lathe
