#pragma once
// What the pruning criteria make of a weight.
#include "core/methods/matrixinputs.h"
#include "core/recipe/prunecriteria.h"

#include <string_view>

namespace lathe {

struct ScoredMatrix {
    const Matrix &weight;
    const MatrixInputs *inputs; ///< null: not known
    std::string_view name;      ///< of the layer, and of the matrix in it where there are several
    const GradientStatistics *gradients = nullptr; ///< null: not known
};

/// What losing each weight costs, by the criterion; the weights with the smallest scores go. Of a criterion
/// that refits the rest (PruneCriterion::refits), and of one by inputs or gradients where they are not known:
/// its magnitude.
/// @returns [rows, cols] >= 0, but for movement
Matrix pruneScores(PruneMethod method, const ScoredMatrix &matrix);

} // namespace lathe
