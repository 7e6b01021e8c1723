#include "core/train/torch/maxpool.h"

#include <ATen/Dispatch.h>
#include <ATen/Parallel.h>
#include <algorithm>
#include <limits>
#include <torch/csrc/autograd/custom_function.h>

namespace lathe::train {
namespace {

/// Where the windows of one axis lie.
struct Axis {
    int64_t size = 0, kernel = 0, stride = 0, dilation = 0, pad = 0;

    int64_t outputs() const { return (size + 2 * pad - dilation * (kernel - 1) - 1) / stride + 1; }
    int64_t at(int64_t output, int64_t step) const { return output * stride - pad + step * dilation; }
    bool inside(int64_t place) const { return place >= 0 && place < size; }
};

struct Images {
    int64_t count = 0, channels = 0;
    Axis height, width;
    bool channelsLast = false;
    int64_t inputSize() const { return height.size * width.size; }
    int64_t outputSize() const { return height.outputs() * width.outputs(); }
};

/// One place of a window against the largest until now, for neighbours in memory; NaN is the largest
/// of all. A place below 0: there was none yet.
template <class T>
void takeLarger(const T *values, int64_t stride, int64_t count, int32_t place, int32_t placeStep, T *largest,
                int32_t *places)
{
    for (int64_t i = 0; i < count; ++i) {
        const T value = values[i * stride];
        const bool larger = (value > largest[i]) | (value != value) | (places[i] < 0);
        largest[i] = larger ? value : largest[i];
        places[i] = larger ? place + static_cast<int32_t>(i) * placeStep : places[i];
    }
}

/// Of one image whose channels lie side by side: for each place of the result all channels at once.
template <class T>
void poolChannelsLast(const Images &all, const T *x, T *y, int32_t *places)
{
    for (int64_t row = 0; row < all.height.outputs(); ++row)
        for (int64_t column = 0; column < all.width.outputs(); ++column) {
            for (int64_t i = 0; i < all.height.kernel; ++i)
                for (int64_t j = 0; j < all.width.kernel; ++j) {
                    const int64_t h = all.height.at(row, i), w = all.width.at(column, j);
                    if (!all.height.inside(h) || !all.width.inside(w))
                        continue;
                    const int64_t place = h * all.width.size + w;
                    takeLarger(x + place * all.channels, 1, all.channels, static_cast<int32_t>(place), 0, y,
                               places);
                }
            y += all.channels;
            places += all.channels;
        }
}

/// Of one channel: for each row of the result all of its places at once.
template <class T>
void poolPlane(const Images &all, const T *x, T *y, int32_t *places)
{
    const int64_t columns = all.width.outputs(), stride = all.width.stride;
    for (int64_t row = 0; row < all.height.outputs(); ++row) {
        for (int64_t i = 0; i < all.height.kernel; ++i) {
            const int64_t h = all.height.at(row, i);
            if (!all.height.inside(h))
                continue;
            for (int64_t j = 0; j < all.width.kernel; ++j) {
                const int64_t offset = all.width.at(0, j);
                const int64_t first = offset >= 0 ? 0 : (-offset + stride - 1) / stride;
                if (offset >= all.width.size)
                    continue;
                const int64_t end = std::min(columns, (all.width.size - 1 - offset) / stride + 1);
                const int64_t place = h * all.width.size + offset + first * stride;
                takeLarger(x + place, stride, end - first, static_cast<int32_t>(place),
                           static_cast<int32_t>(stride), y + first, places + first);
            }
        }
        y += columns;
        places += columns;
    }
}

void pool(const Images &all, const at::Tensor &x, at::Tensor &y, at::Tensor &places)
{
    AT_DISPATCH_FLOATING_TYPES_AND(at::kBFloat16, x.scalar_type(), "maxPool2d", [&] {
        const auto *from = x.data_ptr<scalar_t>();
        auto *to = y.data_ptr<scalar_t>();
        auto *chosen = places.data_ptr<int32_t>();
        const int64_t inputs = all.inputSize(), outputs = all.outputSize(), channels = all.channels;
        if (all.channelsLast)
            at::parallel_for(0, all.count, 1, [&](int64_t first, int64_t end) {
                for (int64_t n = first; n < end; ++n)
                    poolChannelsLast(all, from + n * inputs * channels, to + n * outputs * channels,
                                     chosen + n * outputs * channels);
            });
        else
            at::parallel_for(0, all.count * channels, 1, [&](int64_t first, int64_t end) {
                for (int64_t n = first; n < end; ++n)
                    poolPlane(all, from + n * inputs, to + n * outputs, chosen + n * outputs);
            });
    });
}

/// To each place that was the largest what its result has got.
void giveBack(bool channelsLast, const at::Tensor &gradient, const at::Tensor &places, at::Tensor &result)
{
    const int64_t outputs = gradient.size(2) * gradient.size(3), inputs = result.size(2) * result.size(3);
    const int64_t side = channelsLast ? result.size(1) : 1; // values at one place
    const int64_t images = result.size(0) * result.size(1) / side;
    AT_DISPATCH_FLOATING_TYPES_AND(at::kBFloat16, gradient.scalar_type(), "maxPool2d", [&] {
        const auto *from = gradient.data_ptr<scalar_t>();
        const auto *chosen = places.data_ptr<int32_t>();
        auto *to = result.data_ptr<scalar_t>();
        at::parallel_for(0, images, 1, [&](int64_t first, int64_t end) {
            for (int64_t n = first; n < end; ++n)
                for (int64_t place = 0; place < outputs; ++place)
                    for (int64_t c = 0; c < side; ++c) {
                        const int64_t at = (n * outputs + place) * side + c;
                        if (chosen[at] >= 0) // else its window lay wholly in the pads
                            to[(n * inputs + chosen[at]) * side + c] += from[at];
                    }
        });
    });
}

class MaxPool2d : public torch::autograd::Function<MaxPool2d> {
public:
    static at::Tensor forward(torch::autograd::AutogradContext *context, const at::Tensor &given,
                              const Window &window)
    {
        const at::MemoryFormat format = given.suggest_memory_format();
        const at::Tensor x = given.contiguous(format);
        const auto axis = [&](size_t i) {
            return Axis{x.size(static_cast<int64_t>(i) + 2), window.kernel[i], window.strides[i],
                        window.dilations[i], window.begin[i]};
        };
        const Images all{x.size(0), x.size(1), axis(0), axis(1), format == at::MemoryFormat::ChannelsLast};
        const std::vector<int64_t> shape{all.count, all.channels, all.height.outputs(), all.width.outputs()};
        at::Tensor y = at::empty(shape, x.options(), format);
        y.fill_(-std::numeric_limits<double>::infinity());
        at::Tensor places = at::empty(shape, x.options().dtype(at::kInt), format);
        places.fill_(-1);
        pool(all, x, y, places);
        context->save_for_backward({places});
        context->saved_data["input"] = x.sizes();
        context->saved_data["last"] = all.channelsLast;
        return y;
    }

    static torch::autograd::tensor_list backward(torch::autograd::AutogradContext *context,
                                                 torch::autograd::tensor_list gradients)
    {
        const at::Tensor places = context->get_saved_variables().front();
        const std::vector<int64_t> shape = context->saved_data["input"].toIntVector();
        const bool last = context->saved_data["last"].toBool();
        const auto format = last ? at::MemoryFormat::ChannelsLast : at::MemoryFormat::Contiguous;
        const at::Tensor gradient = gradients.front().contiguous(format);
        at::Tensor result = at::empty(shape, gradient.options(), format).zero_();
        giveBack(last, gradient, places, result);
        return {result, {}};
    }
};

} // namespace

at::Tensor maxPool2d(const at::Tensor &x, const Window &window)
{
    return MaxPool2d::apply(x, window);
}

} // namespace lathe::train
