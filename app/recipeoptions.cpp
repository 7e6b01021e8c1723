#include "app/recipeoptions.h"

#include "core/compress/tuningfile.h"

#include <CLI/CLI.hpp>
#include <algorithm>

namespace lathe {

void RecipeOptions::addTo(CLI::App &parser)
{
    m_parser = &parser;
    m_files = parser.add_option("--recipe", files, "Recipe file (may be given again)")
                  ->allow_extra_args(false)
                  ->type_name("RECIPE.json");
    m_sets = parser
                 .add_option("--set", sets,
                             "Settings for the layers that match, such as 'conv*:bits=4,prune=0.5' "
                             "(may be given again; later ones win)")
                 ->allow_extra_args(false)
                 ->type_name("PATTERN:KEY=VALUE,...");
    m_keeps = parser
                  .add_option("--keep", keeps,
                              "Keep the layers that match as they are, whatever else is said of them "
                              "(may be given again)")
                  ->allow_extra_args(false)
                  ->type_name("PATTERN");
}

Recipe RecipeOptions::recipe() const
{
    Recipe recipe;
    size_t file = 0, set = 0, keep = 0;
    for (const CLI::Option *option : m_parser->parse_order()) {
        if (option == m_files) {
            Recipe loaded = loadRecipe(files.at(file++));
            if (recipe.name.empty())
                recipe.name = loaded.name;
            std::ranges::move(loaded.rules, std::back_inserter(recipe.rules));
        } else if (option == m_sets) {
            recipe.rules.push_back(parseRule(sets.at(set++)));
        } else if (option == m_keeps) {
            recipe.rules.push_back(keepRule(keeps.at(keep++)));
        }
    }
    return recipe;
}

void addTuningOption(CLI::App &parser, std::string &file)
{
    parser
        .add_option("--tuning", file,
                    "Trained values that are laid over the recipe, as `lathe recover --save-tuning` writes "
                    "them")
        ->type_name("NAME.tuning.npz");
}

std::shared_ptr<const Tuning> tuningOf(const std::string &file, const Model &source, const JobContext &ctx)
{
    if (file.empty())
        return nullptr;
    const TuningFile read = loadTuning(file, ctx);
    requireTuningOf(read, source.sha256(), file);
    return read.tuning;
}

} // namespace lathe
