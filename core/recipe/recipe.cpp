#include "core/recipe/recipe.h"
