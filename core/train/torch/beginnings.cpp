#include "core/train/torch/beginnings.h"

#include <vector>

namespace lathe::train {
namespace {

constexpr double leastOfAll = 0.01; ///< a row's, as a share of all rows'
constexpr double leastConstant = 0.01;

at::Tensor rootMeanSquare(const at::Tensor &values, const std::vector<int64_t> &axes)
{
    const at::Tensor count = (values != 0).sum(axes, true).clamp_min(1).to(values.scalar_type());
    return (values.square().sum(axes, true) / count).sqrt();
}

std::vector<int64_t> axesFrom(int64_t first, const at::Tensor &values)
{
    std::vector<int64_t> axes;
    for (int64_t axis = first; axis < values.dim(); ++axis)
        axes.push_back(axis);
    return axes;
}

} // namespace

at::Tensor sizeByRow(const at::Tensor &values)
{
    const at::NoGradGuard still;
    const at::Tensor all = rootMeanSquare(values, axesFrom(0, values));
    const at::Tensor least = at::where(all > 0, all * leastOfAll, at::ones_like(all));
    return at::maximum(values.dim() > 1 ? rootMeanSquare(values, axesFrom(1, values)) : all, least);
}

at::Tensor sizeOfConstant(const at::Tensor &values)
{
    const at::NoGradGuard still;
    return values.numel() > 0 ? values.square().mean().sqrt().clamp_min(leastConstant)
                              : at::ones({}, values.options());
}

} // namespace lathe::train
