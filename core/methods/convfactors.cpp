#include "core/methods/convfactors.h"

#include "core/methods/methods.h"

#include <Eigen/Cholesky>
#include <algorithm>
#include <cmath>
#include <limits>

namespace lathe {
namespace {

void checkRank(Index rank, Index most, const Message &what)
{
    if (rank < 1 || rank > most)
        throw Error(ErrorCode::InvalidArgument, Message::tr("{} takes 1 to {}, not {}.", what, most, rank));
}

/// The leading left singular vectors [rows, rank].
Eigen::MatrixXf leadingDirections(const Matrix &m, Index rank, const JobContext &ctx)
{
    return svd(m, ctx).u.leftCols(rank);
}

/// [out, in * area] seen as [in, out * area].
Matrix inputUnfolding(const Matrix &weight, Index in, Index area)
{
    Matrix unfolded(in, weight.rows() * area);
    for (Index o = 0; o < weight.rows(); ++o) {
        for (Index i = 0; i < in; ++i)
            unfolded.block(i, o * area, 1, area) = weight.block(o, i * area, 1, area);
    }
    return unfolded;
}

/// Every input channel of [rows, in * area] mixed by `mix` [to, in]: [rows, to * area].
Matrix mixInputs(const Matrix &weight, const Matrix &mix, Index area)
{
    Matrix mixed(weight.rows(), mix.rows() * area);
    for (Index r = 0; r < weight.rows(); ++r) {
        const Eigen::Map<const Matrix> row(weight.data() + r * weight.cols(), mix.cols(), area);
        Eigen::Map<Matrix>(mixed.data() + r * mixed.cols(), mix.rows(), area).noalias() = mix * row;
    }
    return mixed;
}

using Cholesky = Eigen::LLT<Eigen::MatrixXf>;

/// Factorizes a positive semidefinite matrix, damped as far as it needs.
Cholesky dampedCholesky(const Eigen::MatrixXf &matrix)
{
    if (!matrix.allFinite())
        throw Error(
            ErrorCode::NumericFailure,
            Message::tr("The layer's input statistics hold NaN or infinity: check the calibration data."));
    const float mean = std::max(matrix.diagonal().mean(), std::numeric_limits<float>::min());
    for (float share = 1e-6F; share <= 1.0F; share *= 10.0F) {
        Eigen::MatrixXf damped = matrix;
        damped.diagonal().array() += share * mean;
        Cholesky cholesky(damped);
        if (cholesky.info() == Eigen::Success)
            return cholesky;
    }
    throw Error(
        ErrorCode::NumericFailure,
        Message::tr("The layer's input covariance has no Cholesky factor, not even with full damping."));
}

double outputError(const Matrix &difference, const Matrix &covariance)
{
    return (difference * covariance).cwiseProduct(difference).cast<double>().sum();
}

} // namespace

std::pair<Matrix, Matrix> factorizeOnActivations(const Matrix &weight, const Matrix &covariance, Index rank,
                                                 const JobContext &ctx)
{
    checkRank(rank, std::min(weight.rows(), weight.cols()), Message::tr("The rank"));
    const Eigen::MatrixXf root = dampedCholesky(covariance).matrixL();
    ctx.throwIfCancelled();
    const SvdFactors factors = svd(weight * root, ctx);
    const Vector s = factors.values.head(rank).cwiseSqrt();
    const Matrix left = factors.u.leftCols(rank) * s.asDiagonal();
    // right = sqrt(S) V^T root^-1, by solving root^T right^T = V sqrt(S)
    const Eigen::MatrixXf transposed =
        root.transpose().triangularView<Eigen::Upper>().solve(factors.v.leftCols(rank) * s.asDiagonal());
    return {left, transposed.transpose()};
}

Matrix spatialUnfolding(const Matrix &weight, const KernelShape &shape)
{
    Matrix unfolded(shape.in * shape.height, shape.out * shape.width);
    for (Index o = 0; o < shape.out; ++o) {
        for (Index ih = 0; ih < unfolded.rows(); ++ih)
            unfolded.block(ih, o * shape.width, 1, shape.width) =
                weight.block(o, ih * shape.width, 1, shape.width);
    }
    return unfolded;
}

SpatialFactors factorizeSpatially(const Matrix &weight, const KernelShape &shape, Index rank,
                                  const JobContext &ctx)
{
    checkRank(rank, std::min(shape.in * shape.height, shape.out * shape.width),
              Message::tr("The spatial rank"));
    return spatialFactors(svd(spatialUnfolding(weight, shape), ctx), shape, rank);
}

SpatialFactors spatialFactors(const SvdFactors &unfolded, const KernelShape &shape, Index rank)
{
    const auto [left, right] = unfolded.truncated(rank); // [in * height, rank], [rank, out * width]
    SpatialFactors factors;
    factors.vertical = left.transpose();
    factors.horizontal.resize(shape.out, rank * shape.width);
    for (Index o = 0; o < shape.out; ++o) {
        for (Index r = 0; r < rank; ++r)
            factors.horizontal.block(o, r * shape.width, 1, shape.width) =
                right.block(r, o * shape.width, 1, shape.width);
    }
    return factors;
}

Matrix compose(const SpatialFactors &factors, const KernelShape &shape)
{
    const Index rank = factors.vertical.rows();
    Matrix weight(shape.out, shape.in * shape.area());
    for (Index o = 0; o < shape.out; ++o) {
        const Eigen::Map<const Matrix> across(factors.horizontal.data() + o * factors.horizontal.cols(), rank,
                                              shape.width);
        Eigen::Map<Matrix>(weight.data() + o * weight.cols(), shape.in * shape.height, shape.width)
            .noalias() = factors.vertical.transpose() * across;
    }
    return weight;
}

TuckerFactors factorizeTucker2(const Matrix &weight, const KernelShape &shape, Index rankOut, Index rankIn,
                               const JobContext &ctx)
{
    const Index area = shape.area();
    checkRank(rankOut, std::min(shape.out, shape.in * area), Message::tr("The output rank"));
    checkRank(rankIn, std::min(shape.in, shape.out * area), Message::tr("The input rank"));
    Eigen::MatrixXf out = leadingDirections(weight, rankOut, ctx);
    Eigen::MatrixXf in = leadingDirections(inputUnfolding(weight, shape.in, area), rankIn, ctx);
    constexpr int iterations = 5; // the fit hardly changes after the second one
    for (int i = 0; i < iterations; ++i) {
        ctx.throwIfCancelled();
        const Matrix lessInput = mixInputs(weight, in.transpose(), area);
        out = leadingDirections(lessInput, std::min({rankOut, lessInput.rows(), lessInput.cols()}), ctx);
        const Matrix lessOutput = out.transpose() * weight;
        in = leadingDirections(inputUnfolding(lessOutput, shape.in, area),
                               std::min(rankIn, lessOutput.rows() * area), ctx);
    }
    return {in.transpose(), mixInputs(out.transpose() * weight, in.transpose(), area), out};
}

Matrix compose(const TuckerFactors &factors, const KernelShape &shape)
{
    return mixInputs(factors.output * factors.core, factors.input.transpose(), shape.area());
}

SeparableFactors separate(const Matrix &weight, const KernelShape &shape, const Matrix *covariance,
                          const JobContext &ctx)
{
    const Index area = shape.area();
    SeparableFactors factors{Matrix(shape.in, area), Matrix(shape.out, shape.in)};
    for (Index i = 0; i < shape.in; ++i) {
        const auto [left, right] = svd(weight.middleCols(i * area, area), ctx).truncated(1);
        factors.depthwise.row(i) = right;
        factors.pointwise.col(i) = left;
    }
    if (!covariance)
        return factors;
    const Matrix target = weight * *covariance; // W H [out, in * area]
    constexpr int iterations = 10;
    for (int step = 0; step < iterations; ++step) {
        ctx.checkpoint(static_cast<double>(step) / iterations, {});
        const SeparableFactors before = factors;
        // Pointwise for fixed filters: P (B H B^T) = W H B^T, B [in, in * area] with each filter on its own
        // channel.
        Matrix spread = Matrix::Zero(shape.in, shape.in * area);
        for (Index i = 0; i < shape.in; ++i)
            spread.block(i, i * area, 1, area) = factors.depthwise.row(i);
        const Eigen::MatrixXf filtered = *covariance * spread.transpose();
        factors.pointwise =
            dampedCholesky(spread * filtered).solve((target * spread.transpose()).transpose()).transpose();
        // Filters for a fixed pointwise: (P^T P)[i,j] H[(i,t),(j,s)] d[(j,s)] = (P^T W H)[i,(i,t)].
        const Matrix gram = factors.pointwise.transpose() * factors.pointwise;
        const Matrix pulled = factors.pointwise.transpose() * target;
        Eigen::MatrixXf normal = *covariance;
        Eigen::VectorXf right(shape.in * area);
        for (Index i = 0; i < shape.in; ++i) {
            right.segment(i * area, area) = pulled.block(i, i * area, 1, area).transpose();
            for (Index j = 0; j < shape.in; ++j)
                normal.block(i * area, j * area, area, area) *= gram(i, j);
        }
        const Eigen::VectorXf filters = dampedCholesky(normal).solve(right);
        factors.depthwise = Eigen::Map<const Matrix>(filters.data(), shape.in, area);
        if (!(outputError(weight - compose(factors, shape), *covariance) <
              outputError(weight - compose(before, shape), *covariance)))
            return before;
    }
    return factors;
}

Matrix compose(const SeparableFactors &factors, const KernelShape &shape)
{
    const Index area = shape.area();
    Matrix weight(shape.out, shape.in * area);
    for (Index i = 0; i < shape.in; ++i)
        weight.middleCols(i * area, area) = factors.pointwise.col(i) * factors.depthwise.row(i);
    return weight;
}

} // namespace lathe
