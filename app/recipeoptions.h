#pragma once
// How a recipe is said on the command line.
#include "core/base/job.h"
#include "core/compress/tuning.h"
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

/// Defines --tuning.
void addTuningOption(CLI::App &parser, std::string &file);
/// Null where no file is given. @throws Error as loadTuning(), InvalidArgument (of another model)
std::shared_ptr<const Tuning> tuningOf(const std::string &file, const Model &source, const JobContext &ctx);

} // namespace lathe
