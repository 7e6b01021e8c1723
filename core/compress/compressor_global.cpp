// The part of Compressor that prunes several layers together: how many weights go in each.
#include "core/compress/compressorwork.h"
#include "core/compress/globalprune.h"

#include <fmt/format.h>

namespace lathe {

void Compressor::prepareInputs(const std::vector<GlobalShare> &shares, const JobContext &ctx) const
{
    std::vector<size_t> layers;
    for (const GlobalShare &share : shares)
        layers.push_back(share.layer);
    m_calibration->prepare(layers, ctx);
}

/// What pruning each layer alone costs the model's output. Empty where that cannot be told.
std::optional<std::vector<PruneCosts>> Compressor::trialCosts(const std::vector<GlobalShare> &shares,
                                                              PruneMethod method, const JobContext &ctx) const
{
    const std::vector<Layer> &layers = m_source.layers();
    JobContext quiet = ctx;
    quiet.onProgress = {};
    std::vector<PruneCosts> costs;
    for (const GlobalShare &share : shares) {
        ctx.checkpoint(static_cast<double>(costs.size()) / static_cast<double>(shares.size()),
                       fmt::format("trying layer {} of {}", costs.size() + 1, shares.size()));
        PruneCosts &cost = costs.emplace_back();
        cost.size = layers[share.layer].rows * layers[share.layer].cols;
        for (size_t i = 0; i < trialRatios.size(); ++i) {
            const Cache::TrialKey key{share.layer, method, i};
            std::optional<double> lost = m_cache->trials.find(key);
            if (!lost) {
                LayerSettings alone;
                alone.prune = PruneSettings{trialRatios[i], method};
                CompressedModel trial{m_origin, m_source, {}, std::vector<LayerResult>(layers.size()),
                                      {},       {},       {}};
                trial.layers[share.layer] = Work(*this, share.layer, {}, quiet).run(alone).result;
                followTies(trial);
                lost = m_calibration->divergence(trial, quiet);
                if (!lost)
                    return {};
                m_cache->trials.insert(key, *lost, sizeof(key));
            }
            cost.lost[i] = *lost;
        }
    }
    return costs;
}

/// What pruning all the layers together costs the model's output.
std::optional<double> Compressor::jointCost(const std::vector<GlobalShare> &shares,
                                            const std::vector<LayerSettings> &settings,
                                            const std::vector<int64_t> &counts, const JobContext &ctx) const
{
    CompressedModel trial{m_origin, m_source, {}, std::vector<LayerResult>(settings.size()), {}, {}, {}};
    JobContext quiet = ctx;
    quiet.onProgress = {};
    for (size_t i = 0; i < shares.size(); ++i) {
        LayerSettings alone;
        alone.prune = settings[shares[i].layer].prune;
        trial.layers[shares[i].layer] = Work(*this, shares[i].layer, counts[i], quiet).run(alone).result;
    }
    followTies(trial);
    return m_calibration->divergence(trial, quiet);
}

std::vector<std::optional<int64_t>> Compressor::globalCounts(const std::vector<LayerSettings> &settings,
                                                             const JobContext &ctx) const
{
    std::vector<std::optional<int64_t>> counts(settings.size());
    for (const PruneMethod method : {PruneMethod::Magnitude, PruneMethod::Wanda, PruneMethod::Obs}) {
        std::vector<GlobalShare> shares;
        std::string key = fmt::format("{} ", static_cast<int>(method));
        for (size_t i = 0; i < settings.size(); ++i) {
            if (!m_source.layers()[i].compressible() || !sharesThreshold(settings[i]) ||
                settings[i].prune->method != method)
                continue;
            shares.push_back({i, settings[i].prune->ratio});
            key += fmt::format("{}:{} ", i, settings[i].prune->ratio);
        }
        if (shares.empty())
            continue;
        std::optional<std::vector<int64_t>> known = m_cache->globalCounts.find(key);
        if (!known) {
            std::optional<std::vector<PruneCosts>> costs;
            if (m_calibration && method != PruneMethod::Magnitude) {
                prepareInputs(shares, ctx.part(0.0, 0.2));
                costs = trialCosts(shares, method, ctx.part(0.2, 0.5));
            }
            known = countsUnderOneThreshold(shares, [&](size_t layer) {
                return Work(*this, layer, {}, ctx).pruneScores(settings[layer]);
            });
            // What layers cost one by one may mislead, as where the model is sure of all it was shown.
            if (const auto other = costs ? countsByCost(shares, *costs) : *known; other != *known) {
                const auto lost = jointCost(shares, settings, *known, ctx);
                const auto otherLost = jointCost(shares, settings, other, ctx);
                if (otherLost && (!lost || *otherLost < *lost))
                    known = other;
            }
            m_cache->globalCounts.insert(key, *known, known->size() * sizeof(int64_t));
        }
        for (size_t i = 0; i < shares.size(); ++i)
            counts[shares[i].layer] = (*known)[i];
    }
    return counts;
}

} // namespace lathe
