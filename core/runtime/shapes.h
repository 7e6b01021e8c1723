#pragma once
#include "core/model/model.h"

namespace lathe {

/// Whether MACs or shapes of a layer, or MACs of another product, are still unknown.
bool hasOpenShapes(const Model &model);

/// Fills in layer shapes and MACs that shape inference left open by one run at batch 1 (free dimensions 1,
/// zeros as input). A model that cannot be run so comes back as it is, with a note among its issues.
Model completeShapes(const Model &model, const JobContext &ctx = {});

} // namespace lathe
