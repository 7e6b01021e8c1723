#pragma once
#include "core/base/matrix.h"

#include <filesystem>

namespace lathe::test {

/// A chain of products "p0", "p1", ... [N, width] -> [N, width], each with a weight [width, width] of its own
/// in the file NAME.data beside the model. Written piece by piece: making a large one takes little memory.
void writeProducts(const std::filesystem::path &model, Index count, Index width);

} // namespace lathe::test
