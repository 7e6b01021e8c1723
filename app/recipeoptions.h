#pragma once
// How a recipe is said on the command line.
#include "core/recipe/recipe.h"

namespace CLI {
class App;
class Option;
} // namespace CLI

namespace lathe {

struct RecipeOptions {
    std::vector<std::string> files, sets, keeps;

    /// Defines --recipe, --set and --keep.
    void addTo(CLI::App &parser);
    bool empty() const { return files.empty() && sets.empty() && keeps.empty(); }
    /// What they say together, in the order they were given: later rules win. The name is that of the first
    /// file with one. @throws Error as loadRecipe() and parseRule()
    Recipe recipe() const;

private:
    const CLI::App *m_parser = nullptr; ///< to tell the order they came in
    const CLI::Option *m_files = nullptr, *m_sets = nullptr, *m_keeps = nullptr;
};

} // namespace lathe
