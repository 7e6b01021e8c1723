#pragma once
// Multiply-accumulates as shapes tell them, whether a model has these shapes or would have them. Inside core
// only.
#include "core/model/proto.h"

namespace lathe {

/// Which of its node's inputs a layer multiplies with its weight, which is another one.
int dataInput(const Layer &layer, int weightInput);

/// Of a layer for one sample: by its shapes, and by `cols` and `parameters` of its weight. Empty when
/// unknown.
/// @param inputs of the model
std::optional<int64_t> macsByShapes(const Layer &layer, const std::vector<ValueInfo> &inputs);
/// Of another product.
std::optional<int64_t> macsByShapes(const onnx::NodeProto &node, const OtherProduct &product,
                                    const std::vector<ValueInfo> &inputs);

} // namespace lathe
