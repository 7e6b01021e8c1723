#pragma once
// Recovery without gradients: new values for a compressed model, in seconds and without labels.
#include "core/calibrate/calibration.h"
#include "core/compress/compressor.h"
#include "core/data/datasplit.h"
#include "core/data/samples.h"

namespace lathe {

/// What is tried, each by itself. The first three go through the layers, each with what those before it try
/// among its choices.
enum class RecoveryStep {
    Bias,           ///< the mean of what each layer gives: Nagel et al. 2019, arXiv:1906.04721, section 4.2
    Refit,          ///< kept weights, centroids, scales and factors by least squares
    Encoding,       ///< each layer compressed anew on its inputs in the compressed model
    Normalizations, ///< what batch normalizations take away, measured again
    /// The recipe carried out anew, where its methods go by inputs: calibrated on other views of the samples
    /// as well, and how much each layer loses of what several lose together judged on those that are held
    /// out.
    Calibration
};
std::string_view nameOf(RecoveryStep step); ///< "bias", "refit", "encoding", "normalizations", "calibration"
std::optional<RecoveryStep> recoveryStep(std::string_view name);

/// Samples that values are fitted to, and those that say whether they are of use. What a method that the
/// model was made by has seen should not say so: it looks better there than it is.
struct SplitSamples {
    SampleSet fitted, heldOut;
};
/// A fifth of the samples judges, at least 8. @param seen as splitOf() takes it
DataSplit fittingSplit(const Dataset &dataset, const std::vector<size_t> &seen = {});
/// @throws Error InvalidArgument: fewer than 8 in a part
SplitSamples splitSamples(const SampleSet &samples, const DataSplit &split);
/// The same shares of samples that none was seen of: every so many of them judges, so that their order does
/// not matter. @throws Error InvalidArgument: fewer than 16
SplitSamples splitSamples(const SampleSet &samples);

struct RecoveryOptions {
    /// In this order. Each is kept only if the model's output on samples that were held out gets nearer to
    /// the original's; what one that was kept had among its choices is passed over.
    std::vector<RecoveryStep> steps = defaultSteps();
    int64_t columns = 4096; ///< that a layer is looked at in, at least
    /// Other views of each sample that values are fitted to: SampleSet::withViews(). Empty: usualViews().
    std::optional<size_t> augment;
    int64_t viewBytes = int64_t(2) << 30; ///< that these may take where their number is left open
    uint64_t seed = 1;                    ///< of the views
    std::function<bool()> isEnough = {};  ///< asked before each layer: no other one is fitted; null: all are
    static std::vector<RecoveryStep> defaultSteps();
};

/// What became of a step.
struct RecoveryOutcome {
    RecoveryStep step = RecoveryStep::Bias;
    bool kept = false;
    Index layers = 0;        ///< or normalizations, that got new values
    double divergence = 0.0; ///< as OutputOracle tells it on the held-out samples, with the step
    double seconds = 0.0;
};

/// Whether it was kept and had all that the other step tries among its choices.
bool includes(const RecoveryOutcome &outcome, RecoveryStep step);

struct Recovered {
    CompressedModel model;                ///< by the same recipe, with the tuning
    std::shared_ptr<const Tuning> tuning; ///< of all layers that carry something; null: none does
    std::vector<RecoveryOutcome> steps;   ///< that were tried
    double divergenceBefore = 0.0, divergenceAfter = 0.0; ///< on the held-out samples
    bool ofClasses = false;                               ///< they are in nats
    size_t fitted = 0, heldOut = 0;                       ///< samples
    std::vector<Issue> issues;                            ///< layers that nothing could be done for
};

/// Of photos (three channels, 64 pixels or more) a few, as far as there is room; of anything else none.
size_t usualViews(const SampleSet &samples, int64_t bytes = RecoveryOptions().viewBytes);

/// Goes through the layers from first to last. Each gets the new values that bring its output on held-out
/// samples nearest to what the original layer gives, where it has what it gets in the compressed model; the
/// structure of its encoding stays, or with RecoveryStep::Encoding what its recipe makes of it. Layers that
/// carry nothing are not touched.
/// @param compressor of the origin @param start what it made by a recipe
/// @param samples of the origin's inputs; labels are not looked at
/// @throws Error as running the model does. @throws Cancelled
Recovered recoverWithoutGradients(Compressor &compressor, const CompressedModel &start, SplitSamples samples,
                                  const RecoveryOptions &options = {}, const JobContext &ctx = {});

/// The only step that there is without data: what normalizations around a layer say of its inputs tells the
/// mean of what it loses. Of layers with the largest errors it tells nothing, and they stay.
Recovered recoverWithoutData(Compressor &compressor, const CompressedModel &start,
                             const JobContext &ctx = {});

} // namespace lathe
