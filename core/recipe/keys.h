#pragma once
// The table of recipe keys: what each is called, takes and does. Inner part of core/recipe.
#include "core/recipe/recipe.h"

#include <array>
#include <map>
#include <span>

namespace lathe::recipe {

enum class Method { Prune, Quantize, Rank, Cluster, Separable, Fold };
constexpr size_t methodCount = 6;

enum class Key {
    Prune,
    PruneMethod,
    PrunePattern,
    PruneScope,
    Bits,
    Symmetric,
    Granularity,
    Group,
    Range,
    Percentile,
    Rounding,
    Format,
    BiasCorrection,
    Rank,
    RankEnergy,
    RankMethod,
    RankForm,
    RankBits,
    ResidualBits,
    Clusters,
    ClustersGroup,
    ClustersInit,
    ClustersWeighting,
    Separable,
    Fold
};

/// Settings while rules are applied: how a method works is known before, and whether or not, it is switched
/// on.
struct Draft {
    std::array<bool, methodCount> on{};
    PruneSettings prune;
    QuantizeSettings quantize;
    RankSettings rank;
    ClusterSettings cluster;
    SeparableSettings separable;
    FoldSettings fold;

    explicit Draft(const LayerSettings &settings = {});
    bool has(Method method) const { return on[static_cast<size_t>(method)]; }
    LayerSettings settings() const; ///< normalized
};

/// How a value is written in JSON.
enum class JsonType { Number, WholeNumber, WholeNumberOrWord, Share, Boolean, TextOrBoolean, Text };

using Choices = std::span<const std::string_view>;

struct KeyInfo {
    Key key;
    Method method;
    bool switchesOn;       ///< false: only says how the method works
    bool canBeOff;         ///< takes "off"
    std::string_view name; ///< as on the command line
    std::string_view takes;
    std::string_view jsonName; ///< inside its method
    JsonType jsonType;
    Choices choices; ///< the only values, where there are few
    std::string (*get)(const Draft &);
    void (*set)(Draft &, const std::string &);
};

std::span<const KeyInfo> allKeys();
const KeyInfo &infoOf(Key key);
/// @throws Error InvalidArgument naming the nearest known key.
const KeyInfo &infoOf(std::string_view name);
const KeyInfo &mainKeyOf(Method method); ///< the one that takes "off"

struct MethodName {
    Method method;
    std::string_view name; ///< in JSON
};
std::span<const MethodName> allMethods();

void apply(Draft &draft, const Change &change);
/// Of a method that is on: the keys that say it. Not rank beside rank.energy, no group where none is used.
bool says(const Draft &draft, const KeyInfo &info);
/// Adds what follows from other keys of the same rule. @throws Error InvalidArgument when they contradict.
void complete(std::map<Key, std::string> &values);

constexpr std::string_view off = "off";
/// Whether a canonical value switches the key's method off.
bool switchesOff(const KeyInfo &info, std::string_view value);

/// Canonical text of a value. @throws Error InvalidArgument "<shownAs> takes <takes>, not <text>."
std::string canonicalValue(const KeyInfo &info, std::string_view text);
[[noreturn]] void refuseValue(std::string_view shownAs, std::string_view takes, std::string_view text);

/// "0.5" and "50%" are 0.5, "64" is 64. Text must be canonical.
double numberOf(std::string_view canonical);
std::string numberText(double value); ///< shortest plain decimal that gives the number back, no exponent
std::string
percentText(double share); ///< the same of 100 * share, with the sign: numberOf() gives the share back
std::optional<PrunePattern> readPattern(std::string_view text);
std::string patternText(const PrunePattern &pattern);

/// The most similar of the candidates, for "did you mean".
std::string_view nearestOf(std::string_view text, std::span<const std::string_view> candidates);

} // namespace lathe::recipe
