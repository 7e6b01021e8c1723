#pragma once
// Which layers the model's output hangs on.
#include "core/compress/compressor.h"
#include "core/compress/oracle.h"
#include "core/exporting/graph.h"
#include "core/measure/preview.h"
#include "core/preview/removalcosts.h"

namespace lathe {

struct SensitivityOptions {
    int bits = 4;        ///< that one layer at a time is stored in, symmetric, a scale for each channel
    size_t samples = 32; ///< at most, spread over the set
};

/// |output - baseline| / |baseline| over the samples, with one layer alone quantized and all others as they
/// are; one figure for each layer, NaN where it cannot be compressed.
/// @throws Error, Cancelled
std::vector<double> layerSensitivities(Compressor &compressor, const std::shared_ptr<Exporter> &exporter,
                                       const SampleSet &samples, const Baseline &baseline,
                                       const SensitivityOptions &options, const JobContext &ctx = {});

/// What a layer saves and costs when it alone is compressed.
struct LayerCost {
    size_t layer = 0; ///< of the compressor's source
    LayerSettings settings;
    int64_t bytes = 0, sourceBytes = 0; ///< that its weight takes in the compact file, and in the source
    std::optional<Oracle::Loss> loss;   ///< empty: the oracle cannot tell
};
struct LayerCosts {
    CompressedModel all; ///< by the whole recipe
    std::vector<LayerCost> layers;
    std::vector<RemovalCost> removals; ///< of what it takes out of the model
};

/// Tries each layer that the recipe encodes, just as it is among the others, with the others as they are; so
/// that a threshold that several share is that of all of them. Layers that are tied count with the one they
/// are tied to, and normalizations are folded in every trial. What the recipe takes out of the model is tried
/// by itself, and no layer is encoded narrower than it is.
/// @throws Error as Compressor::compress() does. @throws Cancelled
LayerCosts costsOfLayers(Compressor &compressor, Exporter &exporter, const Recipe &recipe,
                         const Oracle &oracle, const JobContext &ctx = {});

} // namespace lathe
