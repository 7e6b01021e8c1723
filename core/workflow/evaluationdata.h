#pragma once
// A data set made ready for a model: how its samples become inputs, which of them calibrate and which are
// measured, and what the untouched model does on them.
#include "core/calibrate/calibration.h"
#include "core/compress/compressor.h"
#include "core/data/datachoice.h"
#include "core/measure/preview.h"

namespace lathe {

constexpr size_t calibrationLimit = 128; ///< samples that are calibrated on at most, unless told otherwise
constexpr size_t certificateLimit = 8;   ///< samples that are enough to certify a file with

struct ChosenPreprocessing {
    enum class Origin { Given, BesideModel, Guess, None };
    Origin origin = Origin::None; ///< None: the data set holds tensors, not images
    Preprocessing preprocessing;
};
/// What was given, else what lies beside the model, else a guess from the model's input.
ChosenPreprocessing choosePreprocessing(const Model &model, const std::optional<Preprocessing> &given);
/// The same for the samples of one data set: none for tensors that nothing was given for.
ChosenPreprocessing choosePreprocessing(const Model &model, const Dataset &dataset,
                                        const std::optional<Preprocessing> &given);

/// "imagenet (found beside the model)"
Message describe(const ChosenPreprocessing &chosen);

/// Statistics of a data set. @param limit samples at most; 0: all
/// @throws Error as SampleSet::prepare and calibrate do. @throws Cancelled
std::shared_ptr<const Calibration> calibrateOn(const Model &model, const Dataset &dataset,
                                               const Preprocessing &preprocessing, size_t limit,
                                               const CalibrationOptions &options, const JobContext &ctx = {});

/// References to two halves of a data set without a sample in common.
struct DataHalves {
    std::string calibrated, measured;
};
/// Empty: the reference names one half already.
std::optional<DataHalves> halvesOf(const std::string &reference);

/// Of samples of a data set those that were not calibrated on, where one half of that same set was.
/// @returns empty: none of them was calibrated on, or all were
std::optional<std::vector<size_t>> placesHeldOut(const std::string &reference, const std::string &calibrated,
                                                 const Dataset &dataset, const SampleSet &samples);

/// What a compressed model owes to data beside its recipe: such samples it is not measured on.
enum class LearnedFrom {
    Nothing,
    Calibration, ///< what its methods went by
    Training     ///< trained values, whatever else, unless they are known to come from other data
};
/// @param measured SampleSet::dataName() of what it would be measured on
LearnedFrom learnedFrom(const CompressedModel &model, const std::string &measured);

struct EvaluationData {
    Preprocessing preprocessing;
    ChosenPreprocessing::Origin preprocessingOrigin = ChosenPreprocessing::Origin::None;
    std::shared_ptr<const SampleSet> samples;
    std::shared_ptr<const Baseline> baseline;

    /// What methods that look at a layer's inputs go by; null: the data set has too few samples to spare
    /// some.
    std::shared_ptr<const Calibration> calibration;
    std::string calibrationReference; ///< FOLDER[:SPLIT][#HALF] of it
    /// Of the samples that are not calibrated on: what a recipe that was calibrated is measured against.
    std::shared_ptr<const Baseline> heldOut;
    /// Of the second half of the data set, whatever is calibrated on: what trained values are measured
    /// against, which may have learned from the first half. All samples, where the reference names one half.
    std::shared_ptr<const Baseline> unlearned;
    /// One sentence: why nothing could be calibrated on, though there were samples to spare; empty otherwise.
    Message calibrationFailure;
    bool isCalibratedOnHalf() const { return heldOut != baseline; }
    const std::shared_ptr<const Baseline> &measuredAgainst(LearnedFrom learned) const;
    /// All samples, or the half that was not calibrated on or not learned from.
    Message measuredOn(LearnedFrom learned) const;
};
/// Where no calibration data is named and none can be had, there is none, and the result says why.
/// @throws Error as Dataset::open, SampleSet::prepare and measureBaseline do. @throws Cancelled
EvaluationData openEvaluation(const Model &model, const DataChoice &choice, const CalibrationOptions &options,
                              const JobContext &ctx = {});

} // namespace lathe
