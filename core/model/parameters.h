#pragma once
#include "core/model/proto.h"

namespace lathe {

struct ParameterCount {
    int64_t elements = 0;
    bool more = false; ///< weights besides, packed so that they cannot be counted
};

/// Elements of the constants that hold real numbers, of four bits too, and of those that hold codes of real
/// numbers: what DequantizeLinear or an operator for quantized weights reads.
ParameterCount countParameters(const Model::Content &content);

} // namespace lathe
