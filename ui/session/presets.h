#pragma once
#include "core/recipe/recipe.h"

#include <QString>
#include <QVector>

namespace lathe::ui {

/// One click for the whole model. Sets its methods for every layer and leaves the others as they are.
struct Preset {
    QString name;
    QString hint; ///< one sentence for the status bar
    Rule rule;    ///< of the pattern "*"; no changes: every layer is kept as it is
};
QVector<Preset> presets();

/// The recipe with the preset's methods, and those that they exclude, taken out of all earlier rules, which
/// it would overrule, and the preset at its end.
Recipe withPreset(const Recipe &recipe, const Preset &preset);

/// The recipe that gives these settings to these layers (same order), close to `base` and as short as one
/// rule where all agree.
/// @param now what `base` says of the layers
/// @param eligible layers that can be compressed; the others' settings do not matter.
Recipe recipeFor(const Recipe &base, const std::vector<LayerSettings> &now,
                 const std::vector<std::string> &names, const std::vector<bool> &eligible,
                 const std::vector<LayerSettings> &wanted);

/// A short name: "8 bits" where all agree, "fc1: 3 bits" for one layer, "8 bits, mixed" where most agree.
QString settingsName(const std::vector<LayerSettings> &settings, const std::vector<std::string> &names,
                     const std::vector<bool> &eligible);

} // namespace lathe::ui
