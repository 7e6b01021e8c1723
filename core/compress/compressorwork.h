#pragma once
// What Compressor remembers, and how it compresses one layer. Inside core/compress only.
#include "core/analysis/normalizations.h"
#include "core/compress/bytecache.h"
#include "core/compress/compressor.h"
#include "core/compress/nextnormalizations.h"
#include "core/compress/plan.h"
#include "core/methods/matrixinputs.h"
#include "core/methods/methods.h"

#include <atomic>
#include <mutex>
#include <tuple>

namespace lathe {

/// Tied layers get what the layers have that they are tied to.
void followTies(CompressedModel &model);

/// A result and what was done otherwise than asked.
struct KnownResult {
    LayerResult result;
    std::vector<Issue> issues;
};

/// Automatic bias correction goes by calibration data.
LayerSettings fromData(LayerSettings settings);
/// Empty where nothing of the recipe is automatic.
std::optional<Recipe> resolvedRecipe(const CompressedModel &compressed,
                                     const std::vector<LayerSettings> &asked);

/// Of the settings of all layers, one behind the other.
std::string settingsKey(const std::vector<LayerSettings> &settings);
/// That the settings go by the layer's inputs, which nothing says. @throws Error InvalidArgument
[[noreturn]] void refuseWithoutCalibration(const Layer &layer, const LayerSettings &settings);

struct Compressor::Cache {
    using PlanKey = std::pair<size_t, std::string>;
    using FactorKey = std::pair<size_t, bool>;                ///< true: of the spatial unfolding
    using TrialKey = std::tuple<size_t, PruneMethod, size_t>; ///< layer and place in trialRatios
    explicit Cache(const std::shared_ptr<CacheBudget> &budget)
        : encodings(budget), factors(budget), inputs(budget), globalCounts(budget), uncorrected(budget),
          tunings(budget)
    {
    }
    ByteCache<PlanKey, KnownResult> encodings;
    ByteCache<FactorKey, std::shared_ptr<const SvdFactors>> factors;
    ByteCache<size_t, std::shared_ptr<const MatrixInputs>> inputs;
    ByteCache<std::string, std::vector<int64_t>> globalCounts;
    ByteCache<std::string, std::vector<size_t>> uncorrected;       ///< of the settings of all layers
    ByteCache<std::string, std::shared_ptr<const Tuning>> tunings; ///< measured again, of the same
    /// They outlive their factors: a rank by energy needs no more.
    SmallCache<FactorKey, std::vector<double>> energies;
    SmallCache<TrialKey, double> trials;
    std::once_flag normalizationsOnce;
    std::optional<Normalizations> normalizations;
    std::atomic<bool> gradientsKnown = false; ///< of all layers, without computing any
    std::once_flag nextOnce;
    std::optional<NextNormalizations> nextNormalizations;
};

/// One layer on its way through plan and encoding; weight and factors are fetched at most once.
class Compressor::Work {
public:
    Work(const Compressor &owner, size_t layer, std::optional<int64_t> pruneCount, const JobContext &ctx);

    /// Encoding the layer tells how far it is.
    void reportTo(const JobContext &ctx) { m_report = ctx.onProgress; }
    KnownResult run(const LayerSettings &settings);
    /// The result if nothing has to be computed for it.
    std::optional<KnownResult> remembered(const LayerSettings &settings);
    /// What was trained, if these settings are those that it was trained with; else what run() gives is
    /// wanted, and `stale` gets an issue.
    std::optional<KnownResult> tuned(const LayerSettings &settings, const TunedLayer &trained,
                                     std::vector<Issue> &stale);
    /// Whether these settings are those that it was trained with.
    bool isTunedWith(const LayerSettings &settings, const TunedLayer &trained);
    /// What the common threshold of several layers goes by.
    Matrix pruneScores(const LayerSettings &settings);
    LayerResult untouched() const;

private:
    /// @param trained the layer carries trained values, so that no statistics are needed
    PlannedLayer planned(const LayerSettings &settings, bool trained = false);
    template <class F>
    KnownResult finished(const LayerSettings &settings, const PlannedLayer &plan, const F &encode);
    const Matrix &weight();
    std::shared_ptr<const SvdFactors> factors(bool spatial);
    std::vector<double> energy(bool spatial);
    /// Null where there are none.
    std::shared_ptr<const MatrixInputs> inputs();
    /// Null where there are none.
    std::shared_ptr<const GradientStatistics> gradients();
    KnownResult encoded(const Plan &plan);
    void describe(KnownResult &known, const Plan &plan, Encoding encoding, const MatrixInputs *inputs);
    /// The figures of what the layer carries. @param stored what it decodes to
    void measure(LayerResult &result, const Matrix &stored, const MatrixInputs *inputs, bool shifted);
    /// @param stored what the encoding decodes to, before and after
    void correctByConstants(KnownResult &known, const Plan &plan, Encoding &encoding, Matrix &stored);
    /// What keepSums() makes of plainly rounded weights; empty where that cannot be done.
    std::optional<MatrixEncoding> withSumsKept(const Plan &plan, const Encoding &encoding);
    const Normalizations &normalizations();
    /// A ratio so small that it rounds to no element leaves the plain weight.
    static bool changesAnything(const Plan &plan, const Encoding &encoding);

    const Model &m_model;
    const Layer &m_layer;
    size_t m_index;
    Cache &m_cache;
    const Calibration *m_calibration;
    std::optional<int64_t> m_pruneCount;
    JobContext m_ctx;
    std::function<void(const Progress &)> m_report; ///< may be empty
    std::optional<Matrix> m_weight;
};

} // namespace lathe
