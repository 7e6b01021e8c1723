#include "core/train/torch/windows.h"

#include <algorithm>

namespace lathe::train {
namespace {

void setSame(Window &window, const at::Tensor &x, bool upper)
{
    for (size_t i = 0; i < window.kernel.size(); ++i) {
        const int64_t size = x.size(static_cast<int64_t>(i) + 2);
        const int64_t out = (size + window.strides[i] - 1) / window.strides[i];
        const int64_t total = std::max<int64_t>(0, (out - 1) * window.strides[i] + window.extent(i) - size);
        window.begin[i] = upper ? total / 2 : total - total / 2;
        window.end[i] = total - window.begin[i];
    }
}

} // namespace

std::vector<int64_t> kernelOf(const at::Tensor &weight)
{
    return weight.sizes().slice(2).vec();
}

Window windowOf(const Step &step, std::vector<int64_t> kernel, const at::Tensor &x)
{
    const size_t n = kernel.size();
    Window window{.kernel = std::move(kernel),
                  .strides = step.attributes.integers("strides", std::vector<int64_t>(n, 1)),
                  .dilations = step.attributes.integers("dilations", std::vector<int64_t>(n, 1)),
                  .begin = std::vector<int64_t>(n, 0),
                  .end = std::vector<int64_t>(n, 0)};
    const std::string automatic = step.attributes.text("auto_pad", "NOTSET");
    if (automatic == "SAME_UPPER" || automatic == "SAME_LOWER") {
        if (step.operatorType() != "ConvTranspose")
            setSame(window, x, automatic == "SAME_UPPER");
    } else if (const std::vector<int64_t> pads = step.attributes.integers("pads");
               automatic == "NOTSET" && pads.size() == 2 * n) {
        const auto half = pads.begin() + static_cast<std::ptrdiff_t>(n);
        window.begin.assign(pads.begin(), half);
        window.end.assign(half, pads.end());
    }
    return window;
}

bool isEven(const Window &window)
{
    if (window.begin != window.end)
        return false;
    for (size_t i = 0; i < window.kernel.size(); ++i)
        if (window.begin[i] > window.kernel[i] / 2)
            return false;
    return true;
}

at::Tensor padded(const at::Tensor &x, const Window &window, double value)
{
    std::vector<int64_t> pads; // the last axis comes first
    for (size_t i = window.kernel.size(); i-- > 0;) {
        pads.push_back(window.begin[i]);
        pads.push_back(window.end[i]);
    }
    if (std::ranges::all_of(pads, [](int64_t pad) { return pad == 0; }))
        return x; // without the copy
    return at::constant_pad_nd(x, pads, value);
}

} // namespace lathe::train
