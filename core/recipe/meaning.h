#pragma once
// What settings mean together.
#include "core/recipe/settings.h"

namespace lathe {

/// Whether the mean of what the layer's output loses goes into its bias: asked for, or because the method is
/// fitted to the layer's output, and the bias is fitted with the weights.
bool correctsBias(const LayerSettings &settings);

/// Whether the layer becomes several matrices.
bool isTakenApart(const LayerSettings &settings);

} // namespace lathe
