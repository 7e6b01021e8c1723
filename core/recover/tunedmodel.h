#pragma once
// A tuning of what a model carries. Inside core/recover and core/train only.
#include "core/compress/compressor.h"

namespace lathe {

/// Whether channels or blocks of the original are missing, so that layers cannot be held against theirs in
/// it.
bool isNarrower(const CompressedModel &model);

/// All that the model carries, also what the recipe alone would give: so that it can be made again without
/// the data that its methods went by. Null: it carries nothing.
/// @param start what it was made from, by the recipe, with what its own tuning had learned from
std::shared_ptr<const Tuning> tuningOf(const CompressedModel &model, const CompressedModel &start,
                                       const Tuning::Constants &constants, Tuning::Source source);

} // namespace lathe
