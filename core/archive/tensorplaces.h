#pragma once
// Where the data of tensors lies in the bytes of an ONNX file. Inside core/archive only.
#include "core/archive/bytes.h"
#include "core/onnx/tensor.h"

#include <string>

namespace lathe {

struct TensorPlace {
    std::string name; ///< of the value: the initializer, or the first output of the node that holds it
    ElementType type = ElementType::Undefined;
    uint64_t offset = 0, size = 0; ///< bytes of the file
};

/// Data in raw form or as packed floats, in file order. Reads the protobuf by itself, because the library
/// does not tell places; a file that is not as expected yields fewer of them.
std::vector<TensorPlace> tensorPlaces(ByteView onnxFile);

} // namespace lathe
