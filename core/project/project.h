#pragma once
// A project file (.lathe): one model, the data it is measured on, and the recipes tried on it. JSON; see
// docs/project-format.md.
#include "core/data/datachoice.h"
#include "core/measure/figures.h"
#include "core/recipe/recipe.h"

namespace lathe {

struct ProjectModel {
    std::filesystem::path path; ///< absolute once read
    std::string sha256;         ///< of the file, lower case; empty: not known
    uint64_t bytes = 0;         ///< of the file
    /// When the file was changed last, in ms since 1970. Only where nobody waits for the hash; 0: not known.
    int64_t changed = 0;
};

/// Of the model, to tell another one by where its file is gone.
struct ProjectLayer {
    std::string name, op;       ///< "Conv"
    int64_t rows = 0, cols = 0; ///< of the weight matrix
    bool operator==(const ProjectLayer &) const = default;
};

/// An ONNX file from elsewhere that stands beside the recipes.
struct ProjectFile {
    ProjectModel file;
    std::optional<double> sparsity;                ///< of the weights that could be read
    int64_t matchedByName = 0, matchedByShape = 0; ///< layers of the project's model that it has as well
};

/// A file of trained values that are laid over a recipe; itself it lies beside the project.
struct ProjectTuning {
    std::filesystem::path path; ///< absolute once read
    std::string sha256;         ///< Tuning::sha256(), so that another file of that name is not taken for it
    bool operator==(const ProjectTuning &) const = default;
};

struct ProjectVariant {
    std::string id; ///< unique in the project
    std::string name, note;
    std::string parent; ///< id of the variant it was made from; empty: the untouched model
    Recipe recipe;
    std::optional<ProjectFile> file; ///< instead of a recipe
    Figures measured;
    std::string when; ///< ISO 8601; empty: never measured
    Message data;     ///< what it was measured on
    std::optional<ProjectTuning> tuning = {};
};

struct Project {
    ProjectModel model;
    std::optional<DataChoice> data;       ///< its references absolute once read
    Recipe recipe;                        ///< the one being edited
    std::string recipePath;               ///< the file it was opened from or saved to; empty: none
    std::string derivedFrom;              ///< id of the variant it was made from; empty: the untouched model
    std::vector<ProjectVariant> variants; ///< without the baseline
    std::vector<ProjectLayer> layers;     ///< of the model; empty: not known
    std::string layout;                   ///< of the window, in its own words
    std::optional<ProjectTuning> tuning = {}; ///< laid over the recipe being edited
};

inline constexpr int projectVersion = 2;

/// @param folder of the project file: what lies in it or below is written relative to it, so that the folder
/// can be moved; all else with its absolute path.
std::string toJson(const Project &project, const std::filesystem::path &folder);

struct ReadProject {
    Project project;
    /// One sentence for each part that could not be read; empty for an undamaged file.
    std::vector<Message> losses;
};

/// Reads as much as there is: of a file that is cut short or damaged what stands before the damage.
/// @param source the file's name, for sentences
/// @throws Error MalformedData when it is no project, does not name its model any more, or is of a newer
/// version.
ReadProject projectFromJson(std::string_view json, const std::filesystem::path &folder,
                            const std::string &source);

/// Written whole or not at all. @throws Error FileUnwritable
void saveProject(const Project &project, const std::filesystem::path &path);
/// @throws Error FileUnreadable, MalformedData
ReadProject loadProject(const std::filesystem::path &path);

/// Where the model is now: where the project says, or under its name beside the project; empty when it is at
/// neither place.
std::filesystem::path findModel(const Project &project, const std::filesystem::path &folder);

} // namespace lathe
