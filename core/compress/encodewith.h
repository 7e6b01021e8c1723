#pragma once
// What a layer's settings make of other numbers than its own.
#include "core/compress/compressor.h"

namespace lathe {

/// @param weight [rows, cols] in place of the layer's
/// @param inputs in place of those that the compressor's calibration has, with second moments
/// @param pruneCount as LayerResult::pruneCount
/// @throws Error NumericFailure @throws Cancelled
Encoding encodedWith(const Layer &layer, const LayerSettings &settings, std::optional<int64_t> pruneCount,
                     const Matrix &weight, std::shared_ptr<const InputStatistics> inputs,
                     const JobContext &ctx = {});

} // namespace lathe
