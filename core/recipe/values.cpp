// Values of recipe keys: from text, in canonical form; what one of them says about another.
#include "core/recipe/keys.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <fmt/format.h>
#include <numeric>
#include <utility>

namespace lathe::recipe {
namespace {

constexpr double largestRank = 1e9;
constexpr int largestPattern = 1024;

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

std::optional<std::string> wholeNumber(std::string_view text, double lowest, double highest)
{
    const auto value = readNumber(text);
    if (!value || text.ends_with('%') || text.find('.') != std::string_view::npos || *value < lowest ||
        *value > highest)
        return {};
    return numberText(*value);
}

std::optional<std::string> wholeNumberOr(std::string_view word, std::string_view text, double lowest,
                                         double highest)
{
    return text == word ? std::optional(std::string(word)) : wholeNumber(text, lowest, highest);
}

std::optional<std::string> readRank(std::string_view text)
{
    if (!text.ends_with('%'))
        return wholeNumber(text, 1, largestRank);
    const auto share = readNumber(text);
    return share && *share > 0.0 && *share < largestRank ? std::optional(percentText(*share)) : std::nullopt;
}

std::optional<std::string> shareIn(std::string_view text, double above, double upTo)
{
    const auto number = readNumber(text);
    return number && *number > above && *number <= upTo ? std::optional(numberText(*number)) : std::nullopt;
}

/// "macs:50%" or "macs:0.5"
std::optional<std::string> readBudget(std::string_view text)
{
    const size_t colon = text.find(':');
    const std::string_view of = text.substr(0, colon);
    if (colon == std::string_view::npos || (of != "macs" && of != "bytes" && of != "latency"))
        return {};
    const auto share = shareIn(text.substr(colon + 1), 0.0, 1.0);
    return share ? std::optional(fmt::format("{}:{}", of, percentText(numberOf(*share)))) : std::nullopt;
}

std::optional<std::string> readSeparable(std::string_view text)
{
    if (text == "true" || text == "weights")
        return "weights";
    if (text == "false")
        return std::string(off);
    return text == "activations" ? std::optional<std::string>(text) : std::nullopt;
}

std::optional<std::string> readValue(const KeyInfo &info, std::string_view text)
{
    if (info.canBeOff && text == off)
        return std::string(off);
    if (info.key == Key::BiasCorrection && (text == "true" || text == "false")) // of version 1
        return text == "true" ? "data" : std::string(off);
    if (info.key == Key::Drop && (text == "true" || text == "false"))
        return text == "true" ? std::string(info.choices.front()) : std::string(off);
    if (!info.choices.empty())
        return std::ranges::find(info.choices, text) != info.choices.end() ? std::optional(std::string(text))
                                                                           : std::nullopt;
    switch (info.key) {
    case Key::Prune:
    case Key::Channels: {
        const auto number = readNumber(text);
        return number && *number < 1.0 ? std::optional(numberText(*number)) : std::nullopt;
    }
    case Key::PrunePattern: {
        const auto pattern = readPattern(text);
        return pattern ? std::optional(patternText(*pattern)) : std::nullopt;
    }
    case Key::Bits:
        return text == "16" ? std::optional<std::string>(text) : wholeNumber(text, 1, 8);
    case Key::Group:
        return wholeNumber(text, 2, largestRank);
    case Key::Percentile:
        return shareIn(text, 0.5, 1.0);
    case Key::Rank:
        return readRank(text);
    case Key::RankEnergy:
        return shareIn(text, 0.0, 1.0);
    case Key::RankBits:
        return wholeNumberOr("as_layer", text, 1, 8);
    case Key::ResidualBits:
        return wholeNumberOr("none", text, 1, 8);
    case Key::Clusters:
        return wholeNumber(text, 2, 256);
    case Key::ClustersGroup:
        return wholeNumberOr("all", text, 1, largestRank);
    case Key::Separable:
        return readSeparable(text);
    case Key::ChannelsKeep:
    case Key::ChannelsMin:
        return wholeNumber(text, 1, largestRank);
    case Key::ChannelsBudget:
        return readBudget(text);
    case Key::ChannelsRound:
        return wholeNumberOr("auto", text, 1, 1024);
    default: // the keys with choices
        return {};
    }
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

std::optional<int> readSide(std::string_view text)
{
    int value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    const bool whole = error == std::errc() && end == text.data() + text.size();
    return whole && value >= 1 && value <= largestPattern ? std::optional(value) : std::nullopt;
}

/// `key` gets the value, or has it already.
void require(std::map<Key, std::string> &values, Key key, const std::string &value,
             const std::string &because)
{
    const auto [place, added] = values.emplace(key, value);
    if (!added && place->second != value)
        throw Error(ErrorCode::InvalidArgument,
                    Message::tr("{}={} and {} contradict each other: that is {}={}.", infoOf(key).name,
                                place->second, because, infoOf(key).name, value));
}

} // namespace

std::optional<PrunePattern> readPattern(std::string_view text)
{
    using Kind = PrunePattern::Kind;
    if (text == "none")
        return PrunePattern();
    const size_t sign = text.find_first_of(":x");
    if (sign == std::string_view::npos)
        return {};
    const auto first = readSide(text.substr(0, sign));
    const auto second = readSide(text.substr(sign + 1));
    const Kind kind = text[sign] == ':' ? Kind::NofM : Kind::Block;
    if (!first || !second || (kind == Kind::NofM && *first >= *second))
        return {};
    if (kind == Kind::Block && *first == 1 && *second == 1)
        return PrunePattern();
    return PrunePattern{kind, *first, *second};
}

std::string patternText(const PrunePattern &pattern)
{
    if (pattern.kind == PrunePattern::Kind::Single)
        return "none";
    const char sign = pattern.kind == PrunePattern::Kind::NofM ? ':' : 'x';
    return fmt::format("{}{}{}", pattern.first, sign, pattern.second);
}

void complete(std::map<Key, std::string> &values)
{
    const auto valueOf = [&](Key key) { return values.contains(key) ? values.at(key) : std::string(); };
    if (const std::string pattern = valueOf(Key::PrunePattern); pattern.find(':') != std::string::npos) {
        const PrunePattern p = *readPattern(pattern);
        require(values, Key::Prune, numberText(1.0 - static_cast<double>(p.first) / p.second),
                "prune.pattern=" + pattern);
    }
    const std::string format = valueOf(Key::Format);
    if (!format.empty() && format != "uniform") {
        LayerSettings settings{.quantize = QuantizeSettings()};
        infoOf(Key::Format).set(settings, format);
        require(values, Key::Bits, fmt::format("{}", bitsOfFormat(settings.quantize->format)),
                "format=" + format);
    } else if (valueOf(Key::Bits) == "16") {
        throw Error(
            ErrorCode::InvalidArgument,
            Message::tr(
                "bits=16 needs format=fp16 or format=bf16 beside it; without one, bits goes up to 8."));
    }
    if (values.contains(Key::Group))
        require(values, Key::Granularity, "group", "group=" + valueOf(Key::Group));
}

std::string canonicalValue(const KeyInfo &info, std::string_view text)
{
    if (auto value = readValue(info, text))
        return *value;
    refuseValue(Message::verbatim(std::string(info.name)), valuesOf(info), text);
}

Message listed(Choices choices, std::string_view quote)
{
    std::vector<std::string> quoted;
    for (const std::string_view choice : choices)
        quoted.push_back(fmt::format("{0}{1}{0}", quote, choice));
    const std::string last = std::move(quoted.back());
    quoted.pop_back();
    return quoted.empty() ? Message::verbatim(last) : Message::tr("{} or {}", fmt::join(quoted, ", "), last);
}

Message valuesOf(const KeyInfo &info)
{
    if (!info.example.empty())
        return Message::tr("a share {}, as {}", info.takes(), info.example);
    return info.takes ? info.takes() : listed(info.choices);
}

TypedValue typedValue(const KeyInfo &info, const std::string &canonical)
{
    switch (info.jsonType) {
    case JsonType::Number:
    case JsonType::Share:
        return numberOf(canonical);
    case JsonType::WholeNumberOrWord:
        if (canonical.find_first_of("0123456789") == std::string::npos)
            return canonical;
        [[fallthrough]];
    case JsonType::WholeNumber:
        if (canonical.ends_with('%'))
            return numberOf(canonical);
        return static_cast<int64_t>(numberOf(canonical));
    case JsonType::Boolean:
        return canonical == "true";
    case JsonType::TextOrBoolean:
    case JsonType::Text:
        break;
    }
    return canonical;
}

void refuseValue(const Message &shownAs, const Message &takes, std::string_view text)
{
    throw Error(ErrorCode::InvalidArgument, Message::tr("{} takes {}, not {}.", shownAs, takes,
                                                        text.empty() ? std::string_view("\"\"") : text));
}

std::string_view nearestOf(std::string_view text, std::span<const std::string_view> candidates)
{
    return *std::ranges::min_element(candidates, {},
                                     [&](std::string_view c) { return editDistance(text, c); });
}

} // namespace lathe::recipe
