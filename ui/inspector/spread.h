#pragma once
// What several layers have in common.
#include "core/recipe/recipe.h"

#include <QString>
#include <QVector>

#include <functional>
#include <optional>

namespace lathe::ui {

/// One value over the selected layers; only those count that have it.
struct Spread {
    int on = 0;    ///< layers that have the value
    int total = 0; ///< layers asked
    double low = 0.0, high = 0.0;

    bool mixed() const { return on > 1 && high > low; }
    Qt::CheckState state() const
    {
        return on == 0 ? Qt::Unchecked : on == total ? Qt::Checked : Qt::PartiallyChecked;
    }
};
using SettingOf = std::function<std::optional<double>(const LayerSettings &)>;
Spread spreadOf(const QVector<LayerSettings> &settings, const SettingOf &get);
/// "8", or "2–8" when mixed; `text` words one value.
QString spreadText(const Spread &spread, const std::function<QString(double)> &text);
QString percentText(double percent); ///< of a control that shows percent: "50 %", "33.3 %"
/// The entry that all have that have one; nothing when they differ or none has one.
std::optional<int> commonEntry(const QVector<LayerSettings> &settings,
                               const std::function<std::optional<int>(const LayerSettings &)> &get);

} // namespace lathe::ui
