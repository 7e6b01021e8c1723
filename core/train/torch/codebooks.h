#pragma once
// A codebook whose entries have moved, put in order again. Inside core/train/torch only.
#include "core/methods/encoding.h"

namespace lathe::train {

/// Entries that no element needed repeated the last one: they do so again.
/// @param before the tables as they were
void repeatLast(CodebookCodes &codebook, const std::vector<float> &before, Index rows, Index cols);
/// Tables ascend, as an encoding's do; codes follow.
void sortTables(CodebookCodes &codebook, Index rows, Index cols);

} // namespace lathe::train
