#pragma once
// A file from elsewhere, seen as what a recipe and trained values make of the model that it was made from.
#include "core/compress/compressor.h"

namespace lathe {

struct FromFile {
    Recipe recipe; ///< prunes each layer as far as the file's is
    std::shared_ptr<const Tuning> tuning;
};

/// The zeros of the file's weights are masks, whoever made them, and stay zeros in what is recovered; what
/// else it has of other biases and constants comes along. Weights that nodes unpack are read, factors as the
/// weight that they make together.
/// @param original the teacher; its layers are looked for in the file as matchLayers() does
/// @throws Error Unsupported naming the first layer that the file does not have, or whose weight cannot be
/// read; NumericFailure. @throws Cancelled
FromFile valuesOfFile(const Model &original, const Model &file, const JobContext &ctx = {});

} // namespace lathe
