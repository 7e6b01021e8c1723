#include "ui/spread.h"

#include <algorithm>

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
