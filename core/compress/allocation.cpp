#include "core/compress/allocation.h"

#include "core/compress/oracle.h"

#include <cmath>
#include <fmt/format.h>

namespace lathe {

std::vector<std::optional<int64_t>> Compressor::Allocation::counts(const std::vector<LayerSettings> &settings,
                                                                   const JobContext &ctx) const
{
    std::map<PruneMethod, Shares> together;
    for (size_t i = 0; i < settings.size(); ++i)
        if (m_owner.m_source.layers()[i].compressible() && sharesThreshold(settings[i]))
            together[settings[i].prune->method].push_back({i, settings[i].prune->ratio});
    std::vector<std::optional<int64_t>> counts(settings.size());
    for (const auto &[method, shares] : together) {
        const bool blind =
            !m_owner.m_calibration && needsCalibration({.prune = PruneSettings{.method = method}});
        const auto before =
            blind || areTunedWith(shares, settings, ctx) ? countsBefore(shares) : std::nullopt;
        const std::vector<int64_t> found = before ? *before : countsOf(shares, method, settings, ctx);
        for (size_t i = 0; i < shares.size(); ++i)
            counts[shares[i].layer] = found[i];
    }
    return counts;
}

bool Compressor::Allocation::areTunedWith(const Shares &shares, const std::vector<LayerSettings> &settings,
                                          const JobContext &ctx) const
{
    return m_tuning && std::ranges::all_of(shares, [&](const GlobalShare &share) {
               const TunedLayer *trained = m_tuning->layer(share.layer);
               return trained && trained->pruneCount &&
                      Work(m_owner, share.layer, trained->pruneCount, ctx)
                          .isTunedWith(settings[share.layer], *trained);
           });
}

std::optional<std::vector<int64_t>> Compressor::Allocation::countsBefore(const Shares &shares) const
{
    std::vector<int64_t> counts;
    for (const GlobalShare &share : shares) {
        const TunedLayer *trained = m_tuning ? m_tuning->layer(share.layer) : nullptr;
        if (!trained || !trained->pruneCount)
            return {};
        counts.push_back(*trained->pruneCount);
    }
    return counts;
}

std::vector<int64_t> Compressor::Allocation::countsOf(const Shares &shares, PruneMethod method,
                                                      const std::vector<LayerSettings> &settings,
                                                      const JobContext &ctx) const
{
    std::string key = fmt::format("{} ", static_cast<int>(method));
    std::vector<size_t> layers;
    for (const GlobalShare &share : shares) {
        key += fmt::format("{}:{} ", share.layer, share.ratio);
        layers.push_back(share.layer);
    }
    if (const auto known = m_owner.m_cache->globalCounts.find(key))
        return *known;
    std::optional<std::vector<PruneCosts>> costs;
    const PruneCriterion &criterion = criterionOf(method);
    if (m_owner.m_calibration && criterion.byInputs) {
        m_owner.m_calibration->prepare(layers, ctx.part(0.0, 0.2));
        costs = trialCosts(shares, method, ctx.part(0.2, 0.5));
    } else if (m_owner.m_calibration && criterion.byGradients) { // costs that compare between layers
        m_owner.m_calibration->gradients(layers.front(), ctx.part(0.0, 0.5));
    }
    std::vector<int64_t> counts = countsUnderOneThreshold(
        shares, [&](size_t layer) { return Work(m_owner, layer, {}, ctx).pruneScores(settings[layer]); });
    // What layers cost one by one may mislead, as where the model is sure of all it was shown.
    if (const auto other = costs ? countsByCost(shares, *costs) : counts; other != counts) {
        const auto lost = jointCost(shares, settings, counts, ctx);
        const auto otherLost = jointCost(shares, settings, other, ctx);
        if (otherLost && (!lost || *otherLost < *lost))
            counts = other;
    }
    m_owner.m_cache->globalCounts.insert(key, counts, key.size() + counts.size() * sizeof(int64_t));
    return counts;
}

std::optional<std::vector<PruneCosts>>
Compressor::Allocation::trialCosts(const Shares &shares, PruneMethod method, const JobContext &ctx) const
{
    JobContext quiet = ctx;
    quiet.onProgress = {};
    std::vector<PruneCosts> costs;
    for (const GlobalShare &share : shares) {
        ctx.checkpoint(static_cast<double>(costs.size()) / static_cast<double>(shares.size()),
                       Message::tr("trying layer {} of {}", costs.size() + 1, shares.size()));
        const Layer &layer = m_owner.m_source.layers()[share.layer];
        PruneCosts &cost = costs.emplace_back();
        cost.size = layer.rows * layer.cols;
        for (size_t i = 0; i < trialRatios.size(); ++i) {
            const Cache::TrialKey key{share.layer, method, i};
            std::optional<double> lost = m_owner.m_cache->trials.find(key);
            if (!lost) {
                LayerSettings alone;
                alone.prune = PruneSettings{trialRatios[i], method};
                CompressedModel trial = untouched();
                trial.layers[share.layer] = Work(m_owner, share.layer, {}, quiet).run(alone).result;
                lost = lossOf(std::move(trial), quiet);
                if (!lost)
                    return {};
                m_owner.m_cache->trials.insert(key, *lost);
            }
            cost.lost[i] = *lost;
        }
    }
    return costs;
}

std::optional<double> Compressor::Allocation::jointCost(const Shares &shares,
                                                        const std::vector<LayerSettings> &settings,
                                                        const std::vector<int64_t> &counts,
                                                        const JobContext &ctx) const
{
    JobContext quiet = ctx;
    quiet.onProgress = {};
    CompressedModel trial = untouched();
    for (size_t i = 0; i < shares.size(); ++i) {
        LayerSettings alone;
        alone.prune = settings[shares[i].layer].prune;
        trial.layers[shares[i].layer] = Work(m_owner, shares[i].layer, counts[i], quiet).run(alone).result;
    }
    return lossOf(std::move(trial), quiet);
}

std::optional<double> Compressor::Allocation::lossOf(CompressedModel trial, const JobContext &ctx) const
{
    followTies(trial);
    const std::shared_ptr<const Oracle> oracle = m_owner.m_calibration->oracle(ctx);
    const auto loss = oracle ? oracle->loss(trial, ctx) : std::nullopt;
    return loss && std::isfinite(loss->divergence) ? std::optional(loss->divergence) : std::nullopt;
}

CompressedModel Compressor::Allocation::untouched() const
{
    const Model &source = m_owner.m_source;
    return {m_owner.m_origin, source, {}, std::vector<LayerResult>(source.layers().size()), {}, {}, {}};
}

} // namespace lathe
