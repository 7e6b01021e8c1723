#include "core/recover/layerfit.h"

#include "core/base/blas.h"
#include "core/methods/freevalues.h"
#include "core/methods/secondorder.h"

#include <algorithm>

namespace lathe {
namespace {

constexpr int iterations = 24;
constexpr int rounds = 2; ///< of factors, one after the other

Vector weightedMeans(const MatchedMoments &moments, const Matrix &weight, Index groups)
{
    const Index rows = weight.rows() / groups, cols = weight.cols();
    Vector result(weight.rows());
    for (Index g = 0; g < groups; ++g)
        result.segment(g * rows, rows).noalias() =
            weight.middleRows(g * rows, rows) * moments.inputs.mean.segment(g * cols, cols);
    return result;
}

double meanDiagonal(const Matrix &stacked)
{
    double sum = 0.0;
    for (Index r = 0; r < stacked.rows(); ++r)
        sum += static_cast<double>(stacked(r, r % stacked.cols()));
    return sum / static_cast<double>(std::max<Index>(1, stacked.rows()));
}

/// a_g * b_g^T or a_g * b_g of blocks of rows.
Matrix blockwise(const Matrix &a, const Matrix &b, Index groups, bool transposed)
{
    const Index rows = a.rows() / groups, other = b.rows() / groups;
    Matrix result(a.rows(), transposed ? other : b.cols());
    for (Index g = 0; g < groups; ++g) {
        const auto left = a.middleRows(g * rows, rows);
        const auto right = b.middleRows(g * other, other);
        if (transposed)
            result.middleRows(g * rows, rows).noalias() = left * right.transpose();
        else
            result.middleRows(g * rows, rows).noalias() = left * right;
    }
    return result;
}

Matrix blockTransposed(const Matrix &a, const Matrix &b, Index groups) ///< a_g^T * b_g
{
    const Index rows = a.rows() / groups;
    Matrix result(groups * a.cols(), b.cols());
    for (Index g = 0; g < groups; ++g)
        result.middleRows(g * a.cols(), a.cols()).noalias() =
            a.middleRows(g * rows, rows).transpose() * b.middleRows(g * rows, rows);
    return result;
}

class Refit {
public:
    Refit(const MatchedMoments &moments, Index groups, double ridge, bool scalesMove, const JobContext &ctx)
        : m_hessian(moments.covariance), m_cross(moments.cross), m_groups(groups), m_ridge(ridge),
          m_scalesMove(scalesMove), m_ctx(ctx)
    {
    }

    MatrixEncoding run(const MatrixEncoding &structure) const
    {
        return solved(structure, {{}, m_hessian, m_cross, m_groups});
    }

    FactorEncoding run(FactorEncoding factors) const
    {
        const bool product = factors.form == FactorForm::Product;
        const Matrix rest = factors.residual ? decode(*factors.residual) : Matrix();
        const Matrix cross =
            rest.size() > 0 ? Matrix(m_cross - blockwise(rest, m_hessian, m_groups, false)) : m_cross;
        for (int round = 0; round < rounds; ++round) {
            factors.factors.back() = lastOf(factors, cross);
            if (product)
                factors.factors.front() = firstOf(factors, cross);
        }
        return factors;
    }

private:
    MatrixEncoding solved(const MatrixEncoding &structure, const QuadraticCost &cost) const
    {
        const FreeValues values(structure, m_scalesMove);
        if (values.count() == 0)
            return structure;
        double scale = meanDiagonal(cost.hessian);
        if (cost.left.size() > 0)
            scale *= meanDiagonal(cost.left);
        return values.encoding(leastSquares(values, cost, m_ridge * scale, iterations, m_ctx));
    }

    /// V = M B, where B is what the factors before it make.
    MatrixEncoding lastOf(const FactorEncoding &factors, const Matrix &cross) const
    {
        FactorEncoding before = factors;
        before.residual.reset();
        MatrixEncoding &last = before.factors.back();
        const Index width = last.cols;
        const Index stacked = factors.form == FactorForm::Product ? m_groups : 1;
        before.kernel.out = width;
        last = MatrixEncoding{stacked * width,
                              width,
                              {},
                              DenseValues{Matrix(Matrix::Identity(width, width).replicate(stacked, 1))}};
        const Matrix b = decode(before); // [groups * width, cols]
        const Matrix half = blockwise(b, m_hessian, m_groups, false);
        return solved(
            factors.factors.back(),
            {{}, blockwise(half, b, m_groups, true), blockwise(cross, b, m_groups, true), m_groups});
    }

    /// V = L M.
    MatrixEncoding firstOf(const FactorEncoding &factors, const Matrix &cross) const
    {
        const Matrix left = decode(factors.factors.back());
        return solved(factors.factors.front(), {blockTransposed(left, left, m_groups), m_hessian,
                                                blockTransposed(left, cross, m_groups), m_groups});
    }

    const Matrix &m_hessian, &m_cross;
    Index m_groups;
    double m_ridge;
    bool m_scalesMove;
    const JobContext &m_ctx;
};

} // namespace

Vector meanShift(const MatchedMoments &moments, const Matrix &weight, Index groups)
{
    return moments.target - weightedMeans(moments, weight, groups);
}

double outputError(const MatchedMoments &moments, const Matrix &weight, const Vector &shift, Index groups)
{
    const Matrix image = blockwise(weight, moments.covariance, groups, false);
    const Vector missing = meanShift(moments, weight, groups);
    double error = 0.0, variance = 0.0;
    for (Index r = 0; r < weight.rows(); ++r) {
        const double own = moments.targetVariance[r];
        const double cross = weight.row(r).cast<double>().dot(moments.cross.row(r).cast<double>());
        const double given = weight.row(r).cast<double>().dot(image.row(r).cast<double>());
        const double mean = missing[r] - (shift.size() > 0 ? shift[r] : 0.0F);
        error += std::max(0.0, own - 2.0 * cross + given) + mean * mean;
        variance += own;
    }
    return variance > 0.0 ? error / variance : error;
}

FittedLayer refitted(const Encoding &structure, const MatchedMoments &moments, Index groups, double ridge,
                     bool scalesMove, const JobContext &ctx)
{
    const Refit refit(moments, groups, ridge, scalesMove, ctx);
    FittedLayer fitted;
    fitted.encoding = std::visit([&](const auto &e) -> Encoding { return refit.run(e); }, structure);
    fitted.shift = meanShift(moments, decode(fitted.encoding), groups);
    return fitted;
}

Matrix bestWeight(const Matrix &weight, const MatchedMoments &moments, Index groups, double ridge,
                  const JobContext &ctx)
{
    const Index rows = weight.rows() / groups, cols = weight.cols();
    Matrix best(weight.rows(), cols);
    for (Index g = 0; g < groups; ++g) {
        const Matrix h = moments.covariance.middleRows(g * cols, cols);
        const InverseHessian inverse = invertHessian(h, ridge, ctx);
        // The damping that was added, drawn to the weight: (C + d W) (H + d)^-1 = W + (C - W H) (H + d)^-1.
        const auto w = weight.middleRows(g * rows, rows);
        const Matrix missing = Matrix(moments.cross.middleRows(g * rows, rows)) - product(w, h);
        Matrix step = product(missing, Matrix(inverse.upper.transpose()));
        best.middleRows(g * rows, rows) = w + product(step, inverse.upper);
    }
    return best;
}

} // namespace lathe
