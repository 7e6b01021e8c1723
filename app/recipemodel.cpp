#include "app/recipemodel.h"

#include "app/output.h"

#include <fmt/format.h>

namespace lathe {

void RecipeModelOptions::addTo(CLI::App &parser)
{
    recipe.addTo(parser);
    addTuningOption(parser, tuning);
    calibration.addTo(parser);
}

BuiltRecipe RecipeModelOptions::make(const Model &source, DataOptions &data, Console &console,
                                     const JobContext &ctx)
{
    const Recipe wanted = recipe.recipe();
    const auto values = tuningOf(tuning, source, ctx.part(0.0, 0.05));
    const bool calibrates = !values && needsInputs(source, wanted);
    if (calibrates)
        shareData(data, calibration, console);
    Compressor compressor(
        source, calibrates ? calibrationOf(calibration, data.preprocess, source, console, ctx.part(0.05, 0.3))
                           : nullptr);
    BuiltRecipe made = buildRecipe(compressor, nullptr, wanted, Storage::Compact, ctx.part(0.3, 1.0), values);
    console.issues(made.issues());
    return made;
}

void addRecipeJson(Json &json, const CompressedModel &compressed)
{
    json["recipe"] = Json::parse(toJson(compressed.finalRecipe()));
    json["tuning"] = nullptr;
    if (const auto &tuning = compressed.tuning)
        json["tuning"] = {{"description", tuning->description()}, {"sha256", tuning->sha256()}};
}

std::string madeText(const std::string &file, const CompressedModel &compressed)
{
    const std::string &name = compressed.recipe.name;
    return fmt::format("{} by the recipe{}{}", file, name.empty() ? "" : fmt::format(" \"{}\"", name),
                       compressed.tuning ? ", with trained values" : "");
}

} // namespace lathe
