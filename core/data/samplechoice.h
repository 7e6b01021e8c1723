#pragma once
#include "core/data/samples.h"

namespace lathe {

/// At most `count` of the samples, at equal distances.
SampleSet spread(const SampleSet &samples, size_t count);

} // namespace lathe
