#include "core/base/error.h"
#include "core/train/torch/maxpool.h"
#include "core/train/torch/operators.h"
#include "core/train/torch/windows.h"

#include <algorithm>
#include <limits>
#include <numeric>

namespace lathe::train {
namespace {

int64_t spatialAxes(const at::Tensor &x)
{
    return x.dim() - 2;
}

/// What ceil_mode adds behind the last axis' end, as pads: after it the floor is the ceiling.
void takeCeiling(const Step &step, const at::Tensor &x, Window &window)
{
    if (!step.attributes.integer("ceil_mode", 0))
        return;
    for (size_t i = 0; i < window.kernel.size(); ++i) {
        const int64_t all = x.size(static_cast<int64_t>(i) + 2) + window.begin[i] + window.end[i];
        const int64_t rest = (all - window.extent(i)) % window.strides[i];
        // A window that starts in the end's pads does not count.
        const int64_t next = all - window.extent(i) - rest + window.strides[i];
        if (rest != 0 && next < x.size(static_cast<int64_t>(i) + 2) + window.begin[i])
            window.end[i] += window.strides[i] - rest;
    }
}

/// Windows as additional axes at the end: [N, C, places..., kernel...].
at::Tensor unfolded(at::Tensor x, const Window &window)
{
    const auto n = static_cast<int64_t>(window.kernel.size());
    for (int64_t i = 0; i < n; ++i) {
        const auto at = static_cast<size_t>(i);
        x = x.unfold(i + 2, window.extent(at), window.strides[at]);
        if (window.dilations[at] != 1)
            x = x.slice(-1, 0, std::numeric_limits<int64_t>::max(), window.dilations[at]);
    }
    return x;
}

std::vector<int64_t> lastAxes(int64_t count)
{
    std::vector<int64_t> axes(static_cast<size_t>(count));
    std::iota(axes.begin(), axes.end(), -count);
    return axes;
}

double lowest(const at::Tensor &x)
{
    return x.is_floating_point() ? -std::numeric_limits<double>::infinity() : 0;
}

Window withoutPads(Window window)
{
    std::ranges::fill(window.begin, 0);
    std::ranges::fill(window.end, 0);
    return window;
}

Results maxPool(const Step &step, const Arguments &in)
{
    if (step.gives(1))
        refuse(Message::tr("the places of the largest as a second output"));
    Window window = windowOf(step, step.attributes.integers("kernel_shape"), in[0]);
    takeCeiling(step, in[0], window);
    const bool even = isEven(window);
    const at::Tensor x = even ? in[0] : padded(in[0], window, lowest(in[0]));
    const std::vector<int64_t> pads = even ? window.begin : std::vector<int64_t>(window.kernel.size(), 0);
    switch (in[0].is_floating_point() ? window.kernel.size() : 0) {
    case 1:
        return {at::max_pool1d(x, window.kernel, window.strides, pads, window.dilations)};
    case 2:
        return {maxPool2d(x, even ? window : withoutPads(window))};
    case 3:
        return {at::max_pool3d(x, window.kernel, window.strides, pads, window.dilations)};
    default:
        return {unfolded(padded(in[0], window, lowest(in[0])), window).amax(lastAxes(spatialAxes(x)))};
    }
}

Results averagePool(const Step &step, const Arguments &in)
{
    Window window = windowOf(step, step.attributes.integers("kernel_shape"), in[0]);
    const Window asGiven = window;
    takeCeiling(step, in[0], window);
    const bool plain = window.kernel.size() == 2 && window.dilations == std::vector<int64_t>(2, 1);
    // What counts: the input, with the pads that were asked for where they are to be included.
    const bool withPads = step.attributes.integer("count_include_pad", 0) != 0;
    if (plain && window.end == asGiven.end && isEven(window))
        return {at::avg_pool2d(in[0], window.kernel, window.strides, window.begin, false, withPads)};
    const at::Tensor x = padded(in[0], window, 0);
    const std::vector<int64_t> axes = lastAxes(spatialAxes(x));
    const int64_t whole =
        std::accumulate(window.kernel.begin(), window.kernel.end(), int64_t{1}, std::multiplies<>());
    const at::Tensor sums =
        plain ? at::avg_pool2d(x, window.kernel, window.strides) * whole : unfolded(x, window).sum(axes);
    if (window.begin == std::vector<int64_t>(window.begin.size(), 0) && window.end == window.begin)
        return {sums / whole};
    const at::NoGradGuard still;
    at::Tensor counted = at::ones_like(in[0].slice(0, 0, 1).slice(1, 0, 1));
    Window beyond = window;
    if (withPads) {
        counted = padded(counted, asGiven, 1);
        for (size_t i = 0; i < beyond.end.size(); ++i) {
            beyond.begin[i] = 0;
            beyond.end[i] -= asGiven.end[i];
        }
    }
    return {sums / unfolded(padded(counted, beyond, 0), window).sum(axes)};
}

Results globalAverage(const Step &, const Arguments &in)
{
    return {in[0].mean(lastAxes(spatialAxes(in[0])), true)};
}

Results globalMax(const Step &, const Arguments &in)
{
    return {in[0].amax(lastAxes(spatialAxes(in[0])), true)};
}

at::Tensor norm(const at::Tensor &x, int64_t p, bool keep)
{
    const std::vector<int64_t> axes = lastAxes(keep ? spatialAxes(x) : (x.dim() - 2) / 2);
    return at::pow(at::pow(x.abs(), p).sum(axes, keep), 1.0 / static_cast<double>(p));
}

Results lpPool(const Step &step, const Arguments &in)
{
    Window window = windowOf(step, step.attributes.integers("kernel_shape"), in[0]);
    takeCeiling(step, in[0], window);
    return {norm(unfolded(padded(in[0], window, 0), window), step.attributes.integer("p", 2), false)};
}

Results globalLp(const Step &step, const Arguments &in)
{
    return {norm(in[0], step.attributes.integer("p", 2), true)};
}

} // namespace

void addPooling(OperatorTable &table)
{
    table.insert({{"MaxPool", maxPool},
                  {"AveragePool", averagePool},
                  {"LpPool", lpPool},
                  {"GlobalAveragePool", globalAverage},
                  {"GlobalMaxPool", globalMax},
                  {"GlobalLpPool", globalLp}});
}

} // namespace lathe::train
