#pragma once
// A training run as a file: all that is needed to go on as if it had never stopped.
#include "core/base/error.h"
#include "core/train/judge.h"

#include <filesystem>

namespace lathe::train {

/// One epoch, or the part of one, as it is told of.
struct EpochRecord {
    size_t step = 0;  ///< of the plan
    double epoch = 0; ///< that were done at its end, of this step; 0: before anything was learned
    double rate = 0;
    LossValue loss; ///< mean over its batches
    std::optional<Judgement> judged;
    double zeros = 0; ///< share of the weights that are pruned
    double seconds = 0;
    bool best = false; ///< so far, of this step
};

/// Where a run is.
struct TrainingState {
    size_t step = 0; ///< of the plan
    int64_t epoch = 0;
    int64_t samples = 0;                  ///< of this epoch that have been learned from
    int64_t updates = 0;                  ///< of this step
    int64_t batch = 0;                    ///< as the plan says, or what fits into memory
    int64_t worse = 0;                    ///< epochs since the best one
    bool ramped = false;                  ///< whether all that this step prunes is gone
    double firstLoss = 0, recentLoss = 0; ///< of this step: at its first update, and lately
    LossValue sums;                       ///< of this epoch, over `batches`
    int64_t batches = 0;
    double seconds = 0, secondsWaited = 0;
    std::vector<Precision> precisions;      ///< by step, as far as they are decided
    std::vector<int64_t> batchSizes;        ///< likewise
    std::vector<std::vector<uint8_t>> kept; ///< by weight, while they are pruned
    std::vector<EpochRecord> epochs;
    std::string network;             ///< Network::state()
    std::optional<EpochRecord> best; ///< of this step
    std::string bestNetwork;
};

/// That a file belongs to a run of another model, plan, data or version.
Error otherTraining(const std::filesystem::path &path);

/// Whole or not at all. @param key of model, plan, data and version @throws Error FileUnwritable
void writeCheckpoint(const std::filesystem::path &path, const std::string &key, const TrainingState &state);
/// @throws Error FileUnreadable, MalformedData: damaged, or no checkpoint; InvalidArgument: of another model,
/// plan, data or version
TrainingState readCheckpoint(const std::filesystem::path &path, const std::string &key);

} // namespace lathe::train
