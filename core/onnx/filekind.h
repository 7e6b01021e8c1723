#pragma once
#include <cstddef>
#include <span>
#include <string>

namespace lathe {

/// What a file that is surely no ONNX model looks like: "a PNG image"; empty when it may be one.
std::string describeOtherKind(std::span<const std::byte> bytes);

} // namespace lathe
