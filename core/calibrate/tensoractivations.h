#pragma once
// What values inside a model are on samples, by the places of an axis.
#include "core/channels/channelactivations.h"
#include "core/data/samples.h"
#include "core/model/model.h"

namespace lathe {

/// Runs the model over the samples when it is asked, with the values as outputs, in batches where it takes
/// them. Of a batch that the samples do not fill only their part counts, where its first axis tells it.
/// Both must outlive the function.
/// @throws (the function) Error InvalidArgument (no samples), Unsupported (the model does not run, a value
/// does not hold numbers or has no such axis), NumericFailure naming a value that holds NaN or infinity.
/// @throws Cancelled
ChannelActivations tensorActivations(const Model &model, const SampleSet &samples);

} // namespace lathe
