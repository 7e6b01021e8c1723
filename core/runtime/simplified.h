#pragma once
#include "core/model/model.h"

namespace lathe {

/// The graph as the runtime simplifies it on any machine: constants computed, nodes fused, and casts around
/// what it computes in float32 because it cannot in float16. Inputs and outputs keep their names.
/// @throws Error Unsupported (the runtime cannot load it), FileUnwritable (the system's folder of temporary
/// files)
Model simplifiedByRuntime(const Model &model);

} // namespace lathe
