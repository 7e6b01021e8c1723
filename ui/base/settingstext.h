#pragma once
#include "core/recipe/settings.h"

#include <QString>

namespace lathe::ui {

/// What lathe::summary() says, in the language of the window: "50 % pruned, rank 64, 4 bits".
QString settingsText(const LayerSettings &settings);
/// A text of the table of pruning criteria, in the language of the window.
QString criterionText(std::string_view text);

} // namespace lathe::ui
