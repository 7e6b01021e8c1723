#pragma once
// Parts of a network that can be skipped: what they get can stand for what they give. Dropping residual
// blocks: Wang & Wu 2023, Practical network acceleration with tiny sets, arXiv:2202.07861.
#include "core/model/model.h"

#include <optional>
#include <string>
#include <vector>

namespace lathe {

/// The nodes that only serve the value `output` when all that reads it reads `input` instead. Both are real
/// numbers of one type and shape, whatever the free dimensions are.
struct Block {
    std::string name; ///< of its first layer
    std::string input, output;
    std::vector<int> nodes;     ///< of the main graph, in running order
    std::vector<size_t> layers; ///< in Model::layers(); those in subgraphs of its nodes too
    int64_t bytes = 0;          ///< of stored constants that nothing else reads
    int64_t macs = 0;           ///< for one sample; what is not known counts 0
};

struct Blocks {
    std::vector<Block> blocks; ///< in running order of their first layers, each once
    /// By layer its block. Where a shortcut of nodes that multiply nothing leads around the layer, the
    /// smallest part with such a shortcut, unless several others of the same shape lie in it; else the
    /// smallest part into which nothing flows but `input`, with what is made of its output alone (a
    /// normalization, an activation).
    std::vector<std::optional<size_t>> ofLayer;
    /// By layer why it is in none, a clause ("its output has another shape than anything before it"); empty:
    /// it is in one.
    std::vector<Message> obstacles;
};

/// Of the main graph. @throws Cancelled
Blocks skippableBlocks(const Model &model, const JobContext &ctx = {});

/// The model without these blocks and without what then serves nothing. What is left keeps its names; where
/// a block gave an output of the model, an Identity does. Of blocks that share nodes only the largest goes:
/// the outer one of two.
/// @param blocks of this model
/// @param chosen indices in any order; none: the same model
/// @throws Error InvalidArgument: there is no such block
Model withoutBlocks(const Model &model, const Blocks &blocks, const std::vector<size_t> &chosen);
/// The same where what the blocks gave is there once more, for whoever asks for it by its name: what stands
/// for it now. @param left withoutBlocks() of the model that the blocks are of
Model withStandIns(const Model &left, const Blocks &blocks);

} // namespace lathe
