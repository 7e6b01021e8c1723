#pragma once
// Of `lathe train` what there is to say of its teacher.
#include "app/document.h"
#include "app/sampling.h"
#include "core/train/teacherclasses.h"
#include "core/train/trainedmodel.h"

#include <optional>
#include <string>

namespace CLI {
class App;
}

namespace lathe {

struct TeacherOptions {
    std::string model;   ///< empty: none
    std::string classes; ///< as train::matchClasses(); empty: its classes are the student's

    /// Defines --teacher and --teacher-classes.
    void addTo(CLI::App &parser);
};

/// What the teacher was asked, and how well it knew it.
struct TaughtBy {
    std::optional<train::Teacher> teacher;
    std::optional<train::TeacherCheck> check;
    std::vector<int64_t> taught; ///< as train::Loss::taught
};

/// As --preprocess: what is given, else what lies beside the graph, else what lies beside the teacher, which
/// is said. @throws Error InvalidArgument: both have one, and they differ
std::string preprocessFor(const std::string &given, const std::string &graph, const std::string &teacher,
                          Console &console);

/// The teacher of a task, held against labelled samples. Its losses of labels are switched on where only they
/// teach some classes and `plansItself`.
/// @throws Error InvalidArgument: it tells other classes apart, or in another order; what it leaves is not
/// learned by labels
void setTeacher(train::TrainingTask &task, const TeacherOptions &options, bool plansItself,
                const train::TrainingData &data, int64_t memory, TaughtBy &by, Console &console,
                const JobContext &ctx);

Json teacherJson(const TeacherOptions &options, const TaughtBy &by); ///< null without one
std::string teacherText(const TaughtBy &by);                         ///< "99.1 % right on 1,000 samples"

} // namespace lathe
