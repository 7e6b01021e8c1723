#pragma once
// Layers that went with a part of the graph, kept in the list. Inside core only.
#include "core/model/model.h"

namespace lathe {

/// The model with one more entry in its layers for each of these that it has no layer of the name of, in the
/// same order: absent ones, so that both models count their layers alike. Ties lead where they led.
Model withAbsentLayers(const Model &model, const std::vector<Layer> &all);

} // namespace lathe
