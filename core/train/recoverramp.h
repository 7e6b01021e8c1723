#pragma once
// Weights go little by little, and what stays makes up for them in between.
#include "core/data/samples.h"
#include "core/train/recoverstudent.h"

namespace lathe::train {

/// What a ramp goes by.
struct RampTask {
    const TrainingData &data;
    const SampleSet &samples; ///< for methods that go by the inputs of layers
    PlanStep step;            ///< with a ramp, whose shares are of what the recipe removes
    uint64_t seed = 1;
    std::function<void(const TrainingEvent &)> onEvent = {};
    std::optional<double> seconds = {};             ///< for all of it; none: as long as the step says
    bool oneByOne = false;                          ///< as studentOf()
    int64_t memory = 0;                             ///< as TrainerOptions
    int64_t teacherMemory = MemoryShares().teacher; ///< as RecoverOptions
    TrainingPause *pause = nullptr;                 ///< as TrainerOptions
    int64_t keptInputs = MemoryShares().validation; ///< as TrainerOptions
    int64_t done = 0;                               ///< stages that an earlier run has done
    Tuning::Constants learned = {};                 ///< in them
    /// After each stage but the last, which the end follows: how many are done, and what is learned by then.
    std::function<void(int64_t, Tuning::Constants)> onStage = {};
};

/// Begins with the original's weights. At each stage they are pruned by the recipe's own method as far as the
/// ramp says, then trained for a while; where it regrows, what is masked moves on unseen, and comes back
/// where the next mask takes it in. In the end the recipe is carried out on what has been learned. Where time
/// is short, each stage learns less.
/// @param start whose layers' shares of zeros are the aim @returns another model of the same recipe, with a
/// tuning @throws Error InvalidArgument: the recipe prunes no layer; as Compressor, Trainer. @throws
/// Cancelled
CompressedModel prunedInStages(Engine &engine, const CompressedModel &start, const RampTask &task,
                               const JobContext &ctx = {});

} // namespace lathe::train
