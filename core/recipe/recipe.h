#pragma once
// The only state a compressed model is made from: ordered rules over layer names, a value, a JSON file.
#include "core/base/error.h"

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace lathe {

enum class PruneMethod { Magnitude };
enum class Granularity { Tensor, Channel };
enum class RankMethod { Svd };

struct PruneSettings {
    double ratio = 0.0; ///< share of the layer's weights set to zero, 0 <= ratio < 1
    PruneMethod method = PruneMethod::Magnitude;
    bool operator==(const PruneSettings &) const = default;
};

struct QuantizeSettings {
    int bits = 8; ///< 1..8
    bool symmetric = true;
    Granularity granularity = Granularity::Channel;
    bool operator==(const QuantizeSettings &) const = default;
};

/// Exactly one way of saying how many singular directions stay.
struct RankSettings {
    enum class Unit { Rank, ShareOfBreakEven, Energy };
    Unit unit = Unit::Rank;
    double value = 1.0; ///< a whole number from 1; a share above 0 (0.5: half of break-even); 0 < energy <= 1
    RankMethod method = RankMethod::Svd;
    bool operator==(const RankSettings &) const = default;
};

/// What happens to one layer. All three together: the factors are pruned, then quantized.
struct LayerSettings {
    std::optional<PruneSettings> prune;
    std::optional<QuantizeSettings> quantize;
    std::optional<RankSettings> rank;
    bool operator==(const LayerSettings &) const = default;
    bool empty() const { return !prune && !quantize && !rank; }
};

/// One thing that a rule changes. Keys, and the text of their values:
///   prune        share of 0 or more and below 1: "0.6" (also read: "60%"), "off"
///   prune.method "magnitude"
///   bits         "1" .. "8", "off" (no quantization)
///   symmetric    "true", "false"
///   granularity  "tensor", "channel"
///   rank         a whole number from 1: "64"; a share of the break-even rank: "50%"; "off"
///   rank.energy  share of the squared norm to keep, above 0 and up to 1: "0.95" (also read: "95%")
///   rank.method  "svd"
/// prune, bits and rank (or rank.energy) switch their method on. The other keys only say how, for the rules
/// before as well as after: alone they switch nothing on, so the order of keys and rules that set different
/// keys does not matter. "off" switches the method off and puts its other keys back to what they are without
/// any rule.
struct Change {
    std::string key;
    std::string value; ///< canonical text: "0.5", "8", "true", "channel", "50%", "off"
    bool operator==(const Change &) const = default;
};

/// The layers whose names match the glob get the listed changes. In a glob * stands for any text (slashes
/// too), ? for one character, [a-z] for one of a set ([!a-z] for one outside it), \ makes the next character
/// plain.
struct Rule {
    std::string pattern;
    /// Of a canonical rule: each key once, in the order above, none beside its method's "off".
    std::vector<Change> changes;
    bool operator==(const Rule &) const = default;
};

struct Recipe {
    static constexpr int schemaVersion = 1;
    std::string name;
    std::vector<Rule> rules; ///< later rules win
    bool operator==(const Recipe &) const = default;

    /// The settings of every named layer, in order. Matching is by the rules alone.
    /// @throws Error InvalidArgument for a rule that was not made by the functions below and holds an
    /// impossible change.
    std::vector<LayerSettings> resolve(const std::vector<std::string> &layerNames) const;
    /// Patterns that match none of the names.
    std::vector<std::string> unmatchedPatterns(const std::vector<std::string> &layerNames) const;
    /// This recipe with the layer's settings replaced: other layers keep theirs. The layer's own exact rule
    /// comes last and is the only one of its kind.
    Recipe withLayer(const std::string &layerName, const LayerSettings &settings) const;
};

/// One `--set` argument: "PATTERN:key=value,key=value". The last colon ends the pattern, so names with colons
/// need no care.
/// @throws Error InvalidArgument naming the key and what it takes.
Rule parseRule(std::string_view text);
/// The same rule with sorted keys and canonical values. @throws Error InvalidArgument (as parseRule; a key
/// given twice, rank beside rank.energy, or "off" beside another key of its method).
Rule canonicalRule(const Rule &rule);
/// A rule for exactly this layer (special characters escaped) that leads to exactly these settings, whatever
/// came before.
Rule exactRule(const std::string &layerName, const LayerSettings &settings);
bool globMatches(std::string_view pattern, std::string_view name);
std::string globEscaped(std::string_view name);

/// JSON, every rule with any of the methods, every method with any of its keys:
///   { "lathe_recipe": 1, "name": "small", "rules": [
///     { "layers": "conv*", "prune": { "ratio": 0.5, "method": "magnitude" },
///       "quantize": { "bits": 4, "symmetric": true, "granularity": "channel" },
///       "rank": { "rank": 64, "method": "svd" } },
///     { "layers": "fc1", "prune": null, "rank": { "share": 0.5 } },
///     { "layers": "fc2", "rank": { "energy": 0.95 } } ] }
/// null switches a method off. Unknown keys, wrong types and newer schema versions are refused by name.
std::string toJson(const Recipe &recipe);
/// @throws Error InvalidArgument naming the key. `source` (a file name) starts the sentence.
Recipe recipeFromJson(std::string_view json, const std::string &source = "recipe");
Recipe loadRecipe(const std::filesystem::path &path); ///< @throws Error FileUnreadable, InvalidArgument
void saveRecipe(const Recipe &recipe, const std::filesystem::path &path); ///< @throws Error FileUnwritable
/// The `--set` arguments that make the same recipe on the command line, shell-quoted.
std::string toCommandLine(const Recipe &recipe);

std::string summary(const LayerSettings &settings); ///< "50 % pruned, rank 64, 4 bits"; "as it is" when empty

} // namespace lathe
