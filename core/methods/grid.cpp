#include "core/methods/grid.h"

#include <Eigen/Core>
#include <algorithm>
#include <cmath>
#include <limits>

namespace lathe {
namespace {

constexpr float smallestScale = std::numeric_limits<float>::min();
constexpr float largestScale = std::numeric_limits<float>::max();
constexpr float smallestHalf = 6.103515625e-5F; ///< below it float16 loses figures
constexpr float largestHalf = 65504.0F;

struct Range {
    float low = 0.0F;  ///< 0 or below
    float high = 0.0F; ///< 0 or above
};

std::vector<float> keptValues(const Slice &slice)
{
    std::vector<float> values;
    values.reserve(slice.values.size());
    for (size_t i = 0; i < slice.values.size(); ++i)
        if (slice.isKept(i))
            values.push_back(slice.values[i]);
    return values;
}

Range rangeOf(std::span<const float> values)
{
    Range range;
    for (const float value : values) {
        range.low = std::min(range.low, value);
        range.high = std::max(range.high, value);
    }
    return range;
}

double meanMagnitude(std::span<const float> values)
{
    double sum = 0.0;
    for (const float value : values)
        sum += std::abs(static_cast<double>(value));
    return values.empty() ? 0.0 : sum / static_cast<double>(values.size());
}

/// Not below the scale, so that nothing is clipped by it.
float powerOfTwo(double scale, bool half)
{
    constexpr int smallestHalfExponent = -14, largestHalfExponent = 15, smallestExponent = -126,
                  largestExponent = 127;
    int exponent = 0;
    if (std::frexp(scale, &exponent) == 0.5) // scale = fraction * 2^exponent
        --exponent;
    return std::ldexp(1.0F, half ? std::clamp(exponent, smallestHalfExponent, largestHalfExponent)
                                 : std::clamp(exponent, smallestExponent, largestExponent));
}

float normalScale(double scale, const QuantizeSettings &settings, bool half)
{
    if (settings.scale == ScaleKind::PowerOfTwo)
        return powerOfTwo(scale, half);
    if (half)
        return std::clamp(roundedToHalf(static_cast<float>(scale)), smallestHalf, largestHalf);
    return static_cast<float>(std::clamp(scale, double(smallestScale), double(largestScale)));
}

/// Leaves out codes that would decode to infinity: rounding can push the ends of a very wide range over the
/// edge.
Grid withoutInfinities(Grid grid)
{
    while (!std::isfinite(grid.scale * (grid.highest - grid.zeroPoint)))
        grid.highest -= 1.0F;
    while (!std::isfinite(grid.scale * (grid.lowest - grid.zeroPoint)))
        grid.lowest += 1.0F;
    return grid;
}

Grid gridOf(const Range &range, const QuantizeSettings &settings, bool half)
{
    const bool allZero = range.low == 0.0F && range.high == 0.0F;
    if (settings.symmetric) {
        const auto middle = static_cast<float>((1 << (settings.bits - 1)) - 1);
        const double maximum = std::max(-double(range.low), double(range.high));
        const float scale = allZero ? 1.0F : normalScale(maximum / middle, settings, half);
        return withoutInfinities({scale, middle, 0.0F, 2.0F * middle});
    }
    const auto steps = static_cast<float>((1 << settings.bits) - 1);
    const float scale =
        allZero ? 1.0F : normalScale((double(range.high) - double(range.low)) / steps, settings, half);
    const float zeroPoint = std::min(std::nearbyint(-range.low / scale), steps);
    return withoutInfinities({scale, zeroPoint, 0.0F, steps});
}

/// The range that holds `share` of the values: of the magnitudes where both sides are treated alike.
Range percentileRange(std::vector<float> values, double share, bool symmetric)
{
    if (values.empty())
        return {};
    const auto at = [&](double part) {
        const auto place =
            static_cast<std::ptrdiff_t>(std::llround(part * static_cast<double>(values.size() - 1)));
        std::nth_element(values.begin(), values.begin() + place, values.end());
        return values[static_cast<size_t>(place)];
    };
    if (symmetric) {
        for (float &value : values)
            value = std::abs(value);
        const float most = at(share);
        return {-most, most};
    }
    const float low = at((1.0 - share) / 2.0);
    return {std::min(low, 0.0F), std::max(at(1.0 - (1.0 - share) / 2.0), 0.0F)};
}

/// Nearest whole number, halves to even, for |x| < 2^22: adding 1.5 * 2^23 leaves no room for a fraction.
/// std::nearbyint is a library call on plain x86-64, this vectorizes.
float rounded(float x)
{
    constexpr float magic = 12582912.0F;
    return (x + magic) - magic;
}

double squaredError(std::span<const float> values, const Grid &grid)
{
    const float lowest = grid.lowest - grid.zeroPoint;
    const float highest = grid.highest - grid.zeroPoint;
    const float inverse = 1.0F / grid.scale;
    double total = 0.0;
    for (size_t first = 0; first < values.size(); first += 4096) { // short float sums, added up in double
        float sum = 0.0F;
        for (const float value : values.subspan(first, std::min<size_t>(4096, values.size() - first))) {
            const float position = std::min(std::max(value * inverse, lowest), highest);
            const float difference = value - rounded(position) * grid.scale;
            sum += difference * difference;
        }
        total += sum;
    }
    return total;
}

/// Shrinks the range step by step and keeps the best. The full range is among the candidates, so the error is
/// never above that of min-max.
Grid bestGrid(std::span<const float> values, const QuantizeSettings &settings, bool half)
{
    const Range full = rangeOf(values);
    Grid best = gridOf(full, settings, half);
    double least = squaredError(values, best);
    constexpr int steps = 48;
    for (int step = 1; step < steps && least > 0.0; ++step) {
        const float share = 1.0F - 0.8F * static_cast<float>(step) / steps;
        const Grid grid = gridOf({full.low * share, full.high * share}, settings, half);
        const double error = squaredError(values, grid);
        if (error < least) {
            least = error;
            best = grid;
        }
    }
    return best;
}

} // namespace

bool fitsHalf(float scale)
{
    return scale >= smallestHalf && scale <= largestHalf;
}

float roundedToHalf(float scale)
{
    return static_cast<float>(Eigen::half(scale));
}

uint8_t Grid::code(float value) const
{
    if (hasHalves())
        return value >= 0.0F ? 1 : 0;
    const float position = std::min(std::max(value / scale, lowest - zeroPoint), highest - zeroPoint);
    return static_cast<uint8_t>(static_cast<int>(rounded(position) + zeroPoint));
}

Grid gridFor(const Slice &slice, const QuantizeSettings &settings, bool halfScale)
{
    const std::vector<float> values = keptValues(slice);
    if (settings.symmetric && settings.bits == 1) {
        const double mean = meanMagnitude(values);
        return mean == 0.0 ? Grid{} : Grid{normalScale(2.0 * mean, settings, halfScale), 0.5F, 0.0F, 1.0F};
    }
    switch (settings.range) {
    case RangeMethod::MinMax:
        break;
    case RangeMethod::Percentile:
        return gridOf(percentileRange(values, settings.percentile, settings.symmetric), settings, halfScale);
    case RangeMethod::Mse:
        return bestGrid(values, settings, halfScale);
    }
    return gridOf(rangeOf(values), settings, halfScale);
}

void encode(const Slice &slice, const Grid &grid, uint8_t *codes)
{
    const float lowest = grid.lowest - grid.zeroPoint;
    const float highest = grid.highest - grid.zeroPoint;
    const float *values = slice.values.data();
    const size_t size = slice.values.size();
    if (grid.hasHalves()) {
        for (size_t i = 0; i < size; ++i)
            codes[i] = values[i] >= 0.0F ? 1 : 0;
    } else {
        for (size_t i = 0; i < size; ++i) { // clamped first: what is not kept may be of any size
            const float position = std::min(std::max(values[i] / grid.scale, lowest), highest);
            codes[i] = static_cast<uint8_t>(static_cast<int>(rounded(position) + grid.zeroPoint));
        }
    }
    const auto zeroCode = static_cast<uint8_t>(grid.zeroPoint);
    for (size_t i = 0; i < slice.kept.size(); ++i)
        if (!slice.kept[i])
            codes[i] = zeroCode;
}

} // namespace lathe
