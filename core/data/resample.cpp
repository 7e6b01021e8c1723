#include "core/data/resample.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <utility>

namespace lathe {
namespace {

constexpr int fractionBits =
    22; ///< 8 bits are the pixel's, 2 are room for sums above 1 of Lanczos and bicubic

double sinc(double x)
{
    return x == 0.0 ? 1.0 : std::sin(x * std::numbers::pi) / (x * std::numbers::pi);
}

struct Filter {
    double support; ///< pixels to either side at scale 1
    double (*weight)(double x);
};

/// a = -1/2, the convolution kernel of Keys (1981).
double cubic(double x)
{
    x = std::abs(x);
    if (x < 1.0)
        return (1.5 * x - 2.5) * x * x + 1.0;
    return x < 2.0 ? ((-0.5 * x + 2.5) * x - 4.0) * x + 2.0 : 0.0;
}

double hamming(double x)
{
    return std::abs(x) < 1.0 ? sinc(x) * (0.54 + 0.46 * std::cos(x * std::numbers::pi)) : 0.0;
}

Filter filterOf(Resample filter)
{
    switch (filter) {
    case Resample::Lanczos:
        return {3.0, [](double x) { return std::abs(x) < 3.0 ? sinc(x) * sinc(x / 3.0) : 0.0; }};
    case Resample::Bilinear:
        return {1.0, [](double x) { return std::max(0.0, 1.0 - std::abs(x)); }};
    case Resample::Bicubic:
        return {2.0, cubic};
    case Resample::Hamming:
        return {1.0, hamming};
    case Resample::Box:
    case Resample::Nearest:
        break;
    }
    return {0.5, [](double x) { return x > -0.5 && x <= 0.5 ? 1.0 : 0.0; }};
}

/// Which pixels make up those of one side's window, and by how much.
struct Sums {
    struct Span {
        int64_t first = 0;
        size_t begin = 0, count = 0; ///< of `weights`
    };
    std::vector<Span> spans;
    std::vector<int32_t> weights;
};

Sums sumsFor(int64_t from, int64_t to, const Filter &filter, int64_t start, int64_t count)
{
    const double scale = static_cast<double>(from) / static_cast<double>(to);
    const double widening = std::max(1.0, scale);
    const double support = filter.support * widening;
    Sums sums;
    std::vector<double> weights;
    for (int64_t i = start; i < start + count; ++i) {
        const double centre = (static_cast<double>(i) + 0.5) * scale;
        const auto first = std::max<int64_t>(0, static_cast<int64_t>(centre - support + 0.5));
        const auto end = std::min<int64_t>(from, static_cast<int64_t>(centre + support + 0.5));
        weights.clear();
        double total = 0.0;
        for (int64_t x = first; x < end; ++x)
            total += weights.emplace_back(
                filter.weight((static_cast<double>(x) - centre + 0.5) * (1.0 / widening)));
        sums.spans.push_back({first, sums.weights.size(), weights.size()});
        for (const double weight : weights) {
            const double exact = (total != 0.0 ? weight / total : weight) * (1 << fractionBits);
            sums.weights.push_back(static_cast<int32_t>(exact < 0.0 ? exact - 0.5 : exact + 0.5));
        }
    }
    return sums;
}

uint8_t rounded(int32_t sum)
{
    return static_cast<uint8_t>(std::clamp((sum + (1 << (fractionBits - 1))) >> fractionBits, 0, 255));
}

/// @tparam channels known to the compiler, so that the innermost loop is unrolled
template <int channels>
void sumAlongRow(const uint8_t *from, const Sums &sums, uint8_t *to)
{
    for (const Sums::Span &span : sums.spans) {
        const int32_t *weight = sums.weights.data() + span.begin;
        const uint8_t *pixel = from + span.first * channels;
        std::array<int32_t, channels> sum{};
        for (size_t i = 0; i < span.count; ++i, pixel += channels)
            for (size_t c = 0; c < channels; ++c)
                sum[c] += pixel[c] * weight[i];
        for (const int32_t value : sum)
            *to++ = rounded(value);
    }
}

/// Rows of an image at their new width. Each is made once, when it is asked for, and kept until one so many
/// rows below takes its place.
class RowsAcross {
public:
    RowsAcross(const Image &image, const Sums &across, size_t kept)
        : m_image(image), m_across(across), m_size(across.spans.size() * static_cast<size_t>(image.channels)),
          m_rows(kept * m_size), m_held(kept, -1)
    {
    }
    size_t size() const { return m_size; }
    const uint8_t *row(int64_t y)
    {
        const auto slot = static_cast<size_t>(y) % m_held.size();
        uint8_t *to = m_rows.data() + slot * m_size;
        if (std::exchange(m_held[slot], y) == y)
            return to;
        const uint8_t *from = m_image.pixels.data() + y * m_image.width * int64_t(m_image.channels);
        if (m_image.channels == 1)
            sumAlongRow<1>(from, m_across, to);
        else
            sumAlongRow<3>(from, m_across, to);
        return to;
    }

private:
    const Image &m_image;
    const Sums &m_across;
    size_t m_size;
    std::vector<uint8_t> m_rows;
    std::vector<int64_t> m_held;
};

Image summed(const Image &image, const Sums &across, const Sums &down)
{
    RowsAcross rows(image, across, std::ranges::max(down.spans, {}, &Sums::Span::count).count);
    Image to{static_cast<int>(across.spans.size()), static_cast<int>(down.spans.size()), image.channels, {}};
    to.pixels.resize(rows.size() * down.spans.size());
    std::vector<int32_t> sum(rows.size());
    auto at = to.pixels.begin();
    for (const Sums::Span &span : down.spans) {
        std::ranges::fill(sum, 0);
        for (size_t i = 0; i < span.count; ++i) {
            const int32_t weight = down.weights[span.begin + i];
            const uint8_t *from = rows.row(span.first + static_cast<int64_t>(i));
            for (size_t x = 0; x < sum.size(); ++x)
                sum[x] += from[x] * weight;
        }
        at = std::ranges::transform(sum, at, rounded).out;
    }
    return to;
}

/// The pixel that each of a side's window is copied from. Pillow adds up the step instead of multiplying it,
/// and where a sum falls just below a whole number that shows.
std::vector<int64_t> nearestOf(int64_t from, int64_t to, int64_t start, int64_t count)
{
    const double step = static_cast<double>(from) / static_cast<double>(to);
    double at = step * 0.5;
    for (int64_t i = 0; i < start; ++i)
        at += step;
    std::vector<int64_t> places;
    for (int64_t i = 0; i < count; ++i, at += step)
        places.push_back(std::min(from - 1, static_cast<int64_t>(at)));
    return places;
}

Image nearest(const Image &image, PixelSize size, const PixelRect &window)
{
    const std::vector<int64_t> columns = nearestOf(image.width, size.width, window.left, window.width);
    Image to{static_cast<int>(window.width), static_cast<int>(window.height), image.channels, {}};
    to.pixels.reserve(static_cast<size_t>(window.width * window.height * image.channels));
    for (const int64_t row : nearestOf(image.height, size.height, window.top, window.height))
        for (const int64_t column : columns) {
            const auto pixel = image.pixels.begin() + (row * image.width + column) * int64_t(image.channels);
            to.pixels.insert(to.pixels.end(), pixel, pixel + image.channels);
        }
    return to;
}

} // namespace

Image resampled(const Image &image, PixelSize size, Resample filter, const PixelRect &window)
{
    // A side that keeps its length is only cut, never summed: box is the filter that copies it.
    const auto filterFor = [filter](int64_t from, int64_t to) {
        return filterOf(from == to ? Resample::Box : filter);
    };
    if (filter == Resample::Nearest)
        return nearest(image, size, window);
    const Sums across =
        sumsFor(image.width, size.width, filterFor(image.width, size.width), window.left, window.width);
    const Sums down =
        sumsFor(image.height, size.height, filterFor(image.height, size.height), window.top, window.height);
    return summed(image, across, down);
}

} // namespace lathe
