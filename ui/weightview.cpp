#include "ui/weightview.h"

#include <algorithm>
#include <cmath>

namespace lathe::ui {
namespace {

constexpr int mostBitsShown = 5;

std::span<const float> valuesOf(const Matrix &matrix)
{
    return {matrix.data(), static_cast<size_t>(matrix.size())};
}

QVector<double> levelsOf(const UniformCodes &codes)
{
    QVector<double> levels;
    if (codes.bits > mostBitsShown || codes.scales.empty())
        return levels;
    const auto widest = std::max_element(codes.scales.begin(), codes.scales.end());
    const auto channel = static_cast<size_t>(widest - codes.scales.begin());
    const float zero = codes.zeroPoints.size() == codes.scales.size() ? codes.zeroPoints[channel]
                       : codes.zeroPoints.empty()                     ? 0.0F
                                                                      : codes.zeroPoints.front();
    for (int code = 0; code < (1 << codes.bits); ++code)
        levels.push_back(static_cast<double>(*widest) *
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
            view.levels = levelsOf(*codes);
    }
    return view;
}

} // namespace lathe::ui
