#pragma once
// What `lathe recover` fits values to and trains on.
#include "app/sampling.h"
#include "core/data/datasplit.h"
#include "core/train/trainingdata.h"

namespace lathe {

struct LearningData {
    Dataset dataset;
    ChosenPreprocessing chosen;
    train::TrainingDataOptions options; ///< what the split is by
    DataSplit split;
};

/// For training. @param calibration what the recipe goes by, where it was named: of what that takes nothing
/// judges, as long as there is enough else
/// @throws Error as Dataset::open
LearningData learningData(const Sampling &training, const ChosenPreprocessing &chosen,
                          train::TrainingDataOptions options, const CalibrationDataOptions &calibration,
                          const JobContext &ctx);

/// For what goes without gradients: at most so many of the samples.
LearningData fittingData(const Sampling &training, const ChosenPreprocessing &chosen, int64_t most,
                         const CalibrationDataOptions &calibration, const JobContext &ctx);

/// On what is learned from, so that those that judge stay unseen.
std::shared_ptr<const Calibration> calibrationOf(const LearningData &learning, int64_t most,
                                                 const Model &source, const JobContext &ctx);

} // namespace lathe
