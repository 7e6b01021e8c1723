// Numbers on a grid. Rounding passes the gradient on as if it were not there (straight-through).
#include "core/base/error.h"
#include "core/train/torch/operators.h"

namespace lathe::train {
namespace {

/// Scale or zero point, as broadcast over the tensor: one number, one for each place of an axis, or one for
/// each block of an axis.
at::Tensor spread(const Step &step, const at::Tensor &values, const at::Tensor &x)
{
    if (values.numel() == 1)
        return values.reshape({});
    const int64_t axis = wrapped(step.attributes.integer("axis", 1), x.dim());
    if (values.dim() == 1) {
        std::vector<int64_t> shape(static_cast<size_t>(x.dim()), 1);
        shape[static_cast<size_t>(axis)] = -1;
        return values.reshape(shape);
    }
    const int64_t block = step.attributes.integer("block_size", 0);
    return values.repeat_interleave(block, axis).narrow(axis, 0, x.size(axis));
}

Results dequantize(const Step &step, const Arguments &in)
{
    at::Tensor x = in[0].to(in[1].scalar_type());
    if (in.has(2))
        x = x - spread(step, in[2].to(in[1].scalar_type()), x);
    return {x * spread(step, in[1], x)};
}

} // namespace

void addQuantization(OperatorTable &table)
{
    table.insert({{"DequantizeLinear", dequantize}});
}

} // namespace lathe::train
