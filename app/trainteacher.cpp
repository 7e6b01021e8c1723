#include "app/trainteacher.h"

#include "app/output.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

namespace lathe {
namespace {

/// Without what it is called.
std::string contentOf(Preprocessing preprocessing)
{
    preprocessing.name.clear();
    return toJson(preprocessing);
}

/// How its classes would have to be given, as far as that is known and short enough to be read.
Message hint(const train::TeacherCheck &check)
{
    constexpr size_t shown = 64;
    if (check.suggested.empty() || check.suggested.size() > shown)
        return Message::tr("Say with --teacher-classes which is which.");
    return Message::tr("With --teacher-classes {} it would be right on {:.1f} % of {} samples.",
                       train::matchText(check.suggested), 100 * check.suggestedAccuracy, check.samples);
}

/// @param own classes that the teacher tells apart, as far as it says
void requireSameClasses(const std::string &teacher, int64_t own, int64_t classes,
                        const std::optional<train::TeacherCheck> &checked)
{
    const train::TeacherCheck check = checked.value_or(train::TeacherCheck());
    if (own > 0 && classes > 0 && own != classes)
        throw Error(ErrorCode::InvalidArgument,
                    Message::tr("The teacher {} tells {} classes apart, the student {}. {}", teacher, own,
                                classes, hint(check)));
    if (!check.suggested.empty())
        throw Error(
            ErrorCode::InvalidArgument,
            Message::tr("The classes of the teacher {} seem to stand in another order: it is right on "
                        "{:.1f} %. {}",
                        teacher, 100 * check.accuracy, hint(check)));
}

/// What the teacher does not know is learned by labels.
void useLabels(train::TrainingTask &task, bool plansItself, const train::TrainingData &data, int64_t classes,
               Console &console)
{
    for (size_t i = 0; i < task.plan.steps.size(); ++i) {
        train::Losses &losses = task.plan.steps[i].losses;
        if (losses.distillation == 0 || losses.labels > 0)
            continue;
        if (!plansItself)
            throw Error(
                ErrorCode::InvalidArgument,
                Message::tr("The teacher knows only {} of the {} classes, and step {} of the plan does "
                            "not learn by labels, so that the others would not be learned: give its "
                            "losses labels.",
                            task.taught.size(), classes, i + 1));
        train::requireLabels(data, classes);
        losses.labels = 1;
        console.message(Message::tr("note: the teacher knows {} of the {} classes; the others are learned by "
                                    "labels.",
                                    task.taught.size(), classes)
                            .text());
    }
}

} // namespace

void TeacherOptions::addTo(CLI::App &parser)
{
    CLI::Option *teacher =
        parser.add_option("--teacher", model, "Model whose outputs are learned (.onnx)")->type_name("MODEL");
    parser
        .add_option(
            "--teacher-classes", classes,
            "The teacher's classes in its order, by name or index in the data set: 3,1,-,0 (-: none of "
            "them), or a file with one a line, or a config.json with id2label (default: as the "
            "student's)")
        ->needs(teacher)
        ->type_name("LIST|FILE");
}

std::string preprocessFor(const std::string &given, const std::string &graph, const std::string &teacher,
                          Console &console)
{
    if (!given.empty() || teacher.empty())
        return given;
    const std::optional<Preprocessing> own = findPreprocessing(graph), taught = findPreprocessing(teacher);
    if (!taught)
        return given;
    if (!own) {
        console.message(
            Message::tr("note: no preprocessing is described beside {}; that of the teacher is used.",
                        std::filesystem::path(graph).filename().string())
                .text());
        const std::filesystem::path beside = train::preprocessingBeside(teacher);
        return (exists(beside) ? beside : beside.parent_path() / "preprocessor_config.json").string();
    }
    if (contentOf(*own) != contentOf(*taught))
        throw Error(ErrorCode::InvalidArgument,
                    Message::tr("The preprocessing beside {} is another one than that beside its teacher {}, "
                                "but both are fed the same; give --preprocess.",
                                graph, teacher));
    return given;
}

void setTeacher(train::TrainingTask &task, const TeacherOptions &options, bool plansItself,
                const train::TrainingData &data, int64_t memory, TaughtBy &by, Console &console,
                const JobContext &ctx)
{
    if (options.model.empty())
        return;
    const Model model = Model::load(options.model, ctx);
    const int64_t known = train::scoresOf(task.model).classes;
    const auto named = static_cast<int64_t>(data.dataset().classes().size());
    const int64_t classes = known > 0 ? known : named;
    task.teacher = &by.teacher.emplace(train::teacherFor(task, model, data, ctx, memory));
    if (!options.classes.empty()) {
        by.teacher->setMatch(train::matchClasses(options.classes, data.dataset().classes(), classes),
                             classes);
        task.taught = train::taughtClasses(by.teacher->match());
        if (static_cast<int64_t>(task.taught.size()) == classes)
            task.taught.clear();
        else
            useLabels(task, plansItself, data, classes, console);
    }
    by.taught = task.taught;
    by.check = train::checkTeacher(*by.teacher, data, ctx);
    if (options.classes.empty())
        requireSameClasses(options.model, train::scoresOf(model).classes, classes, by.check);
}

Json teacherJson(const TeacherOptions &options, const TaughtBy &by)
{
    if (!by.teacher)
        return nullptr;
    const auto &match = by.teacher->match();
    return {{"file", options.model},
            {"classes", match.empty() ? Json(nullptr) : Json(match)},
            {"samples", by.check ? Json(by.check->samples) : Json(nullptr)},
            {"accuracy", by.check ? numberJson(by.check->accuracy) : Json(nullptr)}};
}

std::string teacherText(const TaughtBy &by)
{
    const std::string classes =
        by.taught.empty() ? "" : fmt::format("knows {} of the classes, ", by.taught.size());
    if (!by.check)
        return classes + "not checked: no labels";
    return fmt::format("{}{:.1f} % right on {} samples", classes, 100 * by.check->accuracy,
                       by.check->samples);
}

} // namespace lathe
