#pragma once
// Recipe + model -> encodings of all layers. What the preview measures and what the export writes start here.
#include "core/compress/cachebudget.h"
#include "core/compress/narrowing.h"
#include "core/compress/slowwork.h"
#include "core/compress/tuning.h"
#include "core/methods/layercode.h"
#include "core/methods/statistics.h"
#include "core/model/model.h"
#include "core/recipe/recipe.h"

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace lathe {

struct LayerResult {
    LayerSettings settings;     ///< what was asked for
    LayerCode code;             ///< what came of it
    double relativeError = 0.0; ///< ||W - decoded||_F / ||W||_F, 0 for a zero weight
    double sparsity = 0.0;      ///< share of exact zeros in what is stored; 0 when untouched (not looked at)
    Index rank = 0;             ///< 0: not factorized
    std::optional<double>
        outputError; ///< ||(W - decoded) X||_F / ||W X||_F on calibration data; empty without
    /// sqrt of the mean over the output channels of the squared error relative to the channel's variance:
    /// what a normalization behind the layer makes of it. On calibration data, else from the constants of
    /// such a normalization; empty where neither is known.
    std::optional<double> normalizedError;
    std::optional<int64_t>
        pruneCount; ///< weights that go where a threshold shared with other layers says how many
    BiasCorrection biasCorrection = BiasCorrection::Off; ///< where the shift of the bias is known from
    int64_t theoreticalBits = 0; ///< of the encoding; of the plain weight when untouched; 0 when tied
    std::string planKey = {};    ///< equal for settings that lead to the same numbers
    /// What became of trained values of the layer.
    enum class Trained {
        None,    ///< there are none
        Carried, ///< `code` is theirs
        LeftOut  ///< they were trained with other settings, or the layer is kept as it is
    } trained = Trained::None;
};

/// What was made of a model by a recipe: the origin is rewritten first (normalizations folded, channels
/// removed), then the layers of what came of it are encoded. A tied layer has the settings and the encoding
/// of the layer it is tied to.
struct CompressedModel {
    Model origin; ///< what the recipe is for
    Model source; ///< what `layers` belong to: the origin, or what it was rewritten to, layer for layer
    Recipe recipe;
    std::vector<LayerResult> layers; ///< as source.layers()
    std::vector<Issue> issues;       ///< what was skipped or done otherwise than asked, with the layer's name
    Message calibration;             ///< Calibration::description() where statistics were used; else empty
    std::string calibrationHash;     ///< Calibration::hash() of the same
    std::shared_ptr<const Tuning> tuning = {};       ///< whose constants it has; null: none
    std::shared_ptr<const Narrowing> narrowing = {}; ///< what `source` lacks of the origin; null: nothing
    std::optional<Recipe> resolved =
        {}; ///< the recipe with what became of automatic settings; empty: as it is
    /// What makes this model again, whatever else there is.
    const Recipe &finalRecipe() const { return resolved ? *resolved : recipe; }
    /// What is in place of constants of the source, biases and what normalizations go by.
    const Tuning::Constants &constants() const;
    bool isRewritten() const { return &source.content() != &origin.content(); }
    /// It computes what the origin does: nothing was encoded. A rewritten one does within rounding only.
    bool changesNothing() const;
};

/// The model whose layers the recipe is carried out on: the origin, or what it is rewritten to.
/// @param removed channels by group, as an exported file says; null: the recipe removes none
/// @throws Error InvalidArgument, NumericFailure
Model rewrittenBy(const Recipe &recipe, const Model &origin, const RemovedChannels *removed = nullptr);

/// A recipe layer by layer.
struct ResolvedRecipe {
    std::vector<LayerSettings> settings; ///< as the layers; of tied layers the first one has those of all
    std::vector<std::optional<int64_t>> pruneCounts; ///< weights that go in layers that are pruned together
    RewritePlan rewrite;                             ///< what the origin becomes before
    std::vector<Issue> notes;                        ///< what is done otherwise than asked
};

/// Whether the recipe can only be carried out with statistics of the inputs of some layer of the model.
bool needsInputs(const Model &source, const Recipe &recipe);
/// A layer whose settings go by gradients; empty: none. @param settings of all layers
std::optional<size_t> firstByGradients(const Model &source, const std::vector<LayerSettings> &settings);

/// Why the layer has no form with two factors ("it is a grouped convolution"); empty: it has one.
Message factorizationObstacle(const Layer &layer);
/// Why the layer is no convolution over an image that could be split along its axes; empty: it is.
Message imageKernelObstacle(const Layer &layer);
/// Rank that the settings ask for; a share of break-even is rounded down to a whole rank, at least 1. Of a
/// grouped convolution: of each group.
/// @param energy of the weight's singular values, asked for only when the settings go by energy
Index requestedRank(const RankSettings &settings, const Layer &layer,
                    const std::function<std::vector<double>()> &energy);

/// A model on its way: layers that are not ready are as in the source.
struct PartlyCompressed {
    CompressedModel model;
    std::vector<bool> ready; ///< by layer
};

/// Who is told of layers that are ready while others are not.
struct ReadyListener {
    /// Called by whatever thread got a layer done, by one at a time; null: nobody is told.
    std::function<void(PartlyCompressed)> tell = {};
    std::chrono::milliseconds interval{250}; ///< at least, between two calls and before the first one
};

struct CompressorOptions {
    bool always = false; ///< automatic settings go by calibration even where no method of the recipe needs it
    /// Of all that is remembered; compressors may share one. Null: one of its own of defaultCacheBytes.
    std::shared_ptr<CacheBudget> budget;
    /// What progress goes by, and what learns from it; null: what is usual.
    std::shared_ptr<WorkRates> rates = nullptr;
    static constexpr size_t defaultCacheBytes = size_t(512) << 20U;
};

class NextNormalizations;
struct Blocks; // core/rewrite/blocks.h
struct WideModel;

/// Compresses layers and remembers the results of the layer settings it has seen, so that moving one control
/// costs one layer. One for each open model; may be called from several threads.
class Compressor {
public:
    /// @param calibration of the source; null: methods that need one are refused.
    explicit Compressor(Model source, std::shared_ptr<const Calibration> calibration = nullptr,
                        CompressorOptions options = {});
    const std::shared_ptr<CacheBudget> &budget() const { return m_options.budget; }
    const std::shared_ptr<WorkRates> &rates() const { return m_options.rates; }
    /// Seconds that the slow parts of compressing to these settings will take, with the statistics that no
    /// earlier call has gathered; 0: no slow part. @param settings of all layers
    double expectedSeconds(const std::vector<LayerSettings> &settings) const;
    const Model &source() const { return m_source; }
    const std::shared_ptr<const Calibration> &calibration() const { return m_calibration; }
    /// Why nothing can be folded into the layer; empty: a normalization can.
    const Message &foldObstacle(size_t layer) const;
    /// Why no statistics of normalizations can be measured again behind the layer; empty: some can.
    const Message &renormalizeObstacle(size_t layer) const;

    /// Channels of the origin that can only go together. Followed when first asked for.
    std::shared_ptr<const ChannelGroups> channels(const JobContext &ctx = {}) const;
    /// Why no channels that the layer makes can go; empty: some can.
    Message channelObstacle(size_t layer) const;
    /// Parts of the origin that its input can stand for. Looked for when first asked for.
    std::shared_ptr<const Blocks> blocks(const JobContext &ctx = {}) const;
    /// Why no block around the layer can go; empty: one can.
    Message dropObstacle(size_t layer) const;

    /// What the recipe says of each layer, with what several layers decide together worked out.
    /// @throws as compress()
    ResolvedRecipe resolve(const Recipe &recipe, const JobContext &ctx = {});
    /// The same where what it says of each layer is known: Recipe::resolve() for the source's layers.
    /// @param tuning says how many weights layers lose together where no calibration does; null: none
    ResolvedRecipe resolve(const Recipe &recipe, std::vector<LayerSettings> settings,
                           const JobContext &ctx = {}, const Tuning *tuning = nullptr);

    /// Order: what stands behind a layer folded into it, then factorized, then each factor (or the weight)
    /// pruned, then quantized or clustered. Layers run in parallel. Rank at or above the full rank: the layer
    /// is not factorized and an issue says so. A layer that cannot be compressed (or whose kind has no such
    /// form) is skipped with an issue. A pattern that matches no layer is refused.
    /// @throws Error InvalidArgument (pattern without a layer, no calibration where one is needed),
    /// NumericFailure (NaN or infinity in a weight
    ///   that a setting applies to; layer and count named). @throws Cancelled
    CompressedModel compress(const Recipe &recipe, const JobContext &ctx = {});
    /// The same with trained values laid over it: a layer whose settings are those that it was trained with
    /// has the trained code, another one the recipe's own, with an issue; the constants are replaced. What
    /// became of bias correction does not count among the settings. Without calibration the layers that need
    /// one have to be trained.
    /// Statistics of normalizations that the recipe measures again are measured on top of that; without
    /// calibration they are those of the tuning.
    /// @param tuning null: none @throws as above, and InvalidArgument where it is of another model
    CompressedModel compress(const Recipe &recipe, std::shared_ptr<const Tuning> tuning,
                             const JobContext &ctx = {});
    /// The same of a recipe that is resolved.
    CompressedModel compress(const Recipe &recipe, const ResolvedRecipe &resolved, const JobContext &ctx = {},
                             std::shared_ptr<const Tuning> tuning = nullptr,
                             const ReadyListener &listener = {});
    /// One layer; a tied one stands for the layer it is tied to, one that cannot be compressed stays as it
    /// is. @throws as above
    LayerResult compressLayer(size_t layer, const LayerSettings &settings, const JobContext &ctx = {});

private:
    Compressor(Model origin, Model source, std::shared_ptr<const Narrowing> narrowing,
               std::shared_ptr<const Calibration> calibration, CompressorOptions options);
    struct Rewrites;
    /// Of the layers that the settings fold and that can be; says in `notes` which cannot.
    std::vector<size_t> foldedLayers(const std::vector<LayerSettings> &settings, std::vector<Issue> &notes);
    /// Which channels go by the settings; what is folded is in the plan already.
    /// @param tuning knows them where it was learned in a model that had lost some; null: none
    void planChannels(const Recipe &recipe, ResolvedRecipe &resolved, const Tuning *tuning,
                      const JobContext &ctx);
    /// Which blocks go.
    void planBlocks(ResolvedRecipe &resolved, const JobContext &ctx);
    /// For the model that this makes of the origin.
    std::shared_ptr<Compressor> rewritten(const RewritePlan &plan, const JobContext &ctx);
    Narrowing narrowed(const WideModel &wide, const RewritePlan &plan, const JobContext &ctx) const;
    std::shared_ptr<Compressor> madeBy(const RewritePlan &plan, const JobContext &ctx);
    CompressedModel compressSource(const Recipe &recipe, const ResolvedRecipe &resolved,
                                   std::shared_ptr<const Tuning> tuning, const ReadyListener &listener,
                                   const JobContext &ctx);
    double secondsOf(const WorkAmount &amount) const;
    double encodingSeconds(const std::vector<LayerSettings> &settings) const;
    double renormalizingSeconds(const std::vector<LayerSettings> &settings) const;
    double gradientSeconds(const std::vector<LayerSettings> &settings) const;
    double renormalizingShare(const std::vector<LayerSettings> &settings) const; ///< of compressing, in time
    const NextNormalizations &nextNormalizations() const;
    /// Measures statistics of normalizations again as the settings say.
    /// @param settings of all layers, as they came out
    void renormalize(CompressedModel &compressed, const std::vector<LayerSettings> &settings,
                     const JobContext &ctx) const;
    void named(size_t layer, const std::function<void()> &work) const;
    struct Cache;
    class Work;
    class Allocation;
    bool calibrates(const std::vector<LayerSettings> &settings) const;
    /// Of the layers whose bias was corrected from data because that is automatic: those whose error after
    /// normalization grows by it in the compressed model.
    std::vector<size_t> lostByCorrection(const CompressedModel &compressed, const std::vector<size_t> &layers,
                                         const JobContext &ctx) const;
    using CompressOne = std::function<void(size_t, const JobContext &)>;
    void correctWhereItHelps(CompressedModel &compressed, const std::vector<LayerSettings> &asked,
                             std::vector<LayerSettings> &settings, const CompressOne &compressOne,
                             const JobContext &ctx) const;
    Model m_origin, m_source;
    std::shared_ptr<const Narrowing> m_narrowing;
    std::shared_ptr<const Calibration> m_calibration;
    CompressorOptions m_options; ///< with a budget
    std::shared_ptr<Cache> m_cache;
    std::shared_ptr<Rewrites> m_rewrites; ///< null: the source is rewritten already
};

} // namespace lathe
