// Convolutions and products of matrices.
#include "core/base/error.h"
#include "core/train/torch/operators.h"
#include "core/train/torch/windows.h"

#include <algorithm>

namespace lathe::train {
namespace {

/// By the functions of the rank, which compute in halves where that is asked for.
at::Tensor convolved(const at::Tensor &x, const at::Tensor &weight, const at::Tensor &bias,
                     const Window &window, const std::vector<int64_t> &padding, int64_t groups)
{
    switch (padding.size()) {
    case 1:
        return at::conv1d(x, weight, bias, window.strides, padding, window.dilations, groups);
    case 2:
        return at::conv2d(x, weight, bias, window.strides, padding, window.dilations, groups);
    default:
        return at::conv3d(x, weight, bias, window.strides, padding, window.dilations, groups);
    }
}

Results conv(const Step &step, const Arguments &in)
{
    const at::Tensor &weight = in[1];
    const Window window = windowOf(step, kernelOf(weight), in[0]);
    at::Tensor x = in[0];
    std::vector<int64_t> padding = window.begin;
    if (window.begin != window.end) {
        x = padded(x, window, 0);
        padding.assign(padding.size(), 0);
    }
    const at::Tensor bias = in.has(2) ? in[2] : at::Tensor();
    return {convolved(x, weight, bias, window, padding, step.attributes.integer("group", 1))};
}

/// What auto_pad and output_shape mean for a transposed convolution.
void fitTransposed(const Step &step, const at::Tensor &x, Window &window, std::vector<int64_t> &more)
{
    const std::vector<int64_t> wanted = step.attributes.integers("output_shape");
    const std::string pad = step.attributes.text("auto_pad", "NOTSET");
    if (wanted.empty() && pad != "SAME_UPPER" && pad != "SAME_LOWER")
        return;
    const size_t n = window.kernel.size();
    for (size_t i = 0; i < n; ++i) {
        const int64_t size = x.size(static_cast<int64_t>(i) + 2);
        const int64_t target = wanted.empty() ? size * window.strides[i] : wanted[wanted.size() - n + i];
        const int64_t total = window.strides[i] * (size - 1) + more[i] + window.extent(i) - target;
        if (total < 0) { // the output is larger than what is computed
            more[i] -= total;
            window.begin[i] = window.end[i] = 0;
        } else if (pad == "SAME_UPPER") {
            window.begin[i] = total / 2;
            window.end[i] = total - total / 2;
        } else {
            window.begin[i] = total - total / 2;
            window.end[i] = total / 2;
        }
    }
}

Results convTranspose(const Step &step, const Arguments &in)
{
    const at::Tensor &weight = in[1];
    Window window = windowOf(step, kernelOf(weight), in[0]);
    const size_t n = window.kernel.size();
    std::vector<int64_t> more = step.attributes.integers("output_padding", std::vector<int64_t>(n, 0));
    fitTransposed(step, in[0], window, more);
    // The library takes less than a stride of output padding, and equal pads: the rest is done on the result.
    const std::vector<int64_t> none(n, 0);
    const at::Tensor bias = in.has(2) ? in[2] : at::Tensor();
    at::Tensor y = at::convolution(in[0], weight, {}, window.strides, none, window.dilations, true, none,
                                   step.attributes.integer("group", 1));
    std::vector<int64_t> change;
    for (size_t i = n; i-- > 0;) {
        change.push_back(-window.begin[i]);
        change.push_back(more[i] - window.end[i]);
    }
    if (std::ranges::any_of(change, [](int64_t c) { return c != 0; }))
        y = at::constant_pad_nd(y, change, 0);
    if (bias.defined()) {
        std::vector<int64_t> shape(n + 2, 1);
        shape[1] = bias.numel();
        y = y + bias.view(shape);
    }
    return {y};
}

Results gemm(const Step &step, const Arguments &in)
{
    const double alpha = step.attributes.number("alpha", 1), beta = step.attributes.number("beta", 1);
    const at::Tensor a = step.attributes.integer("transA", 0) ? in[0].t() : in[0];
    const at::Tensor b = step.attributes.integer("transB", 0) ? in[1].t() : in[1];
    if (!in.has(2))
        return {alpha == 1 ? at::mm(a, b) : at::mm(a, b) * alpha};
    if (!a.is_floating_point())
        return {at::mm(a, b) + in[2]};
    return {at::addmm(in[2], a, b, beta, alpha)};
}

Results matMul(const Step &, const Arguments &in)
{
    return {at::matmul(in[0], in[1])};
}

Results einsum(const Step &step, const Arguments &in)
{
    const std::span<const at::Tensor> all = in.all();
    return {
        at::einsum(step.attributes.text("equation", ""), std::vector<at::Tensor>(all.begin(), all.end()))};
}

} // namespace

void addProducts(OperatorTable &table)
{
    table.insert({{"Conv", conv},
                  {"ConvTranspose", convTranspose},
                  {"Gemm", gemm},
                  {"MatMul", matMul},
                  {"Einsum", einsum}});
}

} // namespace lathe::train
