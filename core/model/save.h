#pragma once
// Writing models. Inside core/model only.
#include "core/model/proto.h"

namespace lathe {

constexpr int64_t onnxFileLimit = 2147483647; ///< protobuf's: a message of 2 GB cannot be read back
constexpr int64_t externalDataHeadroom =
    16 << 20; ///< left free of it, so that small edits do not tip a file over

/// Model::save with another limit, so that a test need not write 2 GB.
int64_t saveModel(const Model::Content &content, const std::filesystem::path &path, int64_t limit);
int64_t savedBytes(const Model::Content &content, int64_t limit);

} // namespace lathe
