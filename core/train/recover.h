#pragma once
// Recovery with gradients: a compressed model learns from the original what it has lost.
#include "core/recover/recovery.h"
#include "core/train/recoverblocks.h"

namespace lathe::train {

struct RecoverOptions {
    std::optional<Plan> plan; ///< none: one for the time there is, from a measured step
    /// For all of it: three fifths at most for what goes without gradients, a part for blocks, the rest for
    /// the whole network. What the plan is made for where none is given.
    double seconds = 600;
    bool limited = true; ///< to them: when they are over, the best so far is kept
    bool refits = true;  ///< what goes without gradients first
    std::vector<RecoveryStep> steps = RecoveryOptions::defaultSteps(); ///< of it
    int64_t columns = RecoveryOptions().columns;                       ///< likewise
    std::optional<size_t> augment = {};                                ///< likewise
    bool blocks = true; ///< each block by itself, before the whole network
    uint64_t seed = 1;  ///< of the plan that is made here
    double validation =
        TrainingDataOptions().validation; ///< of that plan: the share that the data were split by
    TrainerOptions training;
    int64_t teacherMemory = MemoryShares().teacher; ///< bytes of the teacher's answers that are kept
    std::function<void(const Plan &)> onPlan = {};  ///< before training begins
    /// The whole network as it is after an epoch that made it better; on the thread that trains.
    std::function<void(std::shared_ptr<const Tuning>)> onBest = {};
};

/// A part of it.
struct RecoveryStage {
    size_t changed = 0;               ///< weights of layers, or blocks; 0: it did not take place
    bool kept = false;                ///< it had brought the model nearer to the original
    double before = 0.0, after = 0.0; ///< difference on the held-out samples, as in Recovered
    double seconds = 0.0;
};

struct TrainedRecovery {
    Recovered recovered;        ///< of its steps those without gradients; before and after all of it
    TrainingResult training;    ///< Cancelled where the time was over, too
    std::vector<Message> notes; ///< of what is done otherwise than the plan says
    RecoveryStage gradual, byBlocks, whole;
    std::vector<BlockOutcome> blocks;
    bool outOfTime = false;
};

/// The plan that the whole network is trained by, beside the checkpoint: one that is made by measuring would
/// not be made the same again.
std::filesystem::path planBeside(const std::filesystem::path &checkpoint);
/// What there is after each of the stages before the whole network: they go by the time they take, so that
/// they would not be the same again, and are not carried out again where a run goes on.
std::filesystem::path startBeside(const std::filesystem::path &checkpoint);

/// With a checkpoint a new run removes what another one left beside it.
/// @param start what a compressor made of a model, which is the teacher
/// @param data to learn from, by its validation part it is judged; its training part and this are found in
/// `samples` @param samples of the teacher's inputs, as many as should be fitted to and held out
/// @throws Error as recoverWithoutGradients(), requireTrainable(), Trainer, and for what an earlier run left
/// as readCheckpoint(). @throws Cancelled before the whole network has learned anything
TrainedRecovery recoverByTraining(Engine &engine, Compressor &compressor, const CompressedModel &start,
                                  const TrainingData &data, const SampleSet &samples,
                                  const RecoverOptions &options, const JobContext &ctx = {});

} // namespace lathe::train
