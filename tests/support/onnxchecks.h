#pragma once
// What ONNX itself says of a model.
#include "core/model/proto.h"

#include <onnx/checker.h>
#include <onnx/shape_inference/implementation.h>

namespace lathe::test {

/// What its checker or its strict shape inference has against the model; empty: nothing.
inline std::string refusalByOnnx(const Model &model)
{
    try {
        onnx::ModelProto proto = model.content().proto;
        const onnx::ShapeInferenceOptions strict{true, 1, true};
        onnx::shape_inference::InferShapes(proto, onnx::OpSchemaRegistry::Instance(), strict);
        onnx::checker::check_model(proto); // wants shapes of outputs, which that has added
    } catch (const std::exception &error) {
        return error.what();
    }
    return {};
}

} // namespace lathe::test
