#pragma once
// A model that a recipe makes in memory, where a verb measures it without a file of it.
#include "app/recipeoptions.h"
#include "app/sampling.h"
#include "core/workflow/exportmodel.h"

namespace lathe {

struct RecipeModelOptions {
    RecipeOptions recipe;
    std::string tuning; ///< file of trained values that are laid over it; empty: none
    CalibrationDataOptions calibration;

    /// Defines --recipe, --set, --keep, --tuning, --calibrate and --calibrate-samples.
    void addTo(CLI::App &parser);
    /// Where methods of the recipe go by data and none are named, half of `data` is calibrated on, as
    /// shareData() says. @throws Error as compressing does, InvalidArgument (trained values of another model)
    BuiltRecipe make(const Model &source, DataOptions &data, Console &console, const JobContext &ctx);
};

/// What it was made by: "recipe", and "tuning" ("description", "sha256"; null: none).
void addRecipeJson(Json &json, const CompressedModel &compressed);
/// The same for people: "digits.onnx by the recipe \"small\", with trained values".
std::string madeText(const std::string &file, const CompressedModel &compressed);

} // namespace lathe
