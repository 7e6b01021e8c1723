#include "ui/weightview.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace lathe::ui {
namespace {

constexpr int mostBitsShown = 5;

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

QVector<double> levelsOf(const UniformCodes &codes, int count)
{
    QVector<double> levels;
    if (codes.bits > mostBitsShown || codes.scales.empty())
        return levels;
    std::vector<size_t> order(codes.scales.size());
    std::iota(order.begin(), order.end(), size_t(0));
    const auto middle = order.begin() + static_cast<std::ptrdiff_t>(order.size() / 2);
    std::nth_element(order.begin(), middle, order.end(),
                     [&](size_t a, size_t b) { return codes.scales[a] < codes.scales[b]; });
    const size_t channel = *middle;
    const float zero = codes.zeroPoints.size() == codes.scales.size() ? codes.zeroPoints[channel]
                       : codes.zeroPoints.empty()                     ? 0.0F
                                                                      : codes.zeroPoints.front();
    for (int code = 0; code < count; ++code)
        levels.push_back(static_cast<double>(codes.scales[channel]) *
                         (static_cast<double>(code) - static_cast<double>(zero)));
    return levels;
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
    if (!result.encoding)
        return view;
    const Matrix decoded = decode(*result.encoding);
    view.histogram = histogram(valuesOf(decoded), bins, low, high);
    if (const auto *plain = std::get_if<MatrixEncoding>(result.encoding.get())) {
        view.threshold = thresholdOf(original, plain->kept);
        if (const auto *codes = std::get_if<UniformCodes>(&plain->values))
            view.levels = levelsOf(*codes, codeCount(*codes, result.settings));
    }
    return view;
}

} // namespace lathe::ui
