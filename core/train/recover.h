#pragma once
// Recovery with gradients: a compressed model learns from the original what it has lost.
#include "core/recover/recovery.h"
#include "core/train/recoverstudent.h"

namespace lathe::train {

struct RecoverOptions {
    std::optional<Plan> plan; ///< none: one for the time there is, from a measured step
    double seconds = 600;     ///< for training; when they are over, the best so far is kept
    bool refits = true;       ///< what goes without gradients first
    uint64_t seed = 1;        ///< of the plan that is made here
    TrainerOptions training;
    std::function<void(const Plan &)> onPlan = {}; ///< before training begins
};

struct TrainedRecovery {
    Recovered recovered;     ///< of its steps those without gradients; before and after all of it
    TrainingResult training; ///< Cancelled where the time was over, too
    bool outOfTime = false;
    bool better = false; ///< than what there was without gradients; else that is what is kept
};

/// @param start what a compressor made of a model, which is the teacher
/// @param data to learn from, by its validation part it is judged; its training part and this are found in
/// `samples` @param samples of the teacher's inputs, as many as should be fitted to and held out
/// @throws Error as recoverWithoutGradients(), requireTrainable(), Trainer. @throws Cancelled before anything
/// has been learned
TrainedRecovery recoverByTraining(Engine &engine, Compressor &compressor, const CompressedModel &start,
                                  const TrainingData &data, const SampleSet &samples,
                                  const RecoverOptions &options, const JobContext &ctx = {});

} // namespace lathe::train
