#include "core/recipe/keys.h"

#include <algorithm>
#include <fmt/format.h>

namespace lathe::recipe {
namespace {

using namespace std::string_view_literals;

constexpr std::array pruneMethods = [] {
    std::array<std::string_view, pruneCriteria.size()> names;
    std::ranges::transform(pruneCriteria, names.begin(), &PruneCriterion::name);
    return names;
}();
constexpr std::array pruneScopes{"layer"sv, "global"sv};
constexpr std::array booleans{"true"sv, "false"sv};
constexpr std::array granularities{"tensor"sv, "channel"sv, "group"sv};
constexpr std::array ranges{"minmax"sv, "percentile"sv, "mse"sv};
constexpr std::array roundings{"nearest"sv, "gptq"sv};
constexpr std::array formats{"uniform"sv, "nf4"sv, "fp16"sv, "bf16"sv, "ternary"sv, "binary"sv};
constexpr std::array rankMethods{"svd"sv, "asvd"sv};
constexpr std::array rankForms{"channel"sv, "spatial"sv, "tucker2"sv};
constexpr std::array biasCorrections{"auto"sv, "data"sv, "constants"sv, "off"sv};
constexpr std::array scales{"any"sv, "power_of_two"sv};
constexpr std::array clusterInits{"optimal"sv, "linear"sv, "density"sv, "kmeans++"sv};
constexpr std::array foldings{"batchnorm"sv};
constexpr std::array renormalizations{"data"sv};
constexpr std::array drops{"smallest"sv};
constexpr std::array channelBudgets{"macs"sv, "bytes"sv, "latency"sv};
constexpr std::array channelMethods{"remove"sv, "merge"sv};
constexpr std::array channelCriterionNames = [] {
    std::array<std::string_view, channelCriteria.size()> names;
    std::ranges::transform(channelCriteria, names.begin(), &ChannelCriterionInfo::name);
    return names;
}();
constexpr std::array channelRefits{"off"sv, "constants"sv, "data"sv};
constexpr std::array clusterWeightings{"none"sv, "activation"sv, "hessian"sv};

static_assert(coversAll<PruneScope, pruneScopes.size()>());
static_assert(coversAll<Granularity, granularities.size()>());
static_assert(coversAll<RangeMethod, ranges.size()>());
static_assert(coversAll<Rounding, roundings.size()>());
static_assert(coversAll<NumberFormat, formats.size()>());
static_assert(coversAll<RankMethod, rankMethods.size()>());
static_assert(coversAll<RankForm, rankForms.size()>());
static_assert(coversAll<BiasCorrection, biasCorrections.size()>());
static_assert(coversAll<ScaleKind, scales.size()>());
static_assert(coversAll<ClusterInit, clusterInits.size()>());
static_assert(coversAll<ClusterWeighting, clusterWeightings.size()>());
static_assert(coversAll<ChannelBudget, channelBudgets.size()>());
static_assert(coversAll<ChannelMethod, channelMethods.size()>());
static_assert(coversAll<ChannelRefit, channelRefits.size()>());

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

void setRank(LayerSettings &s, const std::string &text)
{
    s.rank->unit = text.ends_with('%') ? RankSettings::Unit::ShareOfBreakEven : RankSettings::Unit::Rank;
    s.rank->value = numberOf(text);
}

void setChannels(LayerSettings &s, ChannelSettings::Unit unit, const std::string &text)
{
    s.channels->unit = unit;
    if (unit != ChannelSettings::Unit::Budget)
        s.channels->budget = ChannelSettings().budget;
    s.channels->value = numberOf(text);
}

/// "macs:50%"
std::string budgetText(const ChannelSettings &channels)
{
    return fmt::format("{}:{}", nameOf(channelBudgets, channels.budget), percentText(channels.value));
}

void setBudget(LayerSettings &s, const std::string &text)
{
    const size_t colon = text.find(':');
    s.channels->budget = chosen<ChannelBudget>(channelBudgets, text.substr(0, colon));
    setChannels(s, ChannelSettings::Unit::Budget, text.substr(colon + 1));
}

using S = const LayerSettings &;
using T = const std::string &;

// clang-format off
constexpr std::array<KeyInfo, 37> keys{{
    {Key::Prune, Method::Prune, true, true, "prune", [] { return Message::tr("of 0 or more and below 1"); }, "ratio", JsonType::Number, {},
     [](S s) { return numberText(s.prune->ratio); }, [](LayerSettings &s, T t) { s.prune->ratio = numberOf(t); }, "0.6 or 60%"},
    {Key::PruneMethod, Method::Prune, false, false, "prune.method", {}, "method", JsonType::Text, pruneMethods,
     [](S s) { return nameOf(pruneMethods, s.prune->method); }, [](LayerSettings &s, T t) { s.prune->method = chosen<PruneMethod>(pruneMethods, t); }},
    {Key::PrunePattern, Method::Prune, false, false, "prune.pattern", [] { return Message::tr("none, N:M with N below M as 2:4, or blocks of rows x columns as 4x1"); }, "pattern", JsonType::Text, {},
     [](S s) { return patternText(s.prune->pattern); }, [](LayerSettings &s, T t) { s.prune->pattern = *readPattern(t); }},
    {Key::PruneScope, Method::Prune, false, false, "prune.scope", {}, "scope", JsonType::Text, pruneScopes,
     [](S s) { return nameOf(pruneScopes, s.prune->scope); }, [](LayerSettings &s, T t) { s.prune->scope = chosen<PruneScope>(pruneScopes, t); }},
    {Key::Bits, Method::Quantize, true, true, "bits", [] { return Message::tr("a whole number from 1 to 8"); }, "bits", JsonType::WholeNumber, {},
     [](S s) { return whole(s.quantize->bits); }, [](LayerSettings &s, T t) { s.quantize->bits = wholeOf(t); }},
    {Key::Symmetric, Method::Quantize, false, false, "symmetric", {}, "symmetric", JsonType::Boolean, booleans,
     [](S s) -> std::string { return s.quantize->symmetric ? "true" : "false"; }, [](LayerSettings &s, T t) { s.quantize->symmetric = t == "true"; }},
    {Key::Granularity, Method::Quantize, false, false, "granularity", {}, "granularity", JsonType::Text, granularities,
     [](S s) { return nameOf(granularities, s.quantize->granularity); }, [](LayerSettings &s, T t) { s.quantize->granularity = chosen<Granularity>(granularities, t); }},
    {Key::Group, Method::Quantize, false, false, "group", [] { return Message::tr("a whole number from 2"); }, "group", JsonType::WholeNumber, {},
     [](S s) { return whole(s.quantize->group); }, [](LayerSettings &s, T t) { s.quantize->group = wholeOf(t); }},
    {Key::Range, Method::Quantize, false, false, "range", {}, "range", JsonType::Text, ranges,
     [](S s) { return nameOf(ranges, s.quantize->range); }, [](LayerSettings &s, T t) { s.quantize->range = chosen<RangeMethod>(ranges, t); }},
    {Key::Percentile, Method::Quantize, false, false, "percentile", [] { return Message::tr("above 0.5 and up to 1"); }, "percentile", JsonType::Number, {},
     [](S s) { return numberText(s.quantize->percentile); }, [](LayerSettings &s, T t) { s.quantize->percentile = numberOf(t); }, "0.999 or 99.9%"},
    {Key::Rounding, Method::Quantize, false, false, "rounding", {}, "rounding", JsonType::Text, roundings,
     [](S s) { return nameOf(roundings, s.quantize->rounding); }, [](LayerSettings &s, T t) { s.quantize->rounding = chosen<Rounding>(roundings, t); }},
    {Key::Format, Method::Quantize, false, false, "format", {}, "format", JsonType::Text, formats,
     [](S s) { return nameOf(formats, s.quantize->format); }, [](LayerSettings &s, T t) { s.quantize->format = chosen<NumberFormat>(formats, t); }},
    {Key::BiasCorrection, Method::Quantize, false, false, "bias_correction", {}, "bias_correction", JsonType::TextOrBoolean, biasCorrections,
     [](S s) { return nameOf(biasCorrections, s.quantize->biasCorrection); }, [](LayerSettings &s, T t) { s.quantize->biasCorrection = chosen<BiasCorrection>(biasCorrections, t); }},
    {Key::Scale, Method::Quantize, false, false, "scale", {}, "scale", JsonType::Text, scales,
     [](S s) { return nameOf(scales, s.quantize->scale); }, [](LayerSettings &s, T t) { s.quantize->scale = chosen<ScaleKind>(scales, t); }},
    {Key::Rank, Method::Rank, true, true, "rank", [] { return Message::tr("a whole number from 1, or a share of the break-even rank as 50%"); }, "rank", JsonType::WholeNumber, {},
     [](S s) { return s.rank->unit == RankSettings::Unit::Rank ? numberText(s.rank->value) : percentText(s.rank->value); }, setRank},
    {Key::RankEnergy, Method::Rank, true, false, "rank.energy", [] { return Message::tr("above 0 and up to 1"); }, "energy", JsonType::Number, {},
     [](S s) { return numberText(s.rank->value); }, [](LayerSettings &s, T t) { s.rank->unit = RankSettings::Unit::Energy; s.rank->value = numberOf(t); }, "0.95 or 95%"},
    {Key::RankMethod, Method::Rank, false, false, "rank.method", {}, "method", JsonType::Text, rankMethods,
     [](S s) { return nameOf(rankMethods, s.rank->method); }, [](LayerSettings &s, T t) { s.rank->method = chosen<RankMethod>(rankMethods, t); }},
    {Key::RankForm, Method::Rank, false, false, "rank.form", {}, "form", JsonType::Text, rankForms,
     [](S s) { return nameOf(rankForms, s.rank->form); }, [](LayerSettings &s, T t) { s.rank->form = chosen<RankForm>(rankForms, t); }},
    {Key::RankBits, Method::Rank, false, false, "rank.bits", [] { return Message::tr("a whole number from 1 to 8, or as_layer"); }, "bits", JsonType::WholeNumberOrWord, {},
     [](S s) { return s.rank->bits == 0 ? "as_layer" : whole(s.rank->bits); }, [](LayerSettings &s, T t) { s.rank->bits = t == "as_layer" ? 0 : wholeOf(t); }},
    {Key::ResidualBits, Method::Rank, false, false, "residual.bits", [] { return Message::tr("a whole number from 1 to 8, or none"); }, "residual_bits", JsonType::WholeNumberOrWord, {},
     [](S s) { return s.rank->residualBits == 0 ? "none" : whole(s.rank->residualBits); }, [](LayerSettings &s, T t) { s.rank->residualBits = t == "none" ? 0 : wholeOf(t); }},
    {Key::Clusters, Method::Cluster, true, true, "clusters", [] { return Message::tr("a whole number from 2 to 256"); }, "clusters", JsonType::WholeNumber, {},
     [](S s) { return whole(s.cluster->clusters); }, [](LayerSettings &s, T t) { s.cluster->clusters = wholeOf(t); }},
    {Key::ClustersGroup, Method::Cluster, false, false, "clusters.group", [] { return Message::tr("a whole number from 1, or all"); }, "group", JsonType::WholeNumberOrWord, {},
     [](S s) { return s.cluster->group == 0 ? "all" : whole(s.cluster->group); }, [](LayerSettings &s, T t) { s.cluster->group = t == "all" ? 0 : wholeOf(t); }},
    {Key::ClustersInit, Method::Cluster, false, false, "clusters.init", {}, "init", JsonType::Text, clusterInits,
     [](S s) { return nameOf(clusterInits, s.cluster->init); }, [](LayerSettings &s, T t) { s.cluster->init = chosen<ClusterInit>(clusterInits, t); }},
    {Key::ClustersWeighting, Method::Cluster, false, false, "clusters.weighting", {}, "weighting", JsonType::Text, clusterWeightings,
     [](S s) { return nameOf(clusterWeightings, s.cluster->weighting); }, [](LayerSettings &s, T t) { s.cluster->weighting = chosen<ClusterWeighting>(clusterWeightings, t); }},
    {Key::Separable, Method::Separable, true, true, "separable", [] { return Message::tr("weights or activations"); }, "fit", JsonType::Text, {},
     [](S s) -> std::string { return s.separable->onActivations ? "activations" : "weights"; }, [](LayerSettings &s, T t) { s.separable->onActivations = t == "activations"; }},
    {Key::Fold, Method::Fold, true, true, "fold", {}, "normalization", JsonType::Text, foldings,
     [](S) { return std::string(foldings.front()); }, [](LayerSettings &s, T) { s.fold.emplace(); }},
    {Key::Renormalize, Method::Renormalize, true, true, "renormalize", {}, "statistics", JsonType::Text, renormalizations,
     [](S) { return std::string(renormalizations.front()); }, [](LayerSettings &s, T) { s.renormalize.emplace(); }},
    {Key::Channels, Method::Channels, true, true, "channels", [] { return Message::tr("of 0 or more and below 1"); }, "ratio", JsonType::Number, {},
     [](S s) { return numberText(s.channels->value); }, [](LayerSettings &s, T t) { setChannels(s, ChannelSettings::Unit::Ratio, t); }, "0.3 or 30%"},
    {Key::ChannelsKeep, Method::Channels, true, false, "channels.keep", [] { return Message::tr("a whole number from 1"); }, "keep", JsonType::WholeNumber, {},
     [](S s) { return numberText(s.channels->value); }, [](LayerSettings &s, T t) { setChannels(s, ChannelSettings::Unit::Keep, t); }},
    {Key::ChannelsBudget, Method::Channels, true, false, "channels.budget", [] { return Message::tr("macs, bytes or latency with the share that stays, as macs:50%"); }, "budget", JsonType::Text, {},
     [](S s) { return budgetText(*s.channels); }, setBudget},
    {Key::ChannelsMethod, Method::Channels, false, false, "channels.method", {}, "method", JsonType::Text, channelMethods,
     [](S s) { return nameOf(channelMethods, s.channels->method); }, [](LayerSettings &s, T t) { s.channels->method = chosen<ChannelMethod>(channelMethods, t); }},
    {Key::ChannelsCriterion, Method::Channels, false, false, "channels.criterion", {}, "criterion", JsonType::Text, channelCriterionNames,
     [](S s) { return nameOf(channelCriterionNames, s.channels->criterion); }, [](LayerSettings &s, T t) { s.channels->criterion = chosen<ChannelCriterion>(channelCriterionNames, t); }},
    {Key::ChannelsRound, Method::Channels, false, false, "channels.round", [] { return Message::tr("a whole number from 1 to 1024, or auto"); }, "round", JsonType::WholeNumberOrWord, {},
     [](S s) { return s.channels->round == 0 ? "auto" : whole(s.channels->round); }, [](LayerSettings &s, T t) { s.channels->round = t == "auto" ? 0 : wholeOf(t); }},
    {Key::ChannelsMin, Method::Channels, false, false, "channels.min", [] { return Message::tr("a whole number from 1"); }, "min", JsonType::WholeNumber, {},
     [](S s) { return whole(s.channels->leastLeft); }, [](LayerSettings &s, T t) { s.channels->leastLeft = wholeOf(t); }},
    {Key::ChannelsRefit, Method::Channels, false, false, "channels.refit", {}, "refit", JsonType::Text, channelRefits,
     [](S s) { return nameOf(channelRefits, s.channels->refit); }, [](LayerSettings &s, T t) { s.channels->refit = chosen<ChannelRefit>(channelRefits, t); }},
    {Key::Drop, Method::Drop, true, true, "drop", {}, "block", JsonType::Text, drops,
     [](S) { return std::string(drops.front()); }, [](LayerSettings &s, T) { s.drop.emplace(); }},
    {Key::Keep, {}, false, false, "keep", {}, "keep", JsonType::Boolean, booleans,
     [](S s) -> std::string { return s.keep ? "true" : "false"; }, [](LayerSettings &s, T t) { s.keep = t == "true"; }},
}};
// clang-format on

static_assert(coversAll<Key, keys.size()>(), "a key has no row");

Message storesWeights()
{
    return Message::tr("say how weights are stored");
}
Message splitsLayer()
{
    return Message::tr("take the layer apart");
}

constexpr std::array<MethodInfo, methodCount> methods{{
    {Method::Prune, "prune", {}},
    {Method::Quantize, "quantize", storesWeights},
    {Method::Rank, "rank", splitsLayer},
    {Method::Cluster, "cluster", storesWeights},
    {Method::Separable, "separable", splitsLayer},
    {Method::Fold, "fold", {}},
    {Method::Renormalize, "renormalize", {}},
    {Method::Channels, "channels", {}},
    {Method::Drop, "drop", {}},
}};
static_assert(coversAll<Method, methods.size()>(), "a method has no row");

template <class Settings, size_t... i>
consteval bool holds(std::index_sequence<i...> /*members*/)
{
    return requires
    {
        Settings{(static_cast<void>(i), std::nullopt)...};
    };
}
static_assert(!holds<LayerSettings>(std::make_index_sequence<methodCount + 1>()),
              "a member of LayerSettings is not among layerMethods");

Key channelsKeyOf(ChannelSettings::Unit unit)
{
    switch (unit) {
    case ChannelSettings::Unit::Ratio:
        return Key::Channels;
    case ChannelSettings::Unit::Keep:
        return Key::ChannelsKeep;
    case ChannelSettings::Unit::Budget:
        return Key::ChannelsBudget;
    }
    return Key::Channels;
}

void reset(Draft &draft, Method method)
{
    draft.on[static_cast<size_t>(method)] = false;
    forEachMethod([&](auto settings) {
        if (methodOf(settings) == method)
            (draft.values.*settings).emplace();
    });
}

} // namespace

Draft::Draft(const LayerSettings &given) : values(normalized(given))
{
    forEachMethod([&](auto settings) {
        on.at(static_cast<size_t>(methodOf(settings))) = (values.*settings).has_value();
        if (!(values.*settings))
            (values.*settings).emplace();
    });
}

LayerSettings Draft::settings() const
{
    LayerSettings result = values;
    forEachMethod([&](auto settings) {
        if (!has(methodOf(settings)))
            (result.*settings).reset();
    });
    return normalized(result);
}

std::span<const KeyInfo> allKeys()
{
    return keys;
}

std::span<const MethodInfo> allMethods()
{
    return methods;
}

const MethodInfo &infoOf(Method method)
{
    return methods.at(static_cast<size_t>(method));
}

bool excludeEachOther(Method one, Method other)
{
    return one != other && infoOf(one).does && infoOf(one).does == infoOf(other).does;
}

void resetRivals(LayerSettings &settings, Method method)
{
    forEachMethod([&](auto other) {
        if (excludeEachOther(method, methodOf(other)))
            (settings.*other).reset();
    });
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
                Message::tr("There is no recipe key {}; the nearest is {}.",
                            name.empty() ? std::string_view("\"\"") : name, nearestOf(name, names)));
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
        return reset(draft, *info.method);
    info.set(draft.values, value);
    if (!info.switchesOn)
        return;
    draft.on[static_cast<size_t>(*info.method)] = true;
    for (const MethodInfo &other : methods)
        if (excludeEachOther(*info.method, other.method))
            draft.on[static_cast<size_t>(other.method)] = false;
}

bool switchesOff(const KeyInfo &info, std::string_view value)
{
    return info.canBeOff && value == off;
}

bool says(const Draft &draft, const KeyInfo &info)
{
    if (!info.method)
        return draft.values.keep;
    if (info.key == Key::Channels || info.key == Key::ChannelsKeep || info.key == Key::ChannelsBudget)
        return draft.has(Method::Channels) && info.key == channelsKeyOf(draft.values.channels->unit);
    const bool byEnergy = draft.values.rank->unit == RankSettings::Unit::Energy;
    const bool grouped = draft.values.quantize->granularity == lathe::Granularity::Group;
    return draft.has(*info.method) && info.key != (byEnergy ? Key::Rank : Key::RankEnergy) &&
           (info.key != Key::Group || grouped);
}

} // namespace lathe::recipe
