#include "core/train/torch/operators.h"

#include <algorithm>
#include <numeric>

namespace lathe::train {
namespace {

using Axes = std::vector<int64_t>;
using Reduction = at::Tensor (*)(const at::Tensor &, const Axes &, bool keep);

template <Reduction reduce>
Results reduced(const Step &step, const Arguments &in)
{
    Axes axes = axesOf(step, in, 1);
    if (axes.empty()) {
        if (step.attributes.integer("noop_with_empty_axes", 0)) // each value for itself: its square, say
            return {reduce(in[0].unsqueeze(-1), {-1}, false)};
        axes.resize(static_cast<size_t>(in[0].dim()));
        std::iota(axes.begin(), axes.end(), 0);
    }
    return {reduce(in[0], axes, step.attributes.integer("keepdims", 1) != 0)};
}

at::Tensor sum(const at::Tensor &x, const Axes &axes, bool keep)
{
    return x.sum(axes, keep, x.scalar_type());
}

at::Tensor mean(const at::Tensor &x, const Axes &axes, bool keep)
{
    return x.mean(axes, keep);
}

at::Tensor largest(const at::Tensor &x, const Axes &axes, bool keep)
{
    return x.amax(axes, keep);
}

at::Tensor smallest(const at::Tensor &x, const Axes &axes, bool keep)
{
    return x.amin(axes, keep);
}

/// From the last axis on, so that those before keep their places.
at::Tensor product(const at::Tensor &x, const Axes &axes, bool keep)
{
    Axes sorted = axes;
    std::sort(sorted.rbegin(), sorted.rend());
    at::Tensor y = x;
    for (const int64_t axis : sorted)
        y = y.prod(axis, keep, x.scalar_type());
    return y;
}

at::Tensor sumOfAbsolutes(const at::Tensor &x, const Axes &axes, bool keep)
{
    return sum(x.abs(), axes, keep);
}

at::Tensor sumOfSquares(const at::Tensor &x, const Axes &axes, bool keep)
{
    return sum(x * x, axes, keep);
}

at::Tensor norm(const at::Tensor &x, const Axes &axes, bool keep)
{
    return x.norm(2, axes, keep);
}

at::Tensor logSum(const at::Tensor &x, const Axes &axes, bool keep)
{
    return sum(x, axes, keep).log();
}

at::Tensor logSumExp(const at::Tensor &x, const Axes &axes, bool keep)
{
    return x.logsumexp(axes, keep);
}

} // namespace

void addReductions(OperatorTable &table)
{
    table.insert({{"ReduceSum", reduced<sum>},
                  {"ReduceMean", reduced<mean>},
                  {"ReduceMax", reduced<largest>},
                  {"ReduceMin", reduced<smallest>},
                  {"ReduceProd", reduced<product>},
                  {"ReduceL1", reduced<sumOfAbsolutes>},
                  {"ReduceL2", reduced<norm>},
                  {"ReduceSumSquare", reduced<sumOfSquares>},
                  {"ReduceLogSum", reduced<logSum>},
                  {"ReduceLogSumExp", reduced<logSumExp>}});
}

} // namespace lathe::train
