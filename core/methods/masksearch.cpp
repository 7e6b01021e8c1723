#include "core/methods/masksearch.h"

#include "core/base/blas.h"
#include "core/base/parallel.h"
#include "core/methods/methods.h"

#include <algorithm>
#include <cmath>
#include <optional>

namespace lathe {
namespace {

/// Of leaving the mask, where an input's own share of H is 1: from free choice to hardly any.
constexpr double firstPenalty = 0.03, lastPenalty = 3.0;

/// More find better masks: as many as half a second or so allows, for no more than that is waited for after a
/// move.
int iterationsFor(const Matrix &weight)
{
    constexpr double products = 1e10;
    const auto rows = static_cast<double>(weight.rows()), cols = static_cast<double>(weight.cols());
    const double each = (2.0 * rows + cols) * cols * cols;
    return static_cast<int>(std::clamp(products / each, 8.0, 60.0));
}

/// b (H + penalty I)^-1, rows apart; empty where that has no inverse.
std::optional<Matrix> solved(const Matrix &b, Matrix hessian, float penalty, const JobContext &ctx)
{
    constexpr Index strip = 64;
    Matrix &lower = hessian; // inverse = lower^T * lower
    lower.diagonal().array() += penalty;
    if (!choleskyInPlace(lower, ctx))
        return {};
    invertLowerInPlace(lower, ctx);
    const Matrix upper = lower.transpose();
    Matrix result(b.rows(), b.cols());
    parallelFor(static_cast<size_t>((b.rows() + strip - 1) / strip), ctx, [&](size_t i) {
        const Index first = static_cast<Index>(i) * strip;
        const Index count = std::min(strip, b.rows() - first);
        result.middleRows(first, count) = product(product(b.middleRows(first, count), upper), lower);
    });
    return result;
}

/// ADMM in inputs scaled to one norm.
class Search {
public:
    Search(const Matrix &weight, const Matrix &hessian, const PrunedWeights &start)
        : m_image(product(weight, hessian)), m_hessian(hessian), m_kept(start.kept), m_values(start.values),
          m_dual(Matrix::Zero(weight.rows(), weight.cols()))
    {
    }

    PrunedWeights run(const MaskRule &rule, const JobContext &ctx)
    {
        const int iterations = iterationsFor(m_image);
        for (int i = 0; i < iterations; ++i) {
            ctx.checkpoint(static_cast<double>(i) / static_cast<double>(iterations), {});
            const double share = static_cast<double>(i) / static_cast<double>(iterations - 1);
            const double penalty = firstPenalty * std::pow(lastPenalty / firstPenalty, share);
            if (!step(static_cast<float>(penalty), rule, ctx))
                break;
        }
        return {std::move(m_values), std::move(m_kept)};
    }

private:
    bool step(float penalty, const MaskRule &rule, const JobContext &ctx)
    {
        const auto free = solved(m_image - m_dual + penalty * m_values, m_hessian, penalty, ctx);
        if (!free)
            return false;
        const Matrix wanted = *free + m_dual / penalty;
        m_kept = rule(wanted.cwiseAbs2());
        m_values = masked(wanted, m_kept);
        m_dual += penalty * (*free - m_values);
        return true;
    }

    Matrix m_image;
    const Matrix &m_hessian;
    std::vector<uint8_t> m_kept;
    Matrix m_values, m_dual;
};

double outputError(const Matrix &difference, const Matrix &hessian)
{
    return product(difference, hessian).cwiseProduct(difference).cast<double>().sum();
}

} // namespace

PrunedWeights searchMask(const Matrix &weight, const Matrix &hessian, PrunedWeights start,
                         const MaskRule &rule, const JobContext &ctx)
{
    if (hessian.diagonal().minCoeff() <= 0.0F)
        return start; // no input ever: any mask will do
    const Vector norms = hessian.diagonal().cwiseSqrt();
    const Vector inverted = norms.cwiseInverse();
    const Matrix scaled = inverted.asDiagonal() * hessian * inverted.asDiagonal();
    PrunedWeights from{start.values * norms.asDiagonal(), start.kept};
    PrunedWeights found = Search(weight * norms.asDiagonal(), scaled, from).run(rule, ctx);
    found.values = Matrix(found.values * inverted.asDiagonal());
    refineKept(weight, hessian, found, 10, ctx);
    const bool better =
        outputError(weight - found.values, hessian) < outputError(weight - start.values, hessian);
    return better ? std::move(found) : std::move(start);
}

} // namespace lathe
