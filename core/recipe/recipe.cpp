#include "core/recipe/recipe.h"

#include "core/recipe/keys.h"
#include "core/recipe/versions.h"

#include <algorithm>
#include <functional>

namespace lathe {
namespace {

using recipe::Draft;
using recipe::Key;
using recipe::KeyInfo;

Draft resolved(const std::vector<Rule> &rules, const std::string &layerName)
{
    Draft draft;
    for (const Rule &rule : rules)
        if (globMatches(rule.pattern, layerName))
            for (const Change &change : rule.changes)
                recipe::apply(draft, change);
    return draft;
}

/// What must be said of a method so that it comes out as wanted after what the rules before have said.
void addDifferences(Rule &rule, const Draft &before, const Draft &wanted, recipe::Method method)
{
    if (!wanted.has(method)) {
        if (before.has(method))
            rule.changes.push_back({std::string(recipe::mainKeyOf(method).name), std::string(recipe::off)});
        return;
    }
    for (const KeyInfo &info : recipe::allKeys())
        if (info.method == method && recipe::says(wanted, info) &&
            (info.switchesOn || info.get(before.values) != info.get(wanted.values)))
            rule.changes.push_back({std::string(info.name), info.get(wanted.values)});
}

Change keepChange(bool keep)
{
    return {std::string(recipe::infoOf(Key::Keep).name), keep ? "true" : "false"};
}

bool saysKeep(const Rule &rule)
{
    return std::ranges::find(rule.changes, keepChange(true).key, &Change::key) != rule.changes.end();
}

/// Rules that said nothing else are gone.
void forgetKeep(std::vector<Rule> &rules, const std::function<bool(const Rule &)> &of)
{
    std::vector<Rule> left;
    for (Rule &rule : rules) {
        const bool told = saysKeep(rule) && of(rule);
        if (told)
            std::erase_if(rule.changes,
                          [](const Change &change) { return change.key == keepChange(true).key; });
        if (!told || !rule.changes.empty())
            left.push_back(std::move(rule));
    }
    rules = std::move(left);
}

/// Into the layer's own rule, where that is the last to say something of it.
void sayKeep(std::vector<Rule> &rules, const std::string &layerName, bool keep)
{
    const std::string pattern = globEscaped(layerName);
    forgetKeep(rules, [&](const Rule &rule) { return rule.pattern == pattern; });
    if (resolved(rules, layerName).values.keep == keep)
        return;
    const auto last = std::find_if(rules.rbegin(), rules.rend(), [&](const Rule &rule) {
        return rule.pattern == pattern || (saysKeep(rule) && globMatches(rule.pattern, layerName));
    });
    if (last != rules.rend() && last->pattern == pattern)
        last->changes.push_back(keepChange(keep)); // the last of a canonical rule
    else
        rules.push_back({pattern, {keepChange(keep)}});
}

} // namespace

std::vector<Change> changesFor(const LayerSettings &settings)
{
    if (settings.keep)
        return {keepChange(true)};
    Rule rule;
    for (const recipe::MethodInfo &method : recipe::allMethods())
        addDifferences(rule, Draft(), Draft(settings), method.method);
    return rule.changes;
}

std::vector<LayerSettings> Recipe::resolve(const std::vector<std::string> &layerNames) const
{
    std::vector<LayerSettings> settings;
    settings.reserve(layerNames.size());
    for (const std::string &name : layerNames)
        settings.push_back(resolved(rules, name).settings());
    return settings;
}

std::vector<std::string> Recipe::unmatchedPatterns(const std::vector<std::string> &layerNames) const
{
    std::vector<std::string> unmatched;
    for (const Rule &rule : rules)
        if (std::ranges::none_of(layerNames,
                                 [&](const std::string &name) { return globMatches(rule.pattern, name); }))
            unmatched.push_back(rule.pattern);
    return unmatched;
}

Recipe Recipe::withLayer(const std::string &layerName, const LayerSettings &settings) const
{
    if (settings.keep)
        return withKept({layerName}, {true});
    Recipe changed = *this;
    const std::string pattern = exactRule(layerName, settings).pattern; // refuses what is out of range
    std::erase_if(changed.rules, [&](const Rule &rule) { return rule.pattern == pattern; });
    const Draft before = resolved(changed.rules, layerName);
    Rule own{pattern, {}};
    if (before.values.keep)
        own.changes.push_back(keepChange(false));
    for (const recipe::MethodInfo &method : recipe::allMethods())
        addDifferences(own, before, Draft(settings), method.method);
    if (!own.changes.empty())
        changed.rules.push_back(canonicalRule(own));
    return changed;
}

Recipe Recipe::withKept(const std::vector<std::string> &layerNames, const std::vector<bool> &kept) const
{
    Recipe changed = *this;
    std::vector<size_t> other; // layers of which something else is wanted than is so
    for (size_t i = 0; i < layerNames.size(); ++i)
        if (resolved(rules, layerNames[i]).values.keep != kept[i])
            other.push_back(i);
    const bool agree = std::ranges::adjacent_find(kept, std::not_equal_to()) == kept.end();
    if (agree && kept.size() > 1 && !other.empty()) {
        forgetKeep(changed.rules, [](const Rule &) { return true; });
        if (kept.front())
            changed.rules.push_back({"*", {keepChange(true)}});
        return changed;
    }
    for (const size_t i : other)
        sayKeep(changed.rules, layerNames[i], kept[i]);
    return changed;
}

Recipe Recipe::withBiasCorrection(const std::vector<std::string> &layerNames,
                                  const std::vector<BiasCorrection> &outcomes) const
{
    const KeyInfo &info = recipe::infoOf(recipe::Key::BiasCorrection);
    const auto said = [&](const std::string &pattern, BiasCorrection outcome) {
        return Rule{pattern, {{std::string(info.name), std::string(nameOf(outcome))}}};
    };
    // No ranges::max: Clang 14, which fuzzes, does not take GCC 12's.
    const auto most = std::max({BiasCorrection::Off, BiasCorrection::Data, BiasCorrection::Constants},
                               [&](BiasCorrection a, BiasCorrection b) {
                                   return std::ranges::count(outcomes, a) < std::ranges::count(outcomes, b);
                               });
    if (std::ranges::count(outcomes, most) == 0)
        return *this;
    Recipe changed = *this;
    for (Rule &rule : changed.rules)
        for (Change &change : rule.changes)
            if (change.key == info.name && change.value == nameOf(BiasCorrection::Auto))
                change.value = nameOf(most);
    changed.rules = recipe::withBiasDefault(changed.rules, std::string(nameOf(most)));
    for (size_t i = 0; i < layerNames.size(); ++i)
        if (outcomes[i] != most && outcomes[i] != BiasCorrection::Auto)
            changed.rules.push_back(said(globEscaped(layerNames[i]), outcomes[i]));
    return changed;
}

bool Recipe::isResolutionOf(const Recipe &asked, const std::vector<std::string> &layerNames) const
{
    const std::vector<LayerSettings> own = resolve(layerNames);
    std::vector<LayerSettings> other = asked.resolve(layerNames);
    for (size_t i = 0; i < own.size(); ++i)
        if (own[i].quantize && other[i].quantize && other[i].quantize->biasCorrection == BiasCorrection::Auto)
            other[i].quantize->biasCorrection = own[i].quantize->biasCorrection;
    return name == asked.name && own == other;
}

} // namespace lathe
