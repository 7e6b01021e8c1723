#pragma once
// What it costs that channels or a block of a model go, each for itself.
#include "core/compress/compressor.h"
#include "core/compress/oracle.h"
#include "core/exporting/graph.h"

namespace lathe {

/// Channels of one group that go, or one block, with everything else as it is.
struct RemovalCost {
    std::string layer;                ///< that the group or the block is called after
    bool isBlock = false;             ///< else channels
    size_t removed = 0, of = 0;       ///< channels of the group; of a block its layers, both
    int64_t bytes = 0;                ///< that the file loses
    std::optional<int64_t> macs = {}; ///< that a run loses; empty where layers' are unknown
    std::optional<Oracle::Loss> loss; ///< empty: the oracle cannot tell
};

/// Tries what the recipe takes out of the model group by group and block by block: as many channels of each
/// group as among the others, by a budget for all of them, too. Normalizations are folded in every trial;
/// nothing is encoded. @throws Error as Compressor::compress() does. @throws Cancelled
std::vector<RemovalCost> costsOfRemovals(Compressor &compressor, Exporter &exporter, const Recipe &recipe,
                                         const Oracle &oracle, const JobContext &ctx = {});

/// What the recipe makes of the model when nothing is taken out of it. @throws as above
CompressedModel encodedOnly(Compressor &compressor, const Recipe &recipe, const JobContext &ctx = {});

} // namespace lathe
