#pragma once
// Statistics of batch normalizations, measured again. Inside core/recover only.
#include "core/compress/compressor.h"
#include "core/data/samples.h"

namespace lathe {

/// Of all whose statistics are constants that nothing else reads: those of the source, moved by how what they
/// take in the compressed model differs from what they take in the source, each going by what it takes (Li et
/// al. 2020, arXiv:2007.02491, section 3.3).
/// @param model gets them, by its tuning @param constants get them
/// @returns how many; 0: there are none, or they cannot be measured
Index renormalized(CompressedModel &model, const SampleSet &samples, Tuning::Constants &constants,
                   const JobContext &ctx);

} // namespace lathe
