#pragma once
#include "core/model/model.h"
#include "core/recipe/recipe.h"

namespace lathe {

/// The recipe that an exported file carries. @throws Error InvalidArgument when it carries none.
Recipe recipeOfExport(const Model &exported);

} // namespace lathe
