#pragma once
// The settings of a layer as text that people can read, keep, and paste into a recipe's file.
#include "core/recipe/settings.h"

#include <QString>

namespace lathe::ui {

/// A rule for this layer, as it stands in a recipe's file.
QString settingsToText(const QString &layerName, const LayerSettings &settings);

/// Whether settingsFromText() has something to read, right or wrong.
bool mayHoldSettings(const QString &text);

struct CopiedSettings {
    QString from; ///< pattern of the rule: for copied settings the layer's name
    LayerSettings settings;
};
/// Of a rule, or of a recipe with one rule. @throws Error InvalidArgument with a sentence for the user.
CopiedSettings settingsFromText(const QString &text);

} // namespace lathe::ui
