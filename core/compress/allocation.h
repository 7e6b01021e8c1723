#pragma once
// Layers that are pruned together: how many weights go in each. Inside core/compress only.
#include "core/compress/compressorwork.h"
#include "core/compress/globalprune.h"

namespace lathe {

class Compressor::Allocation {
public:
    /// @param tuning null: none
    Allocation(const Compressor &owner, const Tuning *tuning) : m_owner(owner), m_tuning(tuning) {}

    /// By layer; none where the layer's own settings say it.
    /// @param settings as they are carried out
    std::vector<std::optional<int64_t>> counts(const std::vector<LayerSettings> &settings,
                                               const JobContext &ctx) const;

private:
    using Shares = std::vector<GlobalShare>;

    /// That all of them carry values that were trained with these settings.
    bool areTunedWith(const Shares &shares, const std::vector<LayerSettings> &settings,
                      const JobContext &ctx) const;
    /// What trained layers lost; empty: some of them are not trained.
    std::optional<std::vector<int64_t>> countsBefore(const Shares &shares) const;
    std::vector<int64_t> countsOf(const Shares &shares, PruneMethod method,
                                  const std::vector<LayerSettings> &settings, const JobContext &ctx) const;
    /// What pruning each layer alone costs the model's output. Empty where that cannot be told.
    std::optional<std::vector<PruneCosts>> trialCosts(const Shares &shares, PruneMethod method,
                                                      const JobContext &ctx) const;
    /// What pruning all the layers together costs it.
    std::optional<double> jointCost(const Shares &shares, const std::vector<LayerSettings> &settings,
                                    const std::vector<int64_t> &counts, const JobContext &ctx) const;
    std::optional<double> lossOf(CompressedModel trial, const JobContext &ctx) const;
    CompressedModel untouched() const;

    const Compressor &m_owner;
    const Tuning *m_tuning;
};

} // namespace lathe
