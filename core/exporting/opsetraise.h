#pragma once
// Giving a model a newer opset without changing what it means. Inside core/exporting only.
#include "core/model/proto.h"

namespace lathe {

/// Why the model would mean something else in opset 21, or be none ("its operator Upsample was taken out of
/// the standard in opset 10"); empty: it would not.
Message obstacleToOpset21(const Model &model);
/// Opset 21 and the IR version that goes with it. Initializers that a model of IR 3 lists as inputs are
/// listed no more: from IR 4 on that would make them inputs.
void raiseToOpset21(onnx::ModelProto &proto);

} // namespace lathe
