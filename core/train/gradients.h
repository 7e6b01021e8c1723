#pragma once
// How the loss of a model goes by its weights: what criteria by gradients need.
#include "core/calibrate/gradientsource.h"

namespace lathe::train {

/// The engine's, which is loaded when gradients are first asked for. The model goes over the samples one by
/// one, as it is used; the loss of each is the cross entropy to its label where the samples have labels, else
/// to the class that the model itself finds likeliest. Nothing is left to chance, and one thread computes, so
/// that the same samples give the same numbers.
std::shared_ptr<const GradientSource> gradientSource();

} // namespace lathe::train
