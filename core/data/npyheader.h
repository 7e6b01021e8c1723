#pragma once
// The header of a .npy array: a dictionary in the notation of Python. Inside core/data only.
#include "core/base/message.h"
#include "core/onnx/tensor.h"

#include <span>
#include <string>
#include <string_view>

namespace lathe {

struct NpyHeader {
    ElementType type = ElementType::Undefined;
    Shape shape;
    bool fortran = false; ///< columns first

    size_t elementBytes() const { return static_cast<size_t>(elementBits(type) / 8); }
    size_t dataBytes() const { return static_cast<size_t>(elementCount(shape)) * elementBytes(); }
};

constexpr size_t npyStart =
    12; ///< bytes that tell how long the header is; in version 1 two of them belong to it

/// Where the text of the header begins, and how long it is.
/// @param start the first npyStart bytes, fewer where the file has no more
/// @throws Error MalformedData when they are not those of the format, or the header is longer than any
struct NpyPlace {
    size_t begin = 0, size = 0;
};
NpyPlace npyHeaderPlace(std::span<const std::byte> start, const Message &source);

/// @throws Error MalformedData, Unsupported (a type or order that is not read)
NpyHeader parseNpyHeader(std::string_view text, const Message &source);

} // namespace lathe
