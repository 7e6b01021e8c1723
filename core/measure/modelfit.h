#pragma once
// Whether another model can be measured on samples that were made ready for one.
#include "core/model/model.h"

namespace lathe {

/// Why `other` cannot be fed what `model` is fed, or gives something else, in one sentence; empty: it can and
/// does, as far as the files say. Names of inputs count only where there are several.
Message obstacleToMeasuring(const Model &model, const Model &other);

} // namespace lathe
