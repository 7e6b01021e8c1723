#pragma once
// What is made small. Inside core/train/torch only.
#include "core/train/engine.h"

#include <ATen/ATen.h>

namespace lathe::train {

struct LossTensors {
    at::Tensor total;
    LossValue parts; ///< without the gradient's norm
};

/// @param outputs of the network: Loss::output, then Loss::featureValues
/// @throws Error InvalidArgument: the batch lacks what the loss goes by, or its shapes differ; Unsupported:
/// the output is no scores
LossTensors lossOf(const Loss &loss, const Batch &batch, const std::vector<at::Tensor> &outputs);

} // namespace lathe::train
