#pragma once
// Well-known networks as graphs that have not learned anything yet.
#include "core/model/model.h"

#include <string_view>

namespace lathe::train {

struct NetworkOptions {
    double dropout =
        0; ///< share that is dropped between fully connected layers while training; 0: no such node
    uint64_t seed = 1; ///< of the weights
};

/// ONNX, opset 17, any batch; the input is called "input", the scores "logits".
/// @param text "mlp:784-300-100-10" (values that go in, of each layer, classes; rectified between), "lenet5"
/// or "lenet5:20-50-500" (LeCun et al. 1998 as in Caffe: filters, filters, hidden; 28 x 28 grey, 10 classes),
/// "resnet20" (He et al. 2016, arXiv:1512.03385, section 4.2: 32 x 32 in colours, 10 classes)
/// @throws Error InvalidArgument with what is taken
Model networkOf(std::string_view text, const NetworkOptions &options = {});

} // namespace lathe::train
