#include "app/recovertraining.h"

#include "app/output.h"
#include "app/trainprogress.h"
#include "core/base/heap.h"
#include "core/train/trainedmodel.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <fmt/format.h>

namespace lathe {
namespace {

namespace fs = std::filesystem;
using Stop = train::TrainingResult::Stop;

std::optional<train::Plan> planOf(const RecoverTrainingOptions &options)
{
    std::optional<train::Plan> plan;
    if (!options.plan.empty())
        plan = train::loadPlan(options.plan);
    else if (!options.preset.empty())
        plan = train::planPreset(options.preset);
    else if (options.resume && fs::exists(train::planBeside(options.checkpoint)))
        plan = train::loadPlan(train::planBeside(options.checkpoint));
    if (plan && options.seed)
        plan->seed = *options.seed;
    if (plan && options.validation)
        plan->validation = *options.validation;
    return plan;
}

/// @throws Error InvalidArgument: with a ramp nothing goes without gradients
void requireFitting(const RecoverTrainingOptions &options, const std::optional<train::Plan> &plan)
{
    if ((options.augment || options.columns) && plan &&
        std::ranges::any_of(plan->steps, [](const train::PlanStep &step) { return step.prune.has_value(); }))
        throw Error(ErrorCode::InvalidArgument,
                    Message::tr("The plan prunes little by little, so that nothing goes without gradients "
                                "before: --augment and --columns are of no use."));
}

} // namespace

void RecoverTrainingOptions::addTo(CLI::App &parser)
{
    CLI::Option *file =
        parser.add_option("--plan", plan, "How to train: a plan (docs/training.md)")->type_name("PLAN.json");
    parser
        .add_option("--preset", preset,
                    fmt::format("How to train: one of {} (default: by the teacher, as long as the time "
                                "allows)",
                                fmt::join(train::planPresets(), ", ")))
        ->excludes(file);
    parser
        .add_option("--seconds", seconds,
                    "Recover so long at most: three fifths of it at most without gradients first, the rest "
                    "by training; the best "
                    "until then is kept. Measuring and writing come on top (default: 600, or as the plan "
                    "says)")
        ->check(CLI::PositiveNumber)
        ->type_name("N");
    parser
        .add_option("--training-seed", seed,
                    "Seed of all that training leaves to chance, instead of the plan's (1)")
        ->type_name("N");
    parser
        .add_option(
            "--validation", validation,
            "Share of --train that is not learned from and says what is of use (default: 0.1, of fewer than "
            "480 samples up to 0.2)")
        ->check(CLI::Range(0.0, 0.9))
        ->type_name("SHARE");
    parser
        .add_option("--memory", megabytes,
                    "Hold at most so many MB while training: less is kept ready, and batches get smaller "
                    "(default: what it takes)")
        ->check(CLI::PositiveNumber)
        ->type_name("MB");
    parser.add_option("--checkpoint", checkpoint, "Write the state every half minute, to go on from")
        ->type_name("FILE");
    parser.add_flag("--resume", resume, "Go on from the checkpoint, where it is there");
    parser.add_option("--progress", progress, "Write one JSON object a line; - is stderr")
        ->type_name("FILE|-");
}

bool RecoverTrainingOptions::any() const
{
    return !plan.empty() || !preset.empty() || !checkpoint.empty() || !progress.empty() || seconds || seed ||
           validation || megabytes > 0 || resume;
}

bool RecoverTrainingOptions::trains() const
{
    return std::ranges::any_of(only, [](const std::string &name) { return !recoveryStep(name); });
}

void RecoverTrainingOptions::check() const
{
    if (!only.empty() && std::ranges::count(only, "training") == 0)
        throw Error(ErrorCode::InvalidArgument,
                    Message::tr("--only names nothing that trains the whole model: name training as well, or "
                                "give --without-gradients."));
    if (resume && checkpoint.empty())
        throw Error(ErrorCode::InvalidArgument,
                    Message::tr("--resume goes on from a checkpoint: give its file with --checkpoint."));
}

std::vector<fs::path> RecoverTrainingOptions::outputs() const
{
    std::vector<fs::path> files;
    if (!checkpoint.empty())
        files = {checkpoint, train::planBeside(checkpoint), train::startBeside(checkpoint)};
    if (!progress.empty() && progress != "-")
        files.emplace_back(progress);
    return files;
}

train::TrainingDataOptions RecoverTrainingOptions::data(size_t samples) const
{
    const std::optional<train::Plan> plan = planOf(*this);
    train::TrainingDataOptions data;
    data.memory = train::sharesOf(megabytes * 1'000'000).images;
    data.validation = plan ? plan->validation : validation.value_or(judgingShare(samples));
    data.seed = plan ? plan->seed : seed.value_or(data.seed);
    return data;
}

std::vector<RecoveryStep> recoverySteps(const std::vector<std::string> &names)
{
    std::vector<RecoveryStep> steps;
    for (const std::string &name : names)
        if (const auto step = recoveryStep(name))
            steps.push_back(*step);
    return steps;
}

train::TrainedRecovery trainedRecovery(const RecoverTrainingOptions &options, Compressor &compressor,
                                       const CompressedModel &start, const LearningData &learning,
                                       const SampleSet &samples, Console &console, const JobContext &ctx)
{
    JobContext inner = ctx;
    TrainProgress progress(options.progress, options.resume, console);
    if (progress.isOnStderr())
        inner.onProgress = {};
    train::RecoverOptions recovering;
    recovering.plan = planOf(options);
    requireFitting(options, recovering.plan);
    recovering.seed = options.seed.value_or(recovering.seed);
    recovering.validation = learning.options.validation;
    recovering.limited = options.seconds || (options.plan.empty() && options.preset.empty());
    recovering.seconds = options.seconds.value_or(recovering.seconds);
    if (!options.only.empty()) {
        recovering.steps = recoverySteps(options.only);
        recovering.refits = !recovering.steps.empty();
        recovering.blocks = std::ranges::count(options.only, "blocks") > 0;
    }
    recovering.augment = options.augment;
    recovering.columns = options.columns.value_or(recovering.columns);
    recovering.training.checkpoint = options.checkpoint;
    recovering.training.resume = options.resume;
    recovering.training.onEvent = [&](const train::TrainingEvent &event) {
        progress.tell(event);
        if (event.kind == train::TrainingEvent::Kind::Note)
            console.message(event.note.text());
    };
    recovering.training.memory = options.megabytes * 1'000'000;
    const train::MemoryShares memory = train::sharesOf(recovering.training.memory);
    recovering.training.keptInputs = memory.validation;
    recovering.teacherMemory = memory.teacher;
    const train::TrainingData data(train::anyBatch(start.source), learning.dataset,
                                   learning.chosen.preprocessing, learning.options, inner.part(0, 0.05));
    train::TrainedRecovery trained = recoverByTraining(train::loadEngine(), compressor, start, data, samples,
                                                       recovering, inner.part(0.05, 1));
    progress.end(trained.training);
    for (const Message &note : trained.notes)
        console.message(note.text());
    return trained;
}

std::vector<TrainedStep> trainedSteps(const std::optional<train::TrainedRecovery> &trained)
{
    std::vector<TrainedStep> steps;
    if (!trained)
        return steps;
    const std::array<std::pair<const char *, const train::RecoveryStage *>, 3> stages{
        {{"gradual", &trained->gradual}, {"blocks", &trained->byBlocks}, {"training", &trained->whole}}};
    for (const auto &[name, stage] : stages)
        if (stage->changed > 0)
            steps.push_back({name, stage->kept, stage->changed, stage->before, stage->after, stage->seconds});
    return steps;
}

std::string stopName(const train::TrainedRecovery &trained)
{
    switch (trained.training.stop) {
    case Stop::Done:
        return "finished";
    case Stop::Cancelled:
        return trained.outOfTime ? "time" : "cancelled";
    case Stop::Diverged:
        break;
    }
    return "diverged";
}

Json trainingJson(const train::TrainedRecovery &trained)
{
    const train::TrainingResult &result = trained.training;
    Json epochs = Json::array(), notes = Json::array();
    for (const train::EpochRecord &record : result.epochs)
        epochs.push_back(epochJson(record));
    for (const Message &note : trained.notes)
        notes.push_back(note.text());
    for (const Message &note : result.notes)
        notes.push_back(note.text());
    Json blocks = Json::array();
    for (const train::BlockOutcome &block : trained.blocks)
        blocks.push_back({{"value", block.value},
                          {"weights", block.weights},
                          {"before", numberJson(block.before)},
                          {"after", numberJson(block.after)},
                          {"kept", block.kept}});
    return {{"engine", train::loadEngine().version()},
            {"plan", Json::parse(train::toJson(result.plan))},
            {"blocks", std::move(blocks)},
            {"epochs", std::move(epochs)},
            {"best", epochJson(result.best)},
            {"better", trained.whole.kept},
            {"seconds", numberJson(result.seconds)},
            {"seconds_waiting_for_data", numberJson(result.secondsWaited)},
            {"peak_memory_bytes", peakMemory()},
            {"resumed", result.resumed},
            {"notes", std::move(notes)}};
}

void endEarly(const train::TrainedRecovery &trained, const std::string &output, Console &console)
{
    const Message kept = Message::tr("{} holds the best so far.", output);
    if (trained.training.stop == Stop::Diverged)
        throw Error(ErrorCode::NumericFailure, Message::tr("{}. {}", trained.training.reason, kept));
    if (trained.training.stop == Stop::Done || trained.outOfTime)
        return;
    console.message(kept.text());
    throw Cancelled{};
}

} // namespace lathe
