#pragma once
// The table of recipe keys: what each is called, takes and does. Inner part of core/recipe.
#include "core/recipe/recipe.h"

#include <span>

namespace lathe::recipe {

enum class Method { Prune, Quantize, Rank };
enum class Key { Prune, PruneMethod, Bits, Symmetric, Granularity, Rank, RankEnergy, RankMethod };

struct KeyInfo {
    Key key;
    Method method;
    bool switchesOn;       ///< false: only says how the method works
    bool canBeOff;         ///< takes "off"
    std::string_view name; ///< as on the command line
    std::string_view takes;
};

std::span<const KeyInfo> allKeys();
const KeyInfo &infoOf(Key key);
/// @throws Error InvalidArgument naming the nearest known key.
const KeyInfo &infoOf(std::string_view name);

constexpr std::string_view off = "off";

/// Canonical text of a value. @throws Error InvalidArgument "<shownAs> takes <takes>, not <text>."
std::string canonicalValue(const KeyInfo &info, std::string_view text);
[[noreturn]] void refuseValue(std::string_view shownAs, std::string_view takes, std::string_view text);

/// "0.5" and "50%" are 0.5, "64" is 64. Text must be canonical.
double numberOf(std::string_view canonical);
std::string numberText(double value); ///< shortest plain decimal that gives the number back, no exponent
std::string
percentText(double share); ///< the same of 100 * share, with the sign: numberOf() gives the share back

/// The most similar of the candidates, for "did you mean".
std::string_view nearestOf(std::string_view text, std::span<const std::string_view> candidates);

} // namespace lathe::recipe
