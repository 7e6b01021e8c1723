#pragma once
// One pass of the model over the samples for a wave of layers. Inside core/calibrate only.
#include "core/calibrate/calibration.h"
#include "core/calibrate/layerinput.h"

#include <functional>

namespace lathe {

/// A layer to be watched, with all places where its weight is used.
struct WatchedLayer {
    size_t layer = 0;
    std::string name;
    std::vector<LayerInput> inputs; ///< not empty
    Index groups = 1, cols = 0;
    bool second = true;       ///< second moments as well
    int64_t inputBytes = 0;   ///< of one sample, all inputs together
    int64_t sumBytes() const; ///< memory while it is watched, without its inputs
};

/// Samples in one run.
size_t goodBatch(const std::vector<WatchedLayer> &layers, const Model &model,
                 const CalibrationOptions &options);

/// Watches all the given layers at once and hands out the statistics of one after the other.
/// @throws Error, Cancelled
void gatherWave(const Model &model, const SampleSet &samples, const std::vector<WatchedLayer> &wave,
                size_t batch, const CalibrationOptions &options, const JobContext &ctx,
                const std::function<void(size_t layer, InputStatistics)> &finished);

} // namespace lathe
