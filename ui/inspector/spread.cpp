#include "ui/inspector/spread.h"

#include "ui/base/format.h"

#include <algorithm>
#include <cmath>

namespace lathe::ui {

Spread spreadOf(const QVector<LayerSettings> &settings, const SettingOf &get)
{
    Spread spread;
    for (const LayerSettings &layer : settings) {
        ++spread.total;
        const std::optional<double> value = get(layer);
        if (!value)
            continue;
        spread.low = spread.on ? std::min(spread.low, *value) : *value;
        spread.high = spread.on ? std::max(spread.high, *value) : *value;
        ++spread.on;
    }
    return spread;
}

QString spreadText(const Spread &spread, const std::function<QString(double)> &text)
{
    return spread.mixed() ? QStringLiteral("%1–%2").arg(text(spread.low), text(spread.high))
                          : text(spread.low);
}

QString percentText(double shown)
{
    return percent(shown / 100.0, std::abs(shown - std::round(shown)) < 0.05 ? 0 : 1);
}

std::optional<int> commonEntry(const QVector<LayerSettings> &settings,
                               const std::function<std::optional<int>(const LayerSettings &)> &get)
{
    std::optional<int> common;
    for (const LayerSettings &layer : settings) {
        const std::optional<int> entry = get(layer);
        if (!entry)
            continue;
        if (common && *common != *entry)
            return std::nullopt;
        common = entry;
    }
    return common;
}

} // namespace lathe::ui
