#include "ui/session/weightview.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace lathe::ui {
namespace {

constexpr int mostBitsShown = 5;
constexpr size_t mostLevelsShown = size_t(1) << mostBitsShown;

std::span<const float> valuesOf(const Matrix &matrix)
{
    return {matrix.data(), static_cast<size_t>(matrix.size())};
}

/// Codes that the method gives out: symmetric ones leave the last of the 2^bits unused, so that zero is in
/// the middle.
int codeCount(const UniformCodes &codes, const LayerSettings &settings)
{
    const bool symmetric = settings.quantize && settings.quantize->symmetric && codes.bits > 1;
    return (1 << codes.bits) - (symmetric ? 1 : 0);
}

/// The place of the middle one of the values: of the channel or group that stands for all.
size_t placeOfMedian(const std::vector<float> &values)
{
    std::vector<size_t> order(values.size());
    std::iota(order.begin(), order.end(), size_t(0));
    const auto middle = order.begin() + static_cast<std::ptrdiff_t>(order.size() / 2);
    std::nth_element(order.begin(), middle, order.end(),
                     [&](size_t a, size_t b) { return values[a] < values[b]; });
    return *middle;
}

QVector<double> levelsOf(const UniformCodes &codes, const LayerSettings &settings)
{
    QVector<double> levels;
    const std::vector<float> &scales = codes.scales.values;
    if (codes.bits > mostBitsShown || scales.empty())
        return levels;
    const size_t channel = placeOfMedian(scales);
    const float zero = codes.zeroPoints.size() == scales.size() ? codes.zeroPoints[channel]
                       : codes.zeroPoints.empty()               ? 0.0F
                                                                : codes.zeroPoints.front();
    const int count = codeCount(codes, settings);
    for (int code = 0; code < count; ++code)
        levels.push_back(static_cast<double>(scales[channel]) *
                         (static_cast<double>(code) - static_cast<double>(zero)));
    return levels;
}

/// Of the codebook that reaches as far as half of them.
QVector<double> levelsOf(const CodebookCodes &codes)
{
    QVector<double> levels;
    const auto entries = static_cast<size_t>(codes.entries);
    if (entries == 0 || entries > mostLevelsShown || codes.tables.size() < entries)
        return levels;
    std::vector<float> reach;
    for (size_t first = 0; first + entries <= codes.tables.size(); first += entries)
        reach.push_back(codes.tables[first + entries - 1] - codes.tables[first]);
    const size_t first = placeOfMedian(reach) * entries;
    const std::vector<float> &scales = codes.scales.values;
    const float scale = scales.empty() ? 1.0F : scales[placeOfMedian(scales)];
    for (size_t i = first; i < first + entries; ++i)
        levels.push_back(static_cast<double>(scale) * static_cast<double>(codes.tables[i]));
    return levels;
}

/// What values can be besides zeros that are not stored: those are pruned, and have a sign of their own. The
/// ternary format's zero is a value like the others.
QVector<double> levelsOf(const MatrixEncoding &encoding, const LayerSettings &settings)
{
    QVector<double> levels;
    if (const auto *uniform = std::get_if<UniformCodes>(&encoding.values))
        levels = levelsOf(*uniform, settings);
    else if (const auto *codebook = std::get_if<CodebookCodes>(&encoding.values))
        levels = levelsOf(*codebook);
    if (settings.quantize && settings.quantize->format == NumberFormat::Ternary && !levels.empty())
        levels.push_back(0.0);
    std::sort(levels.begin(), levels.end());
    levels.erase(std::unique(levels.begin(), levels.end()), levels.end());
    return levels;
}

/// Only a plain choice by magnitude has one: everything else also takes larger weights and leaves smaller
/// ones.
bool hasThreshold(const LayerSettings &settings)
{
    return settings.prune && settings.prune->method == PruneMethod::Magnitude &&
           settings.prune->pattern.kind == PrunePattern::Kind::Single;
}

std::optional<double> thresholdOf(const Matrix &original, const std::vector<uint8_t> &kept)
{
    if (kept.size() != static_cast<size_t>(original.size()))
        return {};
    std::optional<double> threshold;
    for (size_t i = 0; i < kept.size(); ++i)
        if (!kept[i])
            threshold = std::max(threshold.value_or(0.0), static_cast<double>(std::abs(original.data()[i])));
    return threshold;
}

} // namespace

WeightView weightView(const Matrix &original, const LayerResult &result, double low, double high, int bins)
{
    WeightView view;
    if (!result.code.weight)
        return view;
    const Matrix decoded = decode(*result.code.weight);
    view.histogram = histogram(valuesOf(decoded), bins, low, high);
    if (const auto *plain = std::get_if<MatrixEncoding>(result.code.weight.get())) {
        if (hasThreshold(result.settings))
            view.threshold = thresholdOf(original, plain->kept);
        view.levels = levelsOf(*plain, result.settings);
    }
    return view;
}

} // namespace lathe::ui
