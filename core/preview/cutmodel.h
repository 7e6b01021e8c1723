#pragma once
// The two models on either side of a cut. Inside core/preview only.
#include "core/model/model.h"
#include "core/preview/graphcut.h"

namespace lathe {

/// The nodes before the cut; its outputs are cut.values.
Model modelBefore(const Model &model, const GraphCut &cut);
/// The nodes behind the cut with the model's first output. Inputs: cut.values, cut.inputs, and the changing
/// constants, of any shape.
/// @param values types and shapes of cut.values @param changing constants with their types and ranks
Model modelBehind(const Model &model, const GraphCut &cut, const std::vector<ValueInfo> &values,
                  const std::vector<std::pair<std::string, Tensor>> &changing);

/// The same model with some of its inputs fixed.
Model withConstants(const Model &behind, const std::vector<std::pair<std::string, Tensor>> &constants);

} // namespace lathe
