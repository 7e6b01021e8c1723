#include "core/recipe/keys.h"

#include <algorithm>
#include <fmt/format.h>

namespace lathe::recipe {
namespace {

using namespace std::string_view_literals;

constexpr std::array pruneMethods{"magnitude"sv, "wanda"sv, "obs"sv};
constexpr std::array pruneScopes{"layer"sv, "global"sv};
constexpr std::array booleans{"false"sv, "true"sv};
constexpr std::array granularities{"tensor"sv, "channel"sv, "group"sv};
constexpr std::array ranges{"minmax"sv, "percentile"sv, "mse"sv};
constexpr std::array roundings{"nearest"sv, "gptq"sv};
constexpr std::array formats{"uniform"sv, "nf4"sv, "fp16"sv, "bf16"sv, "ternary"sv, "binary"sv};
constexpr std::array rankMethods{"svd"sv, "asvd"sv};
constexpr std::array rankForms{"channel"sv, "spatial"sv, "tucker2"sv};
constexpr std::array biasCorrections{"auto"sv, "data"sv, "constants"sv, "off"sv};
constexpr std::array clusterInits{"optimal"sv, "linear"sv, "density"sv, "kmeans++"sv};
constexpr std::array foldings{"batchnorm"sv};
constexpr std::array clusterWeightings{"none"sv, "activation"sv, "hessian"sv};

/// The choices stand in the order of their enumeration.
template <class Enum>
Enum chosen(Choices choices, std::string_view text)
{
    return static_cast<Enum>(std::ranges::find(choices, text) - choices.begin());
}
template <class Enum>
std::string nameOf(Choices choices, Enum value)
{
    const auto index = static_cast<size_t>(value);
    return index < choices.size() ? std::string(choices[index]) : "";
}

std::string whole(int value)
{
    return fmt::format("{}", value);
}

int wholeOf(const std::string &text)
{
    return static_cast<int>(numberOf(text));
}

void setRank(Draft &d, const std::string &text)
{
    d.rank.unit = text.ends_with('%') ? RankSettings::Unit::ShareOfBreakEven : RankSettings::Unit::Rank;
    d.rank.value = numberOf(text);
}

using D = const Draft &;
using T = const std::string &;

// clang-format off
constexpr std::array<KeyInfo, 25> keys{{
    {Key::Prune, Method::Prune, true, true, "prune", "a share of 0 or more and below 1, as 0.6 or 60%", "ratio", JsonType::Number, {},
     [](D d) { return numberText(d.prune.ratio); }, [](Draft &d, T t) { d.prune.ratio = numberOf(t); }},
    {Key::PruneMethod, Method::Prune, false, false, "prune.method", "magnitude, wanda or obs", "method", JsonType::Text, pruneMethods,
     [](D d) { return nameOf(pruneMethods, d.prune.method); }, [](Draft &d, T t) { d.prune.method = chosen<PruneMethod>(pruneMethods, t); }},
    {Key::PrunePattern, Method::Prune, false, false, "prune.pattern", "none, N:M with N below M as 2:4, or blocks of rows x columns as 4x1", "pattern", JsonType::Text, {},
     [](D d) { return patternText(d.prune.pattern); }, [](Draft &d, T t) { d.prune.pattern = *readPattern(t); }},
    {Key::PruneScope, Method::Prune, false, false, "prune.scope", "layer or global", "scope", JsonType::Text, pruneScopes,
     [](D d) { return nameOf(pruneScopes, d.prune.scope); }, [](Draft &d, T t) { d.prune.scope = chosen<PruneScope>(pruneScopes, t); }},
    {Key::Bits, Method::Quantize, true, true, "bits", "a whole number from 1 to 8", "bits", JsonType::WholeNumber, {},
     [](D d) { return whole(d.quantize.bits); }, [](Draft &d, T t) { d.quantize.bits = wholeOf(t); }},
    {Key::Symmetric, Method::Quantize, false, false, "symmetric", "true or false", "symmetric", JsonType::Boolean, booleans,
     [](D d) { return nameOf(booleans, d.quantize.symmetric); }, [](Draft &d, T t) { d.quantize.symmetric = t == "true"; }},
    {Key::Granularity, Method::Quantize, false, false, "granularity", "tensor, channel or group", "granularity", JsonType::Text, granularities,
     [](D d) { return nameOf(granularities, d.quantize.granularity); }, [](Draft &d, T t) { d.quantize.granularity = chosen<Granularity>(granularities, t); }},
    {Key::Group, Method::Quantize, false, false, "group", "a whole number from 2", "group", JsonType::WholeNumber, {},
     [](D d) { return whole(d.quantize.group); }, [](Draft &d, T t) { d.quantize.group = wholeOf(t); }},
    {Key::Range, Method::Quantize, false, false, "range", "minmax, percentile or mse", "range", JsonType::Text, ranges,
     [](D d) { return nameOf(ranges, d.quantize.range); }, [](Draft &d, T t) { d.quantize.range = chosen<RangeMethod>(ranges, t); }},
    {Key::Percentile, Method::Quantize, false, false, "percentile", "a share above 0.5 and up to 1, as 0.999 or 99.9%", "percentile", JsonType::Number, {},
     [](D d) { return numberText(d.quantize.percentile); }, [](Draft &d, T t) { d.quantize.percentile = numberOf(t); }},
    {Key::Rounding, Method::Quantize, false, false, "rounding", "nearest or gptq", "rounding", JsonType::Text, roundings,
     [](D d) { return nameOf(roundings, d.quantize.rounding); }, [](Draft &d, T t) { d.quantize.rounding = chosen<Rounding>(roundings, t); }},
    {Key::Format, Method::Quantize, false, false, "format", "uniform, nf4, fp16, bf16, ternary or binary", "format", JsonType::Text, formats,
     [](D d) { return nameOf(formats, d.quantize.format); }, [](Draft &d, T t) { d.quantize.format = chosen<NumberFormat>(formats, t); }},
    {Key::BiasCorrection, Method::Quantize, false, false, "bias_correction", "auto, data, constants or off", "bias_correction", JsonType::TextOrBoolean, biasCorrections,
     [](D d) { return nameOf(biasCorrections, d.quantize.biasCorrection); }, [](Draft &d, T t) { d.quantize.biasCorrection = chosen<BiasCorrection>(biasCorrections, t); }},
    {Key::Rank, Method::Rank, true, true, "rank", "a whole number from 1, or a share of the break-even rank as 50%", "rank", JsonType::WholeNumber, {},
     [](D d) { return d.rank.unit == RankSettings::Unit::Rank ? numberText(d.rank.value) : percentText(d.rank.value); }, setRank},
    {Key::RankEnergy, Method::Rank, true, false, "rank.energy", "a share above 0 and up to 1, as 0.95 or 95%", "energy", JsonType::Number, {},
     [](D d) { return numberText(d.rank.value); }, [](Draft &d, T t) { d.rank.unit = RankSettings::Unit::Energy; d.rank.value = numberOf(t); }},
    {Key::RankMethod, Method::Rank, false, false, "rank.method", "svd or asvd", "method", JsonType::Text, rankMethods,
     [](D d) { return nameOf(rankMethods, d.rank.method); }, [](Draft &d, T t) { d.rank.method = chosen<RankMethod>(rankMethods, t); }},
    {Key::RankForm, Method::Rank, false, false, "rank.form", "channel, spatial or tucker2", "form", JsonType::Text, rankForms,
     [](D d) { return nameOf(rankForms, d.rank.form); }, [](Draft &d, T t) { d.rank.form = chosen<RankForm>(rankForms, t); }},
    {Key::RankBits, Method::Rank, false, false, "rank.bits", "a whole number from 1 to 8, or as_layer", "bits", JsonType::WholeNumberOrWord, {},
     [](D d) { return d.rank.bits == 0 ? "as_layer" : whole(d.rank.bits); }, [](Draft &d, T t) { d.rank.bits = t == "as_layer" ? 0 : wholeOf(t); }},
    {Key::ResidualBits, Method::Rank, false, false, "residual.bits", "a whole number from 1 to 8, or none", "residual_bits", JsonType::WholeNumberOrWord, {},
     [](D d) { return d.rank.residualBits == 0 ? "none" : whole(d.rank.residualBits); }, [](Draft &d, T t) { d.rank.residualBits = t == "none" ? 0 : wholeOf(t); }},
    {Key::Clusters, Method::Cluster, true, true, "clusters", "a whole number from 2 to 256", "clusters", JsonType::WholeNumber, {},
     [](D d) { return whole(d.cluster.clusters); }, [](Draft &d, T t) { d.cluster.clusters = wholeOf(t); }},
    {Key::ClustersGroup, Method::Cluster, false, false, "clusters.group", "a whole number from 1, or all", "group", JsonType::WholeNumberOrWord, {},
     [](D d) { return d.cluster.group == 0 ? "all" : whole(d.cluster.group); }, [](Draft &d, T t) { d.cluster.group = t == "all" ? 0 : wholeOf(t); }},
    {Key::ClustersInit, Method::Cluster, false, false, "clusters.init", "optimal, linear, density or kmeans++", "init", JsonType::Text, clusterInits,
     [](D d) { return nameOf(clusterInits, d.cluster.init); }, [](Draft &d, T t) { d.cluster.init = chosen<ClusterInit>(clusterInits, t); }},
    {Key::ClustersWeighting, Method::Cluster, false, false, "clusters.weighting", "none, activation or hessian", "weighting", JsonType::Text, clusterWeightings,
     [](D d) { return nameOf(clusterWeightings, d.cluster.weighting); }, [](Draft &d, T t) { d.cluster.weighting = chosen<ClusterWeighting>(clusterWeightings, t); }},
    {Key::Separable, Method::Separable, true, true, "separable", "weights or activations", "fit", JsonType::Text, {},
     [](D d) -> std::string { return d.separable.onActivations ? "activations" : "weights"; }, [](Draft &d, T t) { d.separable.onActivations = t == "activations"; }},
    {Key::Fold, Method::Fold, true, true, "fold", "batchnorm", "normalization", JsonType::Text, foldings,
     [](D) { return std::string(foldings.front()); }, [](Draft &d, T) { d.fold = {}; }},
}};
// clang-format on

constexpr std::array<MethodName, methodCount> methods{{
    {Method::Prune, "prune"},
    {Method::Quantize, "quantize"},
    {Method::Rank, "rank"},
    {Method::Cluster, "cluster"},
    {Method::Separable, "separable"},
    {Method::Fold, "fold"},
}};

void reset(Draft &draft, Method method)
{
    draft.on[static_cast<size_t>(method)] = false;
    switch (method) {
    case Method::Prune:
        draft.prune = {};
        break;
    case Method::Quantize:
        draft.quantize = {};
        break;
    case Method::Rank:
        draft.rank = {};
        break;
    case Method::Cluster:
        draft.cluster = {};
        break;
    case Method::Separable:
        draft.separable = {};
        break;
    case Method::Fold:
        draft.fold = {};
        break;
    }
}

/// Both would say how the same numbers are stored.
std::optional<Method> rivalOf(Method method)
{
    switch (method) {
    case Method::Prune:
    case Method::Fold:
        return {};
    case Method::Quantize:
        return Method::Cluster;
    case Method::Cluster:
        return Method::Quantize;
    case Method::Rank:
        return Method::Separable;
    case Method::Separable:
        return Method::Rank;
    }
    return {};
}

} // namespace

Draft::Draft(const LayerSettings &given)
    : on{given.prune.has_value(),   given.quantize.has_value(),  given.rank.has_value(),
         given.cluster.has_value(), given.separable.has_value(), given.fold.has_value()}
{
    const LayerSettings settings = normalized(given);
    prune = settings.prune.value_or(PruneSettings());
    quantize = settings.quantize.value_or(QuantizeSettings());
    rank = settings.rank.value_or(RankSettings());
    cluster = settings.cluster.value_or(ClusterSettings());
    separable = settings.separable.value_or(SeparableSettings());
}

LayerSettings Draft::settings() const
{
    LayerSettings result;
    if (has(Method::Prune))
        result.prune = prune;
    if (has(Method::Quantize))
        result.quantize = quantize;
    if (has(Method::Rank))
        result.rank = rank;
    if (has(Method::Cluster))
        result.cluster = cluster;
    if (has(Method::Separable))
        result.separable = separable;
    if (has(Method::Fold))
        result.fold = fold;
    return normalized(result);
}

std::span<const KeyInfo> allKeys()
{
    return keys;
}

std::span<const MethodName> allMethods()
{
    return methods;
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

const KeyInfo &mainKeyOf(Method method)
{
    return *std::ranges::find_if(keys, [&](const KeyInfo &k) { return k.method == method && k.canBeOff; });
}

void apply(Draft &draft, const Change &change)
{
    const KeyInfo &info = infoOf(change.key);
    const std::string value = canonicalValue(info, change.value);
    if (switchesOff(info, value))
        return reset(draft, info.method);
    info.set(draft, value);
    if (!info.switchesOn)
        return;
    draft.on[static_cast<size_t>(info.method)] = true;
    if (const auto rival = rivalOf(info.method))
        draft.on[static_cast<size_t>(*rival)] = false;
}

bool switchesOff(const KeyInfo &info, std::string_view value)
{
    return info.canBeOff && value == off;
}

bool says(const Draft &draft, const KeyInfo &info)
{
    const bool byEnergy = draft.rank.unit == RankSettings::Unit::Energy;
    const bool grouped = draft.quantize.granularity == lathe::Granularity::Group;
    return draft.has(info.method) && info.key != (byEnergy ? Key::Rank : Key::RankEnergy) &&
           (info.key != Key::Group || grouped);
}

} // namespace lathe::recipe
