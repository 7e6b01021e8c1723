#include "core/analysis/symmetriceigen.h"
#include "core/analysis/weightstats.h"
#include "core/base/parallel.h"
#include "core/methods/methods.h"

#include <algorithm>
#include <functional>
#include <limits>
#include <numeric>

namespace lathe {
namespace {

constexpr float smallest = std::numeric_limits<float>::min(); // below it 1 / s is infinite

/// The longer side's singular vectors, each times its singular value: W^T U where U belongs to the rows, else
/// W V.
Matrix projected(const Matrix &weight, const Eigen::MatrixXf &vectors, const JobContext &ctx)
{
    constexpr Index panel = 64;
    const bool wide = weight.rows() <= weight.cols();
    const Index length = std::max(weight.rows(), weight.cols());
    Matrix result(length, vectors.cols());
    parallelFor(static_cast<size_t>((length + panel - 1) / panel), ctx, [&](size_t k) {
        const Index from = static_cast<Index>(k) * panel;
        const Index count = std::min(panel, length - from);
        if (wide)
            result.middleRows(from, count).noalias() = weight.middleCols(from, count).transpose() * vectors;
        else
            result.middleRows(from, count).noalias() = weight.middleRows(from, count) * vectors;
    });
    return result;
}

std::vector<Index> descending(const Eigen::VectorXf &values)
{
    std::vector<Index> order(static_cast<size_t>(values.size()));
    std::iota(order.begin(), order.end(), Index(0));
    std::ranges::stable_sort(order, std::ranges::greater(), [&](Index i) { return values[i]; });
    return order;
}

} // namespace

std::pair<Matrix, Matrix> SvdFactors::truncated(Index rank) const
{
    if (rank < 1 || rank > values.size())
        throw Error(ErrorCode::InvalidArgument, Message::tr("A rank lies between 1 and the full rank."));
    const Eigen::VectorXf roots = values.head(rank).cwiseSqrt();
    return {u.leftCols(rank) * roots.asDiagonal(), roots.asDiagonal() * v.leftCols(rank).transpose()};
}

std::vector<double> SvdFactors::energy() const
{
    const std::vector<double> wide(values.begin(), values.end());
    return energyCurve(wide);
}

Index SvdFactors::rankForEnergy(double share) const
{
    return lathe::rankForEnergy(energy(), share);
}

SvdFactors svd(const Matrix &weight, const JobContext &ctx)
{
    if (!weight.allFinite())
        throw Error(ErrorCode::NumericFailure,
                    Message::tr("A weight that holds NaN or infinity has no singular values."));
    const bool wide = weight.rows() <= weight.cols();
    const SymmetricEigen eigen = symmetricEigen(smallerGram(weight, ctx), ctx);
    const Matrix scaled = projected(weight, eigen.vectors, ctx);
    // The lengths of the projections are the singular values, without the square of the Gram matrix.
    const Eigen::VectorXf lengths = scaled.cast<double>().colwise().norm().cast<float>();
    if (!lengths.allFinite())
        throw Error(ErrorCode::NumericFailure,
                    Message::tr("The singular values of a weight are larger than float32 can hold."));
    const std::vector<Index> order = descending(lengths);

    SvdFactors factors{{}, lengths(order), {}};
    const Eigen::VectorXf inverse =
        factors.values.unaryExpr([](float s) { return s >= smallest ? 1.0F / s : 0.0F; });
    (wide ? factors.u : factors.v) = eigen.vectors(Eigen::all, order);
    (wide ? factors.v : factors.u) = scaled(Eigen::all, order) * inverse.asDiagonal();
    return factors;
}

} // namespace lathe
