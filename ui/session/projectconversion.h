#pragma once
// Between what a project file holds and what the window works with.
#include "core/project/project.h"
#include "ui/session/tuningshelf.h"
#include "ui/variants/variantmodel.h"

namespace lathe::ui {

class RecipeEditor;
struct OpenModel;

/// The whole work on a model, but for what only its keeper knows: the model's hash or time, the layout.
Project toProject(const OpenModel &open, const RecipeEditor &editor, const VariantModel &variants);
QVector<Variant> variantsOf(const Project &project, const TuningsByHash &tunings);
} // namespace lathe::ui
