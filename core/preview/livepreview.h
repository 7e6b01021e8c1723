#pragma once
// Measures a model while the settings of a few of its layers move.
#include "core/exporting/graph.h"
#include "core/measure/preview.h"

namespace lathe {

struct LiveOptions {
    int64_t cacheBytes = int64_t(1) << 30; ///< for what enters the part of the graph that moves
    double precision =
        0.01; ///< top-1 fraction: half the width of PreviewState::fullSet at which to stop; 0: run all
};

/// How a selection of layers is measured.
struct CutFacts {
    /// Of the part that runs at each move; of the time instead, once made ready, where MACs are unknown.
    double macShare = 1.0;
    size_t cachedChunks = 0; ///< of chunks() with a cut; the others run the whole model
    size_t chunks = 0;
    bool ready = false; ///< its sessions are there
    Message obstacle;   ///< why the whole model runs at each move; empty: it does not
};

/// Keeps, for the layers that move, what the untouched part of the graph gives for each sample, and a session
/// of the other part that takes their constants as inputs, so that a move costs neither. Samples are taken
/// where they tell most; see SamplingPlan and DropEstimator. What is measured is the model that
/// Exporter::build() makes, within rounding. May be used from several threads.
class LivePreview {
public:
    /// @param samples, baseline as for measureVariant()
    LivePreview(std::shared_ptr<Exporter> exporter, std::shared_ptr<const SampleSet> samples,
                std::shared_ptr<const Baseline> baseline, const LiveOptions &options = {});
    ~LivePreview();

    /// Makes ready for moves of these layers with all others as they are: sessions, then the cache, as much
    /// as there is room for. @param fill false: no cache yet @throws Error, Cancelled
    void prepare(const CompressedModel &compressed, const std::vector<size_t> &layers,
                 const JobContext &ctx = {}, bool fill = true);
    /// Layers that nothing was prepared for are made ready on the way, unless there are many of them.
    /// Reports after each portion of samples, on the calling thread; goes on from what an earlier, cancelled
    /// call with the same compressed model found. Ends when the precision is reached.
    /// @param layers that moved last, and may move on; empty: all that are compressed
    /// @param precision as LiveOptions::precision, instead of it
    /// @returns the last state. @throws Error, Cancelled
    PreviewState measure(const CompressedModel &compressed, const std::vector<size_t> &layers,
                         const std::function<void(const PreviewState &)> &onState, const JobContext &ctx = {},
                         std::optional<double> precision = {});

    int64_t cachedBytes() const;
    CutFacts facts(const CompressedModel &compressed, const std::vector<size_t> &layers);

private:
    struct State;
    std::unique_ptr<State> m_state;
};

} // namespace lathe
