#pragma once
// The only state a compressed model is made from: ordered rules over layer names, a value, a JSON file.
#include "core/base/error.h"
#include "core/recipe/settings.h"

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace lathe {

/// One thing that a rule changes. Keys, and the text of their values:
///   prune            share of 0 or more and below 1: "0.6" (also read: "60%"), "off"
///   prune.method     "magnitude", "wanda", "obs"
///   prune.pattern    "none"; N:M, of M weights in a row N stay: "2:4"; blocks of rows x columns: "4x1"
///   prune.scope      "layer", "global"
///   bits             "1" .. "8" ("16" beside fp16 and bf16), "off" (no quantization)
///   symmetric        "true", "false"
///   granularity      "tensor", "channel", "group"
///   group            weights of a group: "32"
///   range            "minmax", "percentile", "mse"
///   percentile       share above 0.5 and up to 1: "0.999"
///   rounding         "nearest", "gptq"
///   format           "uniform", "nf4", "fp16", "bf16", "ternary", "binary"
///   bias_correction  "auto", "data" (also read: "true"), "constants", "off" (also read: "false")
///   rank             a whole number from 1: "64"; a share of the break-even rank: "50%"; "off"
///   rank.energy      share of the squared norm to keep, above 0 and up to 1: "0.95" (also read: "95%")
///   rank.method      "svd", "asvd"
///   rank.form        "channel", "spatial", "tucker2"
///   rank.bits        "1" .. "8" for the factors, "as_layer"
///   residual.bits    "1" .. "8" for what the factors leave over, "none"
///   clusters         "2" .. "256", "off"
///   clusters.group   output channels that share a codebook: "16"; "all"
///   clusters.init    "optimal", "linear", "density", "kmeans++"
///   clusters.weighting  "none", "activation", "hessian"
///   separable        "weights" (also read: "true"), "activations", "off" (also read: "false")
///   fold             "batchnorm", "off"
///   renormalize      "data", "off"
///   channels         share of the channels that go, of 0 or more and below 1: "0.3" (also read: "30%"),
///   "off" channels.keep    a whole number from 1: "64" channels.budget  share of the model's
///   multiplications, bytes or measured time that stays, above 0 and up to
///                    1: "macs:50%", "bytes:50%", "latency:60%"
///   channels.method  "remove", "merge"
///   channels.criterion  "l2", "l1", "normalization", "median", "mean", "nonzero", "energy", "obs", "random",
///                    "taylor", "fisher"
///   channels.round   "1" .. "1024", "auto"
///   channels.min     a whole number from 1
///   channels.refit   "off", "constants", "data"
///   drop             "smallest" (also read: "true"), "off" (also read: "false")
///   keep             "true", "false"
/// prune, bits, rank (or rank.energy), clusters, separable, fold, renormalize, channels (or channels.keep, or
/// channels.budget) and drop switch their method on. The other keys only say how, for the rules before as
/// well as after: alone they switch nothing on, so the order of keys and rules that set different keys does
/// not matter. "off" switches the method off and puts its other keys back to what they are without any rule.
/// Of bits and clusters, and of rank and separable, the later one switches the other off. What says itself
/// need not be said: N:M stands for prune = 1 - N/M too, a format other than uniform for its bits, group for
/// granularity=group; a rule with both must not contradict itself. keep is of the layer as a whole: where the
/// last rule that says it says true, nothing is done to the layer, whatever all rules say; where it says
/// false, they hold as if it had never been kept.
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
    static constexpr int schemaVersion = 4; ///< the newest that is read
    std::string name;
    std::vector<Rule> rules; ///< later rules win
    bool operator==(const Recipe &) const = default;

    /// The settings of every named layer, in order. Matching is by the rules alone.
    /// @throws Error InvalidArgument for a rule that was not made by the functions below and holds an
    /// impossible change.
    std::vector<LayerSettings> resolve(const std::vector<std::string> &layerNames) const;
    /// Patterns that match none of the names.
    std::vector<std::string> unmatchedPatterns(const std::vector<std::string> &layerNames) const;
    /// This recipe with the layer's settings replaced: other layers keep theirs. The layer's own rule comes
    /// last, is the only one of its kind, and says no more than it must. Of one that is kept, as withKept().
    Recipe withLayer(const std::string &layerName, const LayerSettings &settings) const;
    /// This recipe with each layer kept as it is or not: what else is said of it stays, and holds again when
    /// it is let go. By one rule for all where all are kept.
    /// @param layerNames all of a model's, or a single one
    Recipe withKept(const std::vector<std::string> &layerNames, const std::vector<bool> &kept) const;
    /// This recipe with what became of automatic bias correction said, so that it no longer depends on what
    /// else there is: by one rule for most layers, and one for each other.
    /// @param outcomes of each named layer, Auto where there is nothing to say
    Recipe withBiasCorrection(const std::vector<std::string> &layerNames,
                              const std::vector<BiasCorrection> &outcomes) const;
    /// Whether it asks for the same of every named layer as `asked`, but for automatic bias correction, which
    /// may have become anything.
    bool isResolutionOf(const Recipe &asked, const std::vector<std::string> &layerNames) const;
};

