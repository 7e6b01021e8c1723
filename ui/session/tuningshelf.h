#pragma once
// Trained values as files among the program's own data, named by what they hold: they lie there once,
// whatever sessions, variants and projects go by them.
#include "core/compress/tuningfile.h"
#include "core/project/project.h"

#include <QString>
#include <map>

namespace lathe::ui {

using TuningsByHash = std::map<std::string, std::shared_ptr<const Tuning>>;

struct ReadTunings {
    TuningsByHash values;
    std::vector<Message> losses; ///< one sentence for each file that could not be read
};

/// Where values with this hash lie, if they were shelved.
QString shelvedPath(const std::string &sha256);
/// Written once. @throws Error FileUnwritable
void shelve(const TuningFile &file);

/// As a project names values that are shelved; empty: there are none.
std::optional<ProjectTuning> projectTuning(const std::shared_ptr<const Tuning> &tuning);
/// The values that a project names; null: it names none, or they could not be read.
std::shared_ptr<const Tuning> valuesOf(const std::optional<ProjectTuning> &named, const TuningsByHash &known);

/// All that a project's recipe and its variants name, and shelves them.
/// @param model that they have to be of. @throws Cancelled
ReadTunings readTunings(const Project &project, const Model &model, const JobContext &ctx = {});
/// Copies what the project names beside its file, so that both can be moved together, and names it there.
/// @throws Error FileUnreadable, FileUnwritable
void placeTunings(Project &project, const std::filesystem::path &file);

} // namespace lathe::ui
