#include "core/recipe/recipe.h"

#include "core/recipe/keys.h"

#include <algorithm>

namespace lathe {
namespace {

using recipe::Key;

/// Settings while rules are applied: how a method works is known before, and whether or not, it is switched
/// on.
struct Draft {
    bool pruned = false, quantized = false, factorized = false;
    PruneSettings prune;
    QuantizeSettings quantize;
    RankSettings rank;

    LayerSettings settings() const
    {
        LayerSettings result;
        if (pruned)
            result.prune = prune;
        if (quantized)
            result.quantize = quantize;
        if (factorized)
            result.rank = rank;
        return result;
    }
};

void switchOff(Draft &draft, recipe::Method method)
{
    switch (method) {
    case recipe::Method::Prune:
        draft.pruned = false;
        draft.prune = {};
        break;
    case recipe::Method::Quantize:
        draft.quantized = false;
        draft.quantize = {};
        break;
    case recipe::Method::Rank:
        draft.factorized = false;
        draft.rank = {};
        break;
    }
}

void setRank(Draft &draft, RankSettings::Unit unit, double value)
{
    draft.factorized = true;
    draft.rank.unit = unit;
    draft.rank.value = value;
}

void apply(Draft &draft, const Change &change)
{
    const recipe::KeyInfo &info = recipe::infoOf(change.key);
    const std::string value = recipe::canonicalValue(info, change.value);
    if (value == recipe::off)
        return switchOff(draft, info.method);
    switch (info.key) {
    case Key::Prune:
        draft.pruned = true;
        draft.prune.ratio = recipe::numberOf(value);
        break;
    case Key::PruneMethod:
        draft.prune.method = PruneMethod::Magnitude;
        break;
    case Key::Bits:
        draft.quantized = true;
        draft.quantize.bits = static_cast<int>(recipe::numberOf(value));
        break;
    case Key::Symmetric:
        draft.quantize.symmetric = value == "true";
        break;
    case Key::Granularity:
        draft.quantize.granularity = value == "tensor" ? Granularity::Tensor : Granularity::Channel;
        break;
    case Key::Rank:
        setRank(draft, value.ends_with('%') ? RankSettings::Unit::ShareOfBreakEven : RankSettings::Unit::Rank,
                recipe::numberOf(value));
        break;
    case Key::RankEnergy:
        setRank(draft, RankSettings::Unit::Energy, recipe::numberOf(value));
        break;
    case Key::RankMethod:
        draft.rank.method = RankMethod::Svd;
        break;
    }
}

} // namespace

std::vector<LayerSettings> Recipe::resolve(const std::vector<std::string> &layerNames) const
{
    std::vector<LayerSettings> settings;
    settings.reserve(layerNames.size());
    for (const std::string &name : layerNames) {
        Draft draft;
        for (const Rule &rule : rules)
            if (globMatches(rule.pattern, name))
                for (const Change &change : rule.changes)
                    apply(draft, change);
        settings.push_back(draft.settings());
    }
    return settings;
}

std::vector<std::string> Recipe::unmatchedPatterns(const std::vector<std::string> &layerNames) const
{
    std::vector<std::string> unmatched;
    for (const Rule &rule : rules)
        if (std::ranges::none_of(layerNames,
                                 [&](const std::string &name) { return globMatches(rule.pattern, name); }))
            unmatched.push_back(rule.pattern);
    return unmatched;
}

Recipe Recipe::withLayer(const std::string &layerName, const LayerSettings &settings) const
{
    Recipe changed = *this;
    const Rule own = exactRule(layerName, settings);
    std::erase_if(changed.rules, [&](const Rule &rule) { return rule.pattern == own.pattern; });
    changed.rules.push_back(own);
    return changed;
}

} // namespace lathe