/// One `--set` argument: "PATTERN:key=value,key=value". The last colon before a key ends the pattern, so
/// names with colons need no care.
/// @throws Error InvalidArgument naming the key and what it takes; or a pattern that is no UTF-8, which no
/// recipe's file could hold.
Rule parseRule(std::string_view text);
/// The same rule with sorted keys and canonical values. @throws Error InvalidArgument (as parseRule; a key
/// given twice, rank beside rank.energy, or "off" beside another key of its method).
Rule canonicalRule(const Rule &rule);
/// A rule for exactly this layer (special characters escaped) that leads to exactly these settings, whatever
/// came before; but one that is kept stays so. @throws Error InvalidArgument for settings outside their
/// ranges.
Rule exactRule(const std::string &layerName, const LayerSettings &settings);
/// A rule that keeps the layers that match as they are. @throws Error InvalidArgument as canonicalRule()
Rule keepRule(const std::string &pattern);
/// What a rule has to say for these settings where no other does: nothing that is so by default.
std::vector<Change> changesFor(const LayerSettings &settings);
bool globMatches(std::string_view pattern, std::string_view name);
std::string globEscaped(std::string_view name);
bool isUtf8(std::string_view text);

/// JSON, every rule with any of the methods, every method with any of its keys:
///   { "lathe_recipe": 2, "name": "small", "rules": [
///     { "layers": "conv*", "prune": { "ratio": 0.5, "method": "obs" },
///       "quantize": { "bits": 4, "group": 32, "rounding": "gptq" },
///       "rank": { "rank": 64, "method": "asvd", "residual_bits": 3 } },
///     { "layers": "fc1", "prune": null, "rank": { "share": 0.5 } },
///     { "layers": "fc2", "cluster": { "clusters": 64 }, "rank": { "energy": 0.95 } },
///     { "layers": "conv9", "separable": { "fit": "weights" } },
///     { "layers": "*", "fold": { "normalization": "batchnorm" } },
///     { "layers": "head*", "keep": true } ] }
/// The version written is the lowest that holds the recipe; core/recipe/versions.h says what they differ in.
/// null switches a method off. Unknown keys, wrong types and newer schema versions are refused by name.
std::string toJson(const Recipe &recipe);
/// @throws Error InvalidArgument naming the key. `source` (a file name) starts the sentence.
Recipe recipeFromJson(std::string_view json, const std::string &source = "recipe");
/// One rule as it stands in a recipe's file, so that it can be pasted into one.
std::string toJson(const Rule &rule);
/// The rules of a whole recipe, of a list of rules, or of a single one. @throws as recipeFromJson
std::vector<Rule> rulesFromJson(std::string_view json, const std::string &source);
Recipe loadRecipe(const std::filesystem::path &path); ///< @throws Error FileUnreadable, InvalidArgument
void saveRecipe(const Recipe &recipe, const std::filesystem::path &path); ///< @throws Error FileUnwritable
/// The `--set` and `--keep` arguments that make the same recipe on the command line, shell-quoted.
std::string toCommandLine(const Recipe &recipe);

} // namespace lathe
