#pragma once
#include "core/recipe/recipe.h"

#include <QString>
#include <QVector>

namespace lathe::ui {

/// One click for the whole model, or for some of its layers.
struct Preset {
    QString name;
    QString hint;            ///< one sentence for the status bar
    std::vector<Rule> rules; ///< of a built-in one: of the pattern "*"; none: nothing is done to any layer
    QString file = {};       ///< of one of the user's own; empty: built in
};
QVector<Preset> presets(); ///< the built-in ones

/// What becomes of what was set before.
enum class PresetMode {
    Replace, ///< it goes: the preset alone decides
    Add      ///< methods that the preset does not speak of stay
};

/// The recipe with the preset for all layers. Layers that are kept as they are stay so. Of earlier rules only
/// what the preset does not overrule is left. A preset without rules always replaces.
Recipe withPreset(const Recipe &recipe, const Preset &preset, PresetMode mode);

/// The recipe that gives these settings to these layers (same order), close to `base` and short: one rule
/// where all agree that are not kept, and one for most where many of them change.
/// @param now what `base` says of the layers
/// @param eligible layers that can be compressed; the others' settings do not matter.
Recipe recipeFor(const Recipe &base, const std::vector<LayerSettings> &now,
                 const std::vector<std::string> &names, const std::vector<bool> &eligible,
                 const std::vector<LayerSettings> &wanted);

/// A short name: "8 bits" where all agree, "fc1: 3 bits" for one layer, "8 bits, mixed" where most agree;
/// layers that are kept only count: "8 bits, 2 kept".
QString settingsName(const std::vector<LayerSettings> &settings, const std::vector<std::string> &names,
                     const std::vector<bool> &eligible);

} // namespace lathe::ui
