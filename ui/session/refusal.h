#pragma once
#include "core/recipe/recipe.h"

#include <QString>
#include <vector>

namespace lathe {
class Compressor;
}

namespace lathe::ui {

/// How far the data are that a recipe is calibrated on.
enum class DataState { None, Loading, Loaded };

/// Which layer of the recipes goes by data that there are not, and what to do about it: the core's sentence
/// names options of the command line, here there are menus. Empty: none is missing.
/// @param failure why the loaded data could not be calibrated on; empty: they are too few to spare some
QString missingCalibration(const Compressor &compressor, const std::vector<Recipe> &recipes, DataState data,
                           const Message &failure);

} // namespace lathe::ui
