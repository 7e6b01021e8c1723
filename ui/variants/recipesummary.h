#pragma once
#include "core/recipe/recipe.h"

#include <QStringList>

namespace lathe::ui {

/// "conv1, conv2: 50 % pruned": neighbouring rules that do the same share a line.
QStringList rulesText(const Recipe &recipe);
QString recipeSummary(const Recipe &recipe); ///< "*: 8 bits; fc1: rank 64 and 3 more"

} // namespace lathe::ui
