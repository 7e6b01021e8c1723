#pragma once
// Which layers the model's output hangs on.
#include "core/compress/compressor.h"
#include "core/exporting/graph.h"
#include "core/measure/preview.h"

#include <span>

namespace lathe {

struct SensitivityOptions {
    int bits = 4;        ///< that one layer at a time is stored in, symmetric, a scale for each channel
    size_t samples = 32; ///< at most, spread over the set
};

/// |output - baseline| / |baseline| over the samples, with one layer alone quantized and all others as they
/// are; one figure for each layer, NaN where it cannot be compressed.
/// @param onLayer index and figure of each layer as it is done, in any order, from several threads
/// @throws Error, Cancelled
std::vector<double> layerSensitivities(Compressor &compressor, const std::shared_ptr<Exporter> &exporter,
                                       const SampleSet &samples, const Baseline &baseline,
                                       const SensitivityOptions &options,
                                       const std::function<void(size_t, double)> &onLayer,
                                       const JobContext &ctx = {});

} // namespace lathe
