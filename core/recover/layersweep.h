#pragma once
// One pass over the layers of a compressed model. Inside core/recover only.
#include "core/calibrate/matchedmoments.h"
#include "core/exporting/graph.h"
#include "core/recover/recovery.h"
#include "core/rewrite/blocks.h"

namespace lathe {

/// What a model lacks blocks of, which says what its layers should give.
struct WholeModel {
    Model model;
    std::shared_ptr<const Blocks> blocks;
};

class LayerSweep {
public:
    /// All must outlive it. @param whole of which models are fitted; null: their own source
    LayerSweep(const SplitSamples &samples, const RecoveryOptions &options, Exporter &exporter,
               const WholeModel *whole, std::vector<Issue> &issues)
        : m_samples(samples), m_options(options), m_exporter(exporter), m_whole(whole), m_issues(issues)
    {
    }
    /// New codes for the layers of `model`, in place. @returns how many got one
    Index run(RecoveryStep step, CompressedModel &model, const JobContext &ctx);

private:
    bool improve(RecoveryStep step, CompressedModel &model, size_t layer, const MatchedMoments &fitted,
                 const MatchedMoments &heldOut, const JobContext &ctx) const;

    const SplitSamples &m_samples;
    const RecoveryOptions &m_options;
    Exporter &m_exporter;
    const WholeModel *m_whole;
    std::vector<Issue> &m_issues;
};

} // namespace lathe
