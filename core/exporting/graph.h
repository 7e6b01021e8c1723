#pragma once
// Encodings -> ONNX graph, in standard operators only.
#include "core/compress/compressor.h"

namespace lathe {

enum class Storage {
    Compact, ///< k bits as k bits, masks, whatever is smallest and exact for each layer
    Dense    ///< decoded weights as plain initializers: loads fastest; what the preview runs
};

struct LayerStorage {
    std::string form;        ///< "plain", "codes 3 bit", "mask + codes 4 bit", "factors (plain, codes 8 bit)"
    int64_t bytes = 0;       ///< bytes the layer's weight takes in the file, nodes and names included
};

struct BuiltModel {
    Model model;
    std::vector<LayerStorage> layers;  ///< as source.layers(); tied layers: 0 bytes
    std::vector<Issue> issues;         ///< "codes of 3 bits are stored as 8: opset 7 has no ..."
};

/// The graph of a compressed model. Untouched layers, and everything else of the source, are carried over as they are.
/// The recipe (JSON), the source's hash and Lathe's version go to metadata_props (lathe.recipe, lathe.source_sha256, lathe.version).
/// @throws Error Unsupported, Internal
BuiltModel buildModel(const CompressedModel &compressed, Storage storage, const JobContext &ctx = {});

} // namespace lathe
