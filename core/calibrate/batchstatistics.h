#pragma once
// What batch normalizations take while each goes by what it takes. Inside core/calibrate only.
#include "core/data/samples.h"
#include "core/methods/statistics.h"
#include "core/model/model.h"

namespace lathe {

/// Runs the model over up to 256 samples, in batches in which the normalizations scale by the batch, as they
/// do in training: so each gets what it will get once all of them are as measured here. Li et al. 2020,
/// arXiv:2007.02491, section 3.3. Only what is needed for them runs, with a free batch dimension.
/// @param outputs of normalizations of the main graph
/// @returns mean and variance by channel over all batches
/// @throws Error Unsupported, NumericFailure (it does not run so). @throws Cancelled
std::vector<ChannelStatistics> batchStatistics(const Model &model, const SampleSet &samples,
                                               std::span<const std::string> outputs, const JobContext &ctx);

} // namespace lathe
