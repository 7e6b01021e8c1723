#pragma once
// What of settings a layer can have, as where they were made for another one.
#include "core/compress/plan.h"

namespace lathe {

/// Why something cannot be done to a layer ("its kernel is 1 x 1"); empty: it can.
struct LayerObstacles {
    Message factors = {};     ///< RankForm::Channel
    Message imageKernel = {}; ///< the other forms, and separable
    Message fold = {};
    Message renormalize = {};
    Message channels = {};
    Message drop = {};
    Message calibration = {}; ///< methods that go by its inputs
    Message gradients = {};   ///< methods that go by gradients of its weights
};
/// Of the layer itself: what keeps its channels and its block follows from the whole graph, see
/// Compressor::channelObstacle() and dropObstacle(), and is left open.
LayerObstacles obstaclesOf(const Compressor &compressor, size_t layer);

struct FittedSettings {
    LayerSettings settings;
    std::vector<Message> remarks; ///< what is otherwise than asked: "rank limited to 24"
};
/// What the layer can have of them: too large a rank is limited, a method that is not for the layer left out,
/// one that it has no statistics for goes by its weights alone.
FittedSettings fitted(const LayerSettings &settings, const Layer &layer, const LayerObstacles &obstacles);

} // namespace lathe
