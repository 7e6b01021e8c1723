#pragma once
// What the parts of a model take in its file. Inside core only.
#include "core/onnx/graphindex.h"

#include <cstddef>
#include <cstdint>

namespace lathe {

/// Bytes of a message that is a field of another, with the field's tag and length.
int64_t withLength(size_t messageBytes);
/// Of a constant or a node with its name, as it would be written; what lies in another file counts as if it
/// were in this one. 0 for an input.
int64_t bytesInFile(const GraphIndex &index, const Definition &definition);

} // namespace lathe
