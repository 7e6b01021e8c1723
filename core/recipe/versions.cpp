#include "core/recipe/versions.h"

#include "core/recipe/keys.h"

#include <algorithm>
#include <span>

namespace lathe::recipe {
namespace {

const std::string_view biasKey = "bias_correction";

const Change *find(const Rule &rule, std::string_view key)
{
    const auto found = std::ranges::find(rule.changes, key, &Change::key);
    return found != rule.changes.end() ? &*found : nullptr;
}

bool quantizes(const Rule &rule)
{
    const Change *bits = find(rule, "bits");
    return bits && bits->value != off;
}

/// Quantization is switched off, and its keys are again as without any rule.
bool resets(const Rule &rule)
{
    const Change *bits = find(rule, "bits");
    return bits && bits->value == off;
}

/// Whether a layer may be quantized by the rules from here on without a word on its bias.
bool leavesBiasOpen(std::span<const Rule> rules)
{
    return std::ranges::any_of(rules,
                               [](const Rule &rule) { return quantizes(rule) && !find(rule, biasKey); });
}

Rule corrected(const std::string &pattern, const std::string &value)
{
    return {pattern, {{std::string(biasKey), value}}};
}

Rule uncorrected(const std::string &pattern)
{
    return corrected(pattern, std::string(off));
}

std::vector<Rule> fromFirst(const std::vector<Rule> &rules)
{
    return withBiasDefault(rules, std::string(off));
}

/// The rules without those that fromFirst() adds.
std::vector<Rule> asFirst(const std::vector<Rule> &rules)
{
    std::vector<Rule> result;
    for (size_t i = 0; i < rules.size(); ++i) {
        const bool added = i == 0 ? rules[i] == uncorrected("*")
                                  : resets(rules[i - 1]) && rules[i] == uncorrected(rules[i - 1].pattern);
        if (!added)
            result.push_back(rules[i]);
    }
    return result;
}

bool narrows(const Rule &rule)
{
    return std::ranges::any_of(rule.changes, [](const Change &change) {
        const auto method = infoOf(change.key).method;
        return method == Method::Channels || method == Method::Drop;
    });
}

bool knownToFirst(const std::vector<Rule> &rules)
{
    return std::ranges::none_of(rules, [](const Rule &rule) {
        const Change *bias = find(rule, biasKey);
        return bias && bias->value != off && bias->value != "data";
    });
}

} // namespace

std::vector<Rule> withBiasDefault(const std::vector<Rule> &rules, const std::string &value)
{
    std::vector<Rule> result;
    if (leavesBiasOpen(rules))
        result.push_back(corrected("*", value));
    for (size_t i = 0; i < rules.size(); ++i) {
        result.push_back(rules[i]);
        if (resets(rules[i]) && leavesBiasOpen(std::span(rules).subspan(i + 1)))
            result.push_back(corrected(rules[i].pattern, value));
    }
    return result;
}

std::vector<Rule> fromVersion(int version, std::vector<Rule> rules)
{
    return version == 1 ? fromFirst(rules) : rules;
}

VersionedRules inLowestVersion(const std::vector<Rule> &rules)
{
    std::vector<Rule> canonical;
    std::ranges::transform(rules, std::back_inserter(canonical), canonicalRule);
    if (std::ranges::any_of(canonical, narrows))
        return {4, canonical};
    if (std::ranges::any_of(canonical, [](const Rule &rule) { return find(rule, "keep") != nullptr; }))
        return {3, canonical};
    for (const std::vector<Rule> &first : {asFirst(canonical), canonical})
        if (knownToFirst(first) && fromFirst(first) == canonical)
            return {1, first};
    return {2, canonical};
}

} // namespace lathe::recipe
