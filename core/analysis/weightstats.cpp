// Histogram, moments, ranges, sparsity: one or two passes over the values.
#include "core/analysis/weightstats.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

namespace lathe {
namespace {

struct FiniteRange {
    double low = 0.0, high = 0.0;
    int64_t count = 0;
};

FiniteRange finiteRange(std::span<const float> values)
{
    FiniteRange range;
    float low = std::numeric_limits<float>::infinity();
    float high = -low;
    for (const float v : values) {
        if (!std::isfinite(v))
            continue;
        low = std::min(low, v);
        high = std::max(high, v);
        ++range.count;
    }
    if (range.count > 0) {
        range.low = low;
        range.high = high;
    }
    return range;
}

/// Shares of elements, rows, columns, kernels and channels whose magnitudes all stay at or below a threshold.
struct ZeroShares {
    double element = 0.0, row = 0.0, column = 0.0, kernel = 0.0, channel = 0.0;
};

double share(int64_t part, int64_t whole)
{
    return whole > 0 ? static_cast<double>(part) / static_cast<double>(whole) : 0.0;
}

ZeroShares zeroShares(const Matrix &weight, Index kernelSize, float threshold)
{
    const Index rows = weight.rows();
    const Index cols = weight.cols();
    const Index channels = cols / kernelSize;
    std::vector<uint8_t> columnIsZero(static_cast<size_t>(cols), 1);
    int64_t elements = 0;
    int64_t zeroRows = 0;
    int64_t kernels = 0;
    for (Index r = 0; r < rows; ++r) {
        const float *value = weight.row(r).data();
        int64_t inRow = 0;
        for (Index channel = 0; channel < channels; ++channel) {
            int64_t inKernel = 0;
            for (Index c = channel * kernelSize; c < (channel + 1) * kernelSize; ++c) {
                const bool zero = std::abs(value[c]) <= threshold;
                inKernel += zero ? 1 : 0;
                columnIsZero[static_cast<size_t>(c)] &= zero ? 1 : 0;
            }
            inRow += inKernel;
            kernels += inKernel == kernelSize ? 1 : 0;
        }
        elements += inRow;
        zeroRows += inRow == cols ? 1 : 0;
    }
    int64_t zeroChannels = 0;
    for (Index channel = 0; channel < channels; ++channel) {
        const auto from = columnIsZero.begin() + channel * kernelSize;
        zeroChannels += std::all_of(from, from + kernelSize, [](uint8_t zero) { return zero != 0; }) ? 1 : 0;
    }
    if (weight.size() == 0)
        return {};
    return {share(elements, rows * cols), share(zeroRows, rows),
            share(std::ranges::count(columnIsZero, uint8_t(1)), cols), share(kernels, rows * channels),
            share(zeroChannels, channels)};
}

} // namespace

Histogram histogram(std::span<const float> values, int bins, double low, double high)
{
    if (bins < 1 || !(low <= high) || !std::isfinite(high - low))
        throw Error(ErrorCode::InvalidArgument,
                    Message::tr("A histogram needs a bin and a finite range, not {} bins from {} to {}.",
                                bins, low, high));
    if (low == 0.0 && high == 0.0) {
        const FiniteRange range = finiteRange(values);
        low = range.low;
        high = range.high;
    }
    Histogram result{low, high, std::vector<int64_t>(static_cast<size_t>(bins), 0)};
    const double perUnit = high > low ? bins / (high - low) : 0.0;
    for (const float v : values) {
        if (!(v >= low && v <= high)) // NaN too
            continue;
        const int bin =
            std::min(static_cast<int>((v - low) * perUnit), bins - 1); // the last bin holds its right edge
        ++result.counts[static_cast<size_t>(bin)];
    }
    return result;
}

Moments moments(std::span<const float> values)
{
    Moments m;
    const FiniteRange range = finiteRange(values);
    m.count = range.count;
    m.nonFinite = std::ssize(values) - range.count;
    if (m.count == 0)
        return m;
    m.minimum = range.low;
    m.maximum = range.high;
    double sum = 0.0;
    double sumOfMagnitudes = 0.0;
    double sumOfSquares = 0.0;
    for (const float v : values) {
        if (!std::isfinite(v))
            continue;
        sum += v;
        sumOfMagnitudes += std::abs(double(v));
        sumOfSquares += double(v) * v;
    }
    const auto count = static_cast<double>(m.count);
    m.meanAbsolute = sumOfMagnitudes / count;
    m.norm = std::sqrt(sumOfSquares);
    m.mean = m.minimum == m.maximum ? m.minimum : sum / count;
    if (m.minimum == m.maximum)
        return m;
    double second = 0.0;
    double third = 0.0;
    double fourth = 0.0;
    for (const float v : values) {
        if (!std::isfinite(v))
            continue;
        const double d = v - m.mean;
        second += d * d;
        third += d * d * d;
        fourth += d * d * d * d;
    }
    const double variance = second / count;
    m.deviation = std::sqrt(variance);
    m.skewness = third / count / (variance * m.deviation);
    m.excessKurtosis = fourth / count / (variance * variance) - 3.0;
    return m;
}

std::vector<ChannelRange> rowRanges(const Matrix &weight)
{
    std::vector<ChannelRange> ranges;
    ranges.reserve(static_cast<size_t>(weight.rows()));
    for (Index r = 0; r < weight.rows(); ++r) {
        const FiniteRange range = finiteRange({weight.row(r).data(), static_cast<size_t>(weight.cols())});
        ranges.push_back({static_cast<float>(range.low), static_cast<float>(range.high)});
    }
    return ranges;
}

Sparsity sparsity(const Matrix &weight, Index kernelSize, double nearThreshold)
{
    if (kernelSize < 1 || weight.cols() % kernelSize != 0)
        throw Error(
            ErrorCode::InvalidArgument,
            Message::tr("{} columns do not divide into kernels of {} elements.", weight.cols(), kernelSize));
    const FiniteRange range = finiteRange({weight.data(), static_cast<size_t>(weight.size())});
    const double largest = std::max(std::abs(range.low), std::abs(range.high));
    const ZeroShares exact = zeroShares(weight, kernelSize, 0.0F);
    const ZeroShares near = zeroShares(weight, kernelSize, static_cast<float>(nearThreshold * largest));
    Sparsity result{exact.element, exact.row, exact.column, exact.kernel, exact.channel};
    result.nearElement = near.element;
    result.nearRow = near.row;
    result.nearColumn = near.column;
    result.nearKernel = near.kernel;
    result.nearChannel = near.channel;
    result.nearThreshold = nearThreshold;
    return result;
}

double binnedEntropy(std::span<const float> values)
{
    const Histogram bins = histogram(values, 256);
    double total = 0.0;
    for (const int64_t count : bins.counts)
        total += static_cast<double>(count);
    double entropy = 0.0;
    for (const int64_t count : bins.counts) {
        if (count == 0)
            continue;
        const double p = static_cast<double>(count) / total;
        entropy -= p * std::log2(p);
    }
    return entropy + 0.0; // a constant: 0, not -0
}

} // namespace lathe
