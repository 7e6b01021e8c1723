#pragma once
// A plan carried out on one weight. Inner part of core/compress.
#include "core/compress/plan.h"
#include "core/methods/matrixinputs.h"
#include "core/methods/methods.h"

namespace lathe {

/// What a plan may need besides the weight. The functions are called at most when they are needed.
struct LayerSources {
    const Matrix &weight;
    const Layer &layer;
    std::function<std::shared_ptr<const SvdFactors>()> factors;        ///< of the weight
    std::function<std::shared_ptr<const SvdFactors>()> spatialFactors; ///< of its spatial unfolding
    std::shared_ptr<const MatrixInputs> inputs;                        ///< null: none, for the reason below
    Message inputsObstacle;
    std::shared_ptr<const GradientStatistics> gradients = nullptr; ///< null: none, for the reason below
    Message gradientObstacle = {};
};

struct EncodedLayer {
    Encoding encoding;
    std::vector<Message> notes; ///< sentences without the layer's name: "its factors are rounded to nearest"
};

/// @throws Error NumericFailure @throws Cancelled
EncodedLayer encodeLayer(const LayerSources &sources, const Plan &plan, const JobContext &ctx);

/// How one matrix is pruned and stored.
struct MatrixSettings {
    LayerSettings methods; ///< nothing that takes the matrix apart
    std::optional<int64_t> pruneCount;
    bool correctsBias = false; ///< the mean error goes into the layer's bias
    std::string name = {};     ///< as ScoredMatrix::name
    /// Of this matrix; null: not known, and what goes by them goes by magnitude.
    const GradientStatistics *gradients = nullptr;
};
struct EncodedMatrix {
    MatrixEncoding encoding;
    bool fellBack = false;       ///< something that goes by the inputs went by the weight alone
    bool lacksGradients = false; ///< it was to be pruned by them, and was by magnitude
};
/// @param inputs null: what goes by them goes by the weight alone
EncodedMatrix encodeMatrix(const Matrix &weight, const MatrixSettings &settings, const MatrixInputs *inputs,
                           const JobContext &ctx);

} // namespace lathe
