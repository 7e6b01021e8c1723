#pragma once
// The settings of a layer as text that people can read, keep, and paste into a recipe's file; and what
// another layer can take of them.
#include "core/recipe/settings.h"
#include "ui/session/layerfacts.h"

#include <QStringList>

namespace lathe::ui {

/// A rule for this layer, as it stands in a recipe's file.
QString settingsToText(const QString &layerName, const LayerSettings &settings);

struct CopiedSettings {
    QString from; ///< pattern of the rule: for copied settings the layer's name
    LayerSettings settings;
};
/// Of a rule, or of a recipe with one rule. @throws Error InvalidArgument with a sentence for the user.
CopiedSettings settingsFromText(const QString &text);

struct FittedSettings {
    LayerSettings settings;
    QStringList remarks; ///< what is otherwise than asked: "rank limited to 24"
};
/// What the layer can take of them: too large a rank is limited, a method that is not for the layer left out.
FittedSettings fittedTo(const LayerSettings &settings, const Layer &layer, const LayerFacts &facts);

} // namespace lathe::ui
