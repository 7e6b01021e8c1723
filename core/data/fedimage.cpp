#include "core/data/fedimage.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace lathe {
namespace {

size_t channelsOf(const Preprocessing &p)
{
    return p.channels == Preprocessing::Channels::Gray ? 1 : 3;
}

/// Of all that pixels can become.
std::pair<double, double> rangeOf(const Preprocessing &p)
{
    std::pair<double, double> range{fedValue(p, 0.0, 0), fedValue(p, 0.0, 0)};
    for (size_t channel = 0; channel < channelsOf(p); ++channel)
        for (const double pixel : {0.0, 255.0}) {
            range.first = std::min(range.first, fedValue(p, pixel, channel));
            range.second = std::max(range.second, fedValue(p, pixel, channel));
        }
    return range;
}

} // namespace

FedImage fedImage(const Image &image, const Preprocessing &p)
{
    const Shape shape = sampleShape(image, p);
    std::vector<float> values(static_cast<size_t>(elementCount(shape)));
    preprocess(image, p, ValueInfo{}, values);

    const bool planar = p.layout == Preprocessing::Layout::Nchw;
    const size_t channels = channelsOf(p);
    FedImage fed;
    fed.picture = {static_cast<int>(shape[planar ? 2 : 1]), static_cast<int>(shape[planar ? 1 : 0]),
                   static_cast<int>(channels), std::vector<uint8_t>(values.size())};
    std::tie(fed.low, fed.high) = rangeOf(p);
    const double scale = fed.high > fed.low ? 255.0 / (fed.high - fed.low) : 0.0;
    const size_t pixels = values.size() / channels;
    for (size_t i = 0; i < pixels; ++i)
        for (size_t c = 0; c < channels; ++c) {
            const double value = values[planar ? c * pixels + i : i * channels + c];
            const double level = std::clamp((value - fed.low) * scale, 0.0, 255.0);
            fed.picture.pixels[i * channels + (channels - 1 - c)] = static_cast<uint8_t>(std::lround(level));
        }
    if (!values.empty()) {
        const auto [least, most] = std::ranges::minmax(values);
        fed.least = least;
        fed.most = most;
        fed.mean = std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
    }
    return fed;
}

} // namespace lathe
