#include "core/methods/prunecriteria.h"

#include <random>

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

/// By what the loss of a sample changes when the weight w is set to zero, with its gradient g: -w g + w^2 h /
/// 2 with the empirical Fisher information g^2 in place of the curvature h.
Matrix byLoss(PruneMethod method, const ScoredMatrix &matrix)
{
    if (!matrix.gradients)
        return byMagnitude(matrix);
    const GradientStatistics &known = *matrix.gradients;
    switch (method) {
    case PruneMethod::Taylor: // the first term, each sample's change by itself
        return known.magnitude;
    case PruneMethod::Taylor2:
        return (0.5F * known.meanSquare - known.mean).cwiseAbs();
    case PruneMethod::Movement: // a step of training moves w by -g: where w g > 0 towards zero
        return -known.mean;
    default: // Fisher: at a minimum the first term vanishes
        return 0.5F * known.meanSquare;
    }
}

/// FNV-1a: std::hash differs between standard libraries.
uint64_t hashOf(std::string_view name)
{
    uint64_t hash = 14695981039346656037U;
    for (const char c : name)
        hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211U;
    return hash;
}

/// Seeded by the name alone, so that the same recipe gives the same file everywhere.
Matrix byChance(const ScoredMatrix &matrix)
{
    std::mt19937_64 random(hashOf(matrix.name));
    Matrix scores(matrix.weight.rows(), matrix.weight.cols());
    for (Index i = 0; i < scores.size(); ++i)
        scores.data()[i] = static_cast<float>(random() >> 40U) * 0x1p-24F; // [0, 1)
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
    case PruneMethod::Random:
        return byChance(matrix);
    case PruneMethod::Taylor:
    case PruneMethod::Taylor2:
    case PruneMethod::Fisher:
    case PruneMethod::Movement:
        return byLoss(method, matrix);
    }
    throw Error(ErrorCode::InvalidArgument, Message::tr("There is no such pruning criterion."));
}

} // namespace lathe
