#include "core/analysis/weightstats.h"
#include "core/compress/methods.h"

#include <Eigen/SVD>

namespace lathe {

std::pair<Matrix, Matrix> SvdFactors::truncated(Index rank) const
{
    if (rank < 1 || rank > values.size())
        throw Error(ErrorCode::InvalidArgument, "A rank lies between 1 and the full rank.");
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
        throw Error(ErrorCode::NumericFailure, "A weight that holds NaN or infinity has no singular values.");
    ctx.throwIfCancelled();
    const Eigen::BDCSVD<Eigen::MatrixXf> solver(weight, Eigen::ComputeThinU | Eigen::ComputeThinV);
    ctx.throwIfCancelled();
    return {solver.matrixU(), solver.singularValues(), solver.matrixV()};
}

} // namespace lathe
