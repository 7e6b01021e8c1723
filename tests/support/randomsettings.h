#pragma once
// Layer settings with any value that a recipe can say.
#include "core/recipe/settings.h"

#include <random>

namespace lathe {

inline LayerSettings randomSettings(std::mt19937 &random)
{
    std::uniform_real_distribution<double> share(0.0, 1.0);
    const auto chance = [&] { return random() % 2 == 0; };
    const auto among = [&](int count) { return static_cast<int>(random() % static_cast<unsigned>(count)); };
    LayerSettings settings;
    if (chance()) {
        PruneSettings prune{share(random), static_cast<PruneMethod>(among(int(pruneCriteria.size())))};
        prune.scope = static_cast<PruneScope>(among(2));
        prune.pattern.kind = static_cast<PrunePattern::Kind>(among(3));
        if (prune.pattern.kind != PrunePattern::Kind::Single) {
            prune.pattern.first = 1 + among(4);
            prune.pattern.second = prune.pattern.first + 1 + among(8);
        }
        settings.prune = prune;
    }
    if (chance()) {
        QuantizeSettings quantize{1 + among(8), chance(), static_cast<Granularity>(among(3)), 2 + among(200)};
        quantize.range = static_cast<RangeMethod>(among(3));
        quantize.percentile = 1.0 - 0.5 * share(random);
        quantize.rounding = static_cast<Rounding>(among(2));
        quantize.format = static_cast<NumberFormat>(among(6));
        quantize.biasCorrection = static_cast<BiasCorrection>(among(4));
        quantize.scale = static_cast<ScaleKind>(among(2));
        settings.quantize = quantize;
    } else if (chance()) {
        settings.cluster = ClusterSettings{2 + among(255), among(100), static_cast<ClusterInit>(among(4)),
                                           static_cast<ClusterWeighting>(among(3))};
    }
    if (chance()) {
        RankSettings rank{
            static_cast<RankSettings::Unit>(among(3)), 0.0,      static_cast<RankMethod>(among(2)),
            static_cast<RankForm>(among(3)),           among(9), among(9)};
        rank.value = rank.unit == RankSettings::Unit::Rank ? 1 + among(5000) : 1.0 - share(random);
        settings.rank = rank;
    } else if (chance()) {
        settings.separable = SeparableSettings{chance()};
    }
    if (chance()) {
        ChannelSettings channels{.unit = static_cast<ChannelSettings::Unit>(among(3)),
                                 .method = static_cast<ChannelMethod>(among(2)),
                                 .criterion =
                                     static_cast<ChannelCriterion>(among(int(channelCriteria.size()))),
                                 .round = among(33),
                                 .leastLeft = 1 + among(20),
                                 .refit = static_cast<ChannelRefit>(among(3))};
        const bool keeps = channels.unit == ChannelSettings::Unit::Keep;
        channels.value = keeps                                           ? 1 + among(500)
                         : channels.unit == ChannelSettings::Unit::Ratio ? share(random)
                                                                         : 1.0 - share(random);
        if (channels.unit == ChannelSettings::Unit::Budget)
            channels.budget = static_cast<ChannelBudget>(among(3));
        settings.channels = channels;
    }
    if (among(4) == 0)
        settings.drop.emplace();
    return normalized(settings);
}

} // namespace lathe
