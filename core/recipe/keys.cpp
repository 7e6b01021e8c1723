#include "core/recipe/keys.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <fmt/format.h>
#include <numeric>
#include <optional>
#include <utility>

namespace lathe::recipe {
namespace {

constexpr std::array<KeyInfo, 8> keys{{
    {Key::Prune, Method::Prune, true, true, "prune", "a share of 0 or more and below 1, as 0.6 or 60%"},
    {Key::PruneMethod, Method::Prune, false, false, "prune.method", "magnitude"},
    {Key::Bits, Method::Quantize, true, true, "bits", "a whole number from 1 to 8"},
    {Key::Symmetric, Method::Quantize, false, false, "symmetric", "true or false"},
    {Key::Granularity, Method::Quantize, false, false, "granularity", "tensor or channel"},
    {Key::Rank, Method::Rank, true, true, "rank",
     "a whole number from 1, or a share of the break-even rank as 50%"},
    {Key::RankEnergy, Method::Rank, true, false, "rank.energy",
     "a share above 0 and up to 1, as 0.95 or 95%"},
    {Key::RankMethod, Method::Rank, false, false, "rank.method", "svd"},
}};

constexpr double largestRank = 1e9;

/// A plain decimal, with or without a percent sign; nothing else (no sign, no exponent).
std::optional<double> readNumber(std::string_view text)
{
    const std::string_view digits = text.ends_with('%') ? text.substr(0, text.size() - 1) : text;
    const auto points = std::ranges::count(digits, '.');
    const auto figures = std::ranges::count_if(digits, [](char c) { return c >= '0' && c <= '9'; });
    if (figures == 0 || points > 1 || figures + points != std::ssize(digits))
        return {};
    const double value = numberOf(text);
    return std::isfinite(value) ? std::optional(value) : std::nullopt;
}

std::optional<std::string> oneOf(std::string_view text, std::initializer_list<std::string_view> choices)
{
    if (std::ranges::find(choices, text) == choices.end())
        return {};
    return std::string(text);
}

std::optional<std::string> wholeNumber(std::string_view text, double lowest, double highest)
{
    const auto value = readNumber(text);
    if (!value || text.ends_with('%') || text.find('.') != std::string_view::npos || *value < lowest ||
        *value > highest)
        return {};
    return numberText(*value);
}

std::optional<std::string> readRank(std::string_view text)
{
    if (!text.ends_with('%'))
        return wholeNumber(text, 1, largestRank);
    const auto share = readNumber(text);
    return share && *share > 0.0 && *share < largestRank ? std::optional(percentText(*share)) : std::nullopt;
}

std::optional<std::string> readValue(const KeyInfo &info, std::string_view text)
{
    if (info.canBeOff && text == off)
        return std::string(off);
    const auto number = readNumber(text);
    switch (info.key) {
    case Key::Prune:
        return number && *number < 1.0 ? std::optional(numberText(*number)) : std::nullopt;
    case Key::PruneMethod:
        return oneOf(text, {"magnitude"});
    case Key::Bits:
        return wholeNumber(text, 1, 8);
    case Key::Symmetric:
        return oneOf(text, {"true", "false"});
    case Key::Granularity:
        return oneOf(text, {"tensor", "channel"});
    case Key::Rank:
        return readRank(text);
    case Key::RankEnergy:
        return number && *number > 0.0 && *number <= 1.0 ? std::optional(numberText(*number)) : std::nullopt;
    case Key::RankMethod:
        return oneOf(text, {"svd"});
    }
    return {};
}

/// Levenshtein distance.
size_t editDistance(std::string_view a, std::string_view b)
{
    std::vector<size_t> row(b.size() + 1);
    std::iota(row.begin(), row.end(), size_t(0));
    for (size_t i = 0; i < a.size(); ++i) {
        size_t diagonal = std::exchange(row[0], i + 1);
        for (size_t j = 0; j < b.size(); ++j) {
            const size_t replaced = diagonal + (a[i] == b[j] ? 0 : 1);
            diagonal = row[j + 1];
            row[j + 1] = std::min({replaced, row[j] + 1, row[j + 1] + 1});
        }
    }
    return row.back();
}

} // namespace

std::span<const KeyInfo> allKeys()
{
    return keys;
}

const KeyInfo &infoOf(Key key)
{
    return *std::ranges::find(keys, key, &KeyInfo::key);
}

const KeyInfo &infoOf(std::string_view name)
{
    const auto found = std::ranges::find(keys, name, &KeyInfo::name);
    if (found != keys.end())
        return *found;
    std::array<std::string_view, keys.size()> names;
    std::ranges::transform(keys, names.begin(), &KeyInfo::name);
    throw Error(ErrorCode::InvalidArgument,
                fmt::format("There is no recipe key {}; the nearest is {}.", name.empty() ? "\"\"" : name,
                            nearestOf(name, names)));
}

std::string canonicalValue(const KeyInfo &info, std::string_view text)
{
    if (auto value = readValue(info, text))
        return *value;
    refuseValue(info.name, info.takes, text);
}

void refuseValue(std::string_view shownAs, std::string_view takes, std::string_view text)
{
    throw Error(ErrorCode::InvalidArgument,
                fmt::format("{} takes {}, not {}.", shownAs, takes, text.empty() ? "\"\"" : text));
}

std::string_view nearestOf(std::string_view text, std::span<const std::string_view> candidates)
{
    return *std::ranges::min_element(candidates, {},
                                     [&](std::string_view c) { return editDistance(text, c); });
}

} // namespace lathe::recipe
