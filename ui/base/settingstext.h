#pragma once
#include "core/recipe/settings.h"

#include <QString>

namespace lathe::ui {

/// What lathe::summary() says, in the language of the window: "50 % pruned, rank 64, 4 bits".
QString settingsText(const LayerSettings &settings);
/// The same for a narrow column that is cut at its end: what tells most comes first, in fewer letters:
/// "GPTQ 4 bits g32 asym" for "4 bits asymmetric group 32 (GPTQ)".
QString shortSettingsText(const LayerSettings &settings);

} // namespace lathe::ui
