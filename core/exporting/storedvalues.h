#pragma once
// What a file's stored weights unpack to. Inside core only.
#include "core/base/job.h"
#include "core/storage/constantpart.h"

#include <functional>

namespace lathe {

struct StoredValue {
    Tensor tensor;         ///< type Undefined: the file has no such value
    bool isMatrix = false; ///< only codes that an operator unpacks by itself: float32 [rows, cols]
};

/// Is shown a value and which one of those asked for it is.
using StoredValueVisitor = std::function<void(size_t, StoredValue)>;

/// Shows each value once, in any order: constants as they are; what nodes make of constants, by running
/// those nodes alone in ONNX Runtime without optimizations, a bounded number of bytes at a time. The file
/// itself is never run, so what it takes for inputs does not matter.
/// @throws Error Unsupported (the nodes cannot be run, or need what is fed), MalformedModel. @throws
/// Cancelled
void visitStoredValues(const Model &file, std::span<const ValuePlace> values, const JobContext &ctx,
                       const StoredValueVisitor &visit);
/// A constant that the file holds as it is, or what stands for nothing.
Tensor plainConstant(const Model &model, const ValuePlace &place);

} // namespace lathe
