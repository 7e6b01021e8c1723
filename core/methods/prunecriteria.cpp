#include "core/methods/prunecriteria.h"

namespace lathe {
namespace {

Matrix byMagnitude(const ScoredMatrix &matrix)
{
    return matrix.weight.cwiseAbs();
}

Matrix byMagnitudeAndInput(const ScoredMatrix &matrix)
{
    Matrix scores = byMagnitude(matrix);
    if (!matrix.inputs)
        return scores;
    const Index rows = scores.rows() / matrix.inputs->groups();
    for (Index g = 0; g < matrix.inputs->groups(); ++g) {
        const Vector norms = matrix.inputs->meanSquare(g).cwiseSqrt();
        scores.middleRows(g * rows, rows) *= norms.asDiagonal();
    }
    return scores;
}

} // namespace

Matrix pruneScores(PruneMethod method, const ScoredMatrix &matrix)
{
    switch (method) {
    case PruneMethod::Magnitude:
    case PruneMethod::Obs:
        return byMagnitude(matrix);
    case PruneMethod::Wanda:
        return byMagnitudeAndInput(matrix);
    }
    throw Error(ErrorCode::InvalidArgument, "There is no such pruning criterion.");
}

} // namespace lathe
