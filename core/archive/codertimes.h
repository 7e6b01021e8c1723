#pragma once
// How long the coders of archives take, and what they make of the weights of a model.
#include "core/base/job.h"

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace lathe {

struct CoderTimes {
    int64_t bytes = 0;
    double encodeSeconds = 0.0, decodeSeconds = 0.0; ///< medians
};

/// The codes of one weight, on one thread.
struct WeightCoders {
    std::string layer;
    int64_t rawBytes = 0; ///< in the model
    CoderTimes zstd;      ///< at level 19
    CoderTimes huffman;   ///< as archives have it: with the search for the best words
    CoderTimes range;     ///< as huffman, where it does not fit
};

/// Of all weights that a file holds as packed codes.
/// @throws Error as packModel(). @throws Cancelled
std::vector<WeightCoders> coderTimes(const std::filesystem::path &model, int rounds,
                                     const JobContext &ctx = {});

} // namespace lathe
