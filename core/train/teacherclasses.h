#pragma once
// Which class of those that learn each class of a teacher stands for.
#include "core/train/teacher.h"
#include "core/train/trainingdata.h"

namespace lathe::train {

/// @param text names or indices of classes with commas between them, in the teacher's order, "-" for one that
/// is none of them; or a file that holds one a line, or JSON with id2label as Hugging Face's config.json. In
/// a file names that are unknown are none, too.
/// @param names of the data set's classes, may be empty @param classes that the student tells apart
/// @throws Error FileUnreadable; InvalidArgument: an unknown name, fewer than two classes that are known
ClassMatch matchClasses(const std::string &text, const std::vector<std::string> &names, int64_t classes);
/// As matchClasses() takes it.
std::string matchText(const ClassMatch &match);

/// The student's classes that the teacher tells apart, rising.
std::vector<int64_t> taughtClasses(const ClassMatch &match);

/// How well a teacher knows labelled samples.
struct TeacherCheck {
    size_t samples = 0;  ///< of classes that it knows
    double accuracy = 0; ///< share that it is right on
    /// Classes in another order by which it would be right at least twice as often, as its answers suggest;
    /// empty: there is none.
    ClassMatch suggested;
    double suggestedAccuracy = 0;
};
/// Asks the teacher for some of those samples that judge, or of the others where there are none. Its answers
/// are remembered. @returns nothing without labels @throws Error as Teacher::answer(). @throws Cancelled
std::optional<TeacherCheck> checkTeacher(Teacher &teacher, const TrainingData &data,
                                         const JobContext &ctx = {});

} // namespace lathe::train
