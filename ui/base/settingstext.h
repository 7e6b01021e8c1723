#pragma once
#include "core/recipe/settings.h"

#include <QString>

namespace lathe::ui {

/// What lathe::summary() says, in the language of the window: "50 % pruned, rank 64, 4 bits".
QString settingsText(const LayerSettings &settings);

} // namespace lathe::ui
