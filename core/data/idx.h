#pragma once
// IDX, the format of MNIST: a typed big-endian array. http://yann.lecun.com/exdb/mnist
#include "core/base/job.h"
#include "core/onnx/tensor.h"

#include <filesystem>

namespace lathe {

/// Reads a plain or gzip'd file. Memory grows with the data that is really there, never with what the header
/// claims.
/// @throws Error FileUnreadable, MalformedData (magic, dimensions against the data, damaged gzip),
/// OutOfMemory. @throws Cancelled
Tensor readIdx(const std::filesystem::path &path, const JobContext &ctx = {});

} // namespace lathe
