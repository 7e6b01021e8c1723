#pragma once
// Recovery block by block: what stands between two values that everything passes through.
#include "core/train/recoverstudent.h"

#include <limits>

namespace lathe::train {

struct BlockOutcome {
    std::string value;            ///< that the block gives
    size_t weights = 0;           ///< of layers in it
    double before = 0, after = 0; ///< mean squared difference from the original's on held-out samples,
                                  ///< relative to their mean square
    bool kept = false;            ///< it had fallen
};

struct BlockResult {
    CompressedModel model; ///< with a tuning
    std::vector<BlockOutcome> blocks;
};

/// Each block learns to give what the original's gives, from what it gets in the model that is recovered (as
/// Li et al. 2021, arXiv:2102.05426, do it), one after the other from the first; where held-out samples do
/// not agree it stays as it was.
/// @param data whose validation part is held out; without one a fifth of the training part
/// @param seconds at most; blocks that are left then stay as they are @param pause null: nothing pauses it
/// @param memory bytes that what goes into and out of blocks may take at a time; where it is short, fewer
/// samples are looked at
/// @throws Error as studentOf(), Engine::network(); Unsupported: a value between blocks that does not belong
/// to samples; OutOfMemory: hardly any samples fit.
/// @throws Cancelled
BlockResult recoverBlocks(Engine &engine, const CompressedModel &start, const TrainingData &data,
                          double seconds, uint64_t seed, const JobContext &ctx = {},
                          TrainingPause *pause = nullptr,
                          int64_t memory = std::numeric_limits<int64_t>::max());

/// Values that everything computed before them passes through, in order, with the one that scores the classes
/// as the last: between two of them stands at least one of the weights.
std::vector<std::string> blockEnds(const Model &model, const std::vector<std::string> &weights);

} // namespace lathe::train
