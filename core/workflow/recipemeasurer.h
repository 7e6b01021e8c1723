#pragma once
// Measures a recipe step by step: sizes at once, accuracy as it sharpens, then time and memory.
#include "core/compress/entropycost.h"
#include "core/exporting/graph.h"
#include "core/measure/figures.h"
#include "core/workflow/evaluationdata.h"

#include <functional>

namespace lathe {

/// What is known of one recipe so far. Parts stay empty until their step is done.
struct PreviewUpdate {
    Recipe recipe;                        ///< what the figures belong to
    std::vector<LayerSettings> settings;  ///< what it says of each layer of the source
    std::shared_ptr<const Tuning> tuning; ///< that was asked for; null: none
    std::shared_ptr<const CompressedModel> compressed;
    std::shared_ptr<const std::vector<LayerStorage>> storage;
    std::shared_ptr<const std::vector<EntropyCost>> entropy;
    std::shared_ptr<const std::vector<Issue>> issues; ///< of compressing and of building
    Figures figures;                                  ///< as they stand to `recipe`
    /// Layers that all but the figures speak of, while others are still being compressed; empty: all.
    std::vector<bool> ready = {};
    /// What a later update says of the layers that are ready takes the place of what is known of them; ready
    /// are those of the later one then. @returns false: it is of another source, and nothing was taken
    bool takeReady(const PreviewUpdate &later);
    LearnedFrom learned = LearnedFrom::Nothing; ///< of the model, where it is measured
};

/// What a recipe is measured with.
struct PreviewSource {
    std::shared_ptr<Compressor> compressor;
    std::shared_ptr<Exporter> exporter;       ///< of the same model
    std::shared_ptr<const SampleSet> samples; ///< null: sizes only
    std::shared_ptr<const Baseline> baseline; ///< null: sizes only
    /// What a recipe that looks at calibration data is measured against; null: as any other.
    std::shared_ptr<const Baseline> heldOut;
    std::shared_ptr<const Baseline> unlearned = {}; ///< the same for trained values; null: as heldOut
    double precision = 0.01;                        ///< as LiveOptions
    int64_t cacheBytes = int64_t(1) << 30;
};

/// What is to be measured.
struct PreviewRequest {
    Recipe recipe;
    std::vector<size_t> moving; ///< layers that changed last, and may go on changing
    bool dragging = false;      ///< the control has not come to rest: accuracy alone
    bool exact = false;         ///< on all samples, however sure it is before
    /// What the recipe says of each layer of the source, where that is known; empty: it is worked out.
    std::vector<LayerSettings> settings = {};
    std::shared_ptr<const Tuning> tuning = nullptr; ///< laid over the recipe; null: none
    bool partly = false; ///< hand over what is ready while other layers are still being compressed
};

/// The stage of progress while statistics are gathered.
Message calibratingStage();

/// Keeps between the recipes of one model what makes the next one cheap. May be used from several threads: a
/// job that was told to stop may still run beside the next one.
class RecipeMeasurer {
public:
    explicit RecipeMeasurer(const PreviewSource &source);
    ~RecipeMeasurer();

    bool hasSamples() const;
    /// Hands over what is known after each step, on the calling thread; while layers are compressed on any
    /// other, but on one at a time. @returns the last of it
    /// @throws Error as Compressor::compress() and LivePreview::measure() do. @throws Cancelled
    PreviewUpdate measure(const PreviewRequest &request, const std::function<void(PreviewUpdate)> &deliver,
                          const JobContext &ctx = {});
    /// Goes on from what measure() returned for the same request, to all samples. @throws as measure()
    PreviewUpdate complete(const PreviewUpdate &known, const PreviewRequest &request,
                           const std::function<void(PreviewUpdate)> &deliver, const JobContext &ctx = {});
    /// Makes layers ready to move, with their neighbours when it is one layer. Needs samples.
    /// @param layers at least one, in order @throws Error, Cancelled
    /// @param tuning as PreviewRequest::tuning
    void prepare(const Recipe &recipe, const std::vector<size_t> &layers, const JobContext &ctx = {},
                 std::shared_ptr<const Tuning> tuning = nullptr);

private:
    struct State;
    std::unique_ptr<State> m_state;
};

} // namespace lathe
