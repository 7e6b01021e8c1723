#pragma once
// The tables of methods and recipe keys: what each is called, takes and does.
#include "core/recipe/recipe.h"

#include <array>
#include <map>
#include <span>
#include <type_traits>
#include <variant>

namespace lathe::recipe {

enum class Method {
    Prune,
    Quantize,
    Rank,
    Cluster,
    Separable,
    Fold,
    Renormalize,
    Channels,
    Drop
}; ///< as layerMethods

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
    Scale,
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
    Fold,
    Renormalize,
    Channels,
    ChannelsKeep,
    ChannelsBudget,
    ChannelsMethod,
    ChannelsCriterion,
    ChannelsRound,
    ChannelsMin,
    ChannelsRefit,
    Drop,
    Keep
};

/// Settings while rules are applied: how a method works is known before, and whether or not, it is switched
/// on.
struct Draft {
    std::array<bool, methodCount> on{};
    LayerSettings values; ///< of every method

    explicit Draft(const LayerSettings &settings = {});
    bool has(Method method) const { return on[static_cast<size_t>(method)]; }
    LayerSettings settings() const; ///< normalized
};

/// How a value is written in JSON.
enum class JsonType { Number, WholeNumber, WholeNumberOrWord, Share, Boolean, TextOrBoolean, Text };

using Choices = std::span<const std::string_view>;

struct KeyInfo {
    Key key;
    std::optional<Method> method; ///< null: it says something of the layer as a whole
    bool switchesOn;              ///< false: only says how the method works
    bool canBeOff;                ///< takes "off"
    std::string_view name;        ///< as on the command line
    Message (*takes)();           ///< in words, for valuesOf(); null: the choices
    std::string_view jsonName;    ///< inside its method, or inside the rule where it has none
    JsonType jsonType;
    Choices choices;                           ///< the only values, where there are few
    std::string (*get)(const LayerSettings &); ///< of settings with the method
    void (*set)(LayerSettings &, const std::string &);
    std::string_view example = {}; ///< of a share
};

std::span<const KeyInfo> allKeys();
const KeyInfo &infoOf(Key key);
/// @throws Error InvalidArgument naming the nearest known key.
const KeyInfo &infoOf(std::string_view name);
const KeyInfo &mainKeyOf(Method method); ///< the one that takes "off"
/// What the key takes, as a text: "a share of 0 or more and below 1, as 0.6 or 60%", "layer or global".
Message valuesOf(const KeyInfo &info);

struct MethodInfo {
    Method method;
    std::string_view name; ///< in JSON
    /// What of methods that do the same only one can do: "take the layer apart"; null: none is like it.
    Message (*does)();
};
std::span<const MethodInfo> allMethods();
const MethodInfo &infoOf(Method method);
bool excludeEachOther(Method one, Method other);
/// Switches off what excludes the method.
void resetRivals(LayerSettings &settings, Method method);

/// The method that these settings are of.
template <class T>
constexpr Method methodOf(std::optional<T> LayerSettings::* /*settings*/)
{
    size_t place = 0;
    bool found = false;
    forEachMethod([&]<class Other>(std::optional<Other> LayerSettings::*) {
        found = found || std::is_same_v<T, Other>;
        place += found ? 0 : 1;
    });
    return static_cast<Method>(place);
}

void apply(Draft &draft, const Change &change);
/// Of a method that is on: the keys that say it. Not rank beside rank.energy, no group where none is used. Of
/// the layer as a whole: what is not so by itself.
bool says(const Draft &draft, const KeyInfo &info);
/// Adds what follows from other keys of the same rule. @throws Error InvalidArgument when they contradict.
void complete(std::map<Key, std::string> &values);

constexpr std::string_view off = "off";
/// Whether a canonical value switches the key's method off.
bool switchesOff(const KeyInfo &info, std::string_view value);

/// Canonical text of a value. @throws Error InvalidArgument "<shownAs> takes <takes>, not <text>."
std::string canonicalValue(const KeyInfo &info, std::string_view text);
[[noreturn]] void refuseValue(const Message &shownAs, const Message &takes, std::string_view text);

/// A canonical value in the type that JSON has it in.
using TypedValue = std::variant<bool, int64_t, double, std::string>;
TypedValue typedValue(const KeyInfo &info, const std::string &canonical);

/// "none, activation or hessian"
Message listed(Choices choices, std::string_view quote = "");

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
