#include "core/compress/methods.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <limits>
#include <span>

namespace lathe {
namespace {

constexpr float smallestScale = std::numeric_limits<float>::min();
constexpr float largestScale = std::numeric_limits<float>::max();

/// The numbers of one tensor or channel, and which of them count.
struct Slice {
    std::span<const float> values;
    std::span<const uint8_t> kept; ///< empty: all

    bool isKept(size_t i) const { return kept.empty() || kept[i] != 0; }
};

struct Range {
    float low = 0.0F;  ///< 0 or below
    float high = 0.0F; ///< 0 or above
    double sumOfMagnitudes = 0.0;
    int64_t count = 0;
};

/// value = scale * (code - zeroPoint), codes from lowest to highest.
struct Grid {
    float scale = 1.0F;
    float zeroPoint = 0.0F;
    float lowest = 0.0F;
    float highest = 0.0F;
};

Range rangeOf(const Slice &slice)
{
    Range range;
    for (size_t i = 0; i < slice.values.size(); ++i) {
        if (!slice.isKept(i))
            continue;
        const float value = slice.values[i];
        range.low = std::min(range.low, value);
        range.high = std::max(range.high, value);
        range.sumOfMagnitudes += std::abs(static_cast<double>(value));
        ++range.count;
    }
    return range;
}

float normalScale(double scale)
{
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

Grid gridFor(const Range &range, const QuantizeSettings &settings)
{
    const bool allZero = range.low == 0.0F && range.high == 0.0F;
    const double maximum = std::max(-double(range.low), double(range.high));
    if (settings.symmetric && settings.bits == 1)
        return allZero ? Grid{}
                       : Grid{normalScale(2.0 * range.sumOfMagnitudes / static_cast<double>(range.count)),
                              0.5F, 0.0F, 1.0F};
    if (settings.symmetric) {
        const auto half = static_cast<float>((1 << (settings.bits - 1)) - 1);
        return withoutInfinities({allZero ? 1.0F : normalScale(maximum / half), half, 0.0F, 2.0F * half});
    }
    const auto steps = static_cast<float>((1 << settings.bits) - 1);
    const float scale = allZero ? 1.0F : normalScale((double(range.high) - double(range.low)) / steps);
    const float zeroPoint = std::min(std::nearbyint(-range.low / scale), steps);
    return withoutInfinities({scale, zeroPoint, 0.0F, steps});
}

/// Nearest whole number, halves to even, for |x| < 2^22: adding 1.5 * 2^23 leaves no room for a fraction.
/// std::nearbyint is a library call on plain x86-64, this vectorizes.
float rounded(float x)
{
    constexpr float magic = 12582912.0F;
    return (x + magic) - magic;
}

void encode(const Slice &slice, const Grid &grid, uint8_t *codes)
{
    const bool halves = grid.zeroPoint != std::floor(grid.zeroPoint); // one bit symmetric
    const float lowest = grid.lowest - grid.zeroPoint;
    const float highest = grid.highest - grid.zeroPoint;
    const float *values = slice.values.data();
    const size_t size = slice.values.size();
    if (halves) {
        for (size_t i = 0; i < size; ++i)
            codes[i] = values[i] >= 0.0F ? 1 : 0;
    } else {
        for (size_t i = 0; i < size;
             ++i) { // clamped first: an out-of-range element may not be kept and be of any size
            const float position = std::min(std::max(values[i] / grid.scale, lowest), highest);
            codes[i] = static_cast<uint8_t>(static_cast<int>(rounded(position) + grid.zeroPoint));
        }
    }
    const auto zeroCode = static_cast<uint8_t>(grid.zeroPoint);
    for (size_t i = 0; i < slice.kept.size(); ++i)
        if (!slice.kept[i])
            codes[i] = zeroCode;
}

void refuseNonFinite(const Matrix &weight)
{
    const Index bad = weight.size() - weight.array().isFinite().count();
    if (bad > 0)
        throw Error(ErrorCode::NumericFailure,
                    fmt::format("The weight holds NaN or infinity at {} {}; it cannot be quantized.", bad,
                                bad == 1 ? "place" : "places"));
}

} // namespace

UniformCodes quantizeUniform(const Matrix &weight, const QuantizeSettings &settings,
                             const std::vector<uint8_t> &kept)
{
    if (settings.bits < 1 || settings.bits > 8)
        throw Error(ErrorCode::InvalidArgument,
                    fmt::format("Codes have 1 to 8 bits, not {}.", settings.bits));
    refuseNonFinite(weight);

    const auto size = static_cast<size_t>(weight.size());
    const size_t slices =
        settings.granularity == Granularity::Channel ? static_cast<size_t>(weight.rows()) : 1;
    const size_t length = slices > 0 ? size / slices : 0;
    UniformCodes result;
    result.bits = settings.bits;
    result.codes.resize(size);
    for (size_t s = 0; s < slices; ++s) {
        const Slice slice{{weight.data() + s * length, length},
                          kept.empty() ? std::span<const uint8_t>()
                                       : std::span(kept).subspan(s * length, length)};
        const Grid grid = gridFor(rangeOf(slice), settings);
        encode(slice, grid, result.codes.data() + s * length);
        result.scales.push_back(grid.scale);
        result.zeroPoints.push_back(grid.zeroPoint);
    }
    const bool allSame =
        std::ranges::adjacent_find(result.zeroPoints, std::ranges::not_equal_to()) == result.zeroPoints.end();
    if (settings.symmetric && allSame)
        result.zeroPoints.resize(std::min<size_t>(result.zeroPoints.size(), 1));
    return result;
}

} // namespace lathe
