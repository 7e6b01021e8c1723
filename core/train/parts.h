#pragma once
// What of a model can be trained, and models with other values in the same places.
#include "core/train/engine.h"

#include <map>
#include <string>
#include <vector>

namespace lathe::train {

/// Names of constants of the main graph, each in one list only, in the order of the graph.
struct Parts {
    struct Weight {
        std::string constant;
        size_t layer = 0; ///< of the model: whose shape it has
    };
    std::vector<Weight> weights;             ///< of layers; of those that share one, the first layer's
    std::vector<std::string> biases;         ///< added to what layers give; masks of attention are none
    std::vector<std::string> normalizations; ///< scales and shifts of normalizations, slopes of activations
    std::vector<std::string> statistics;     ///< running means and variances of batch normalizations
};
Parts partsOf(const Model &model);

/// All of it, with weights as plain values.
Trainable trainableOf(const Model &model, const Parts &parts);

/// What scores the classes.
struct Scores {
    std::string value;   ///< what goes into a softmax at the end, else the first output
    int64_t classes = 0; ///< 0: the model does not say
};
/// @throws Error Unsupported: the model has no output of numbers
Scores scoresOf(const Model &model);

/// The value that classes are told by before it is pooled: what goes into the last pooling, else into the
/// last layer. What another network can learn to give too. @throws Error Unsupported: there is none
std::string featureValue(const Model &model);

/// Values by the names of constants of the main graph, each rounded to the type that the constant has.
/// @throws Error InvalidArgument naming a constant that is not there or has another shape
Model withConstants(const Model &model, const std::map<std::string, Tensor> &values);
/// All that a network has learned, as constants of the model that it was made of.
std::map<std::string, Tensor> learned(const Network &network, const Trainable &trainable);

/// The same graph before any training, the same for the same seed: weights as He et al. 2015
/// (arXiv:1502.01852) where a rectifier follows, else as Glorot & Bengio 2010; biases and shifts 0, scales
/// and variances 1.
Model withFreshWeights(const Model &model, uint64_t seed);
/// A layer whose weights are all alike, from which nothing can be learned; empty: there is none.
std::string uniformLayer(const Model &model);

} // namespace lathe::train
