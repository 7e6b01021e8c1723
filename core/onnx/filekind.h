#pragma once
#include "core/base/message.h"

#include <cstddef>
#include <span>

namespace lathe {

/// What a file that is surely no ONNX model looks like: "a PNG image"; empty when it may be one.
Message describeOtherKind(std::span<const std::byte> bytes);

} // namespace lathe
