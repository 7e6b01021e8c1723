#pragma once
// Recipe + model -> encodings of all layers. What the preview measures and what the export writes start here.
#include "core/compress/encoding.h"
#include "core/model/model.h"
#include "core/recipe/recipe.h"

#include <memory>
#include <mutex>
#include <unordered_map>

namespace lathe {

struct LayerResult {
    LayerSettings settings;                    ///< what was asked for
    std::shared_ptr<const Encoding> encoding;  ///< null: the layer stays as it is
    double relativeError = 0.0;                ///< ||W - decoded||_F / ||W||_F, 0 for a zero weight
    double sparsity = 0.0;                     ///< share of exact zeros in what is stored
    Index rank = 0;                            ///< 0: not factorized
    int64_t theoreticalBits = 0;               ///< of the weight as encoded; of the plain weight when untouched
};

struct CompressedModel {
    Model source;
    Recipe recipe;
    std::vector<LayerResult> layers; ///< as source.layers()
    std::vector<Issue> issues;       ///< what was skipped or done otherwise than asked, with the layer's name
};

/// Compresses layers and remembers the results of the layer settings it has seen, so that moving one control costs one layer.
/// One for each open model; may be called from several threads.
class Compressor {
public:
    explicit Compressor(Model source);
    const Model &source() const { return m_source; }

    /// Rank at or above the full rank: the layer is not factorized and an issue says so. A layer that cannot be compressed (or whose
    /// kind has no such form) is skipped with an issue. A pattern that matches no layer is refused.
    /// @throws Error InvalidArgument (pattern without a layer), NumericFailure (NaN weight; layer and count named). @throws Cancelled
    CompressedModel compress(const Recipe &recipe, const JobContext &ctx = {});
    /// One layer. @throws as above
    LayerResult compressLayer(size_t layer, const LayerSettings &settings, const JobContext &ctx = {});

private:
    struct Cache;
    Model m_source;
    std::shared_ptr<Cache> m_cache;
};

} // namespace lathe
