#include "app/command.h"
#include "app/document.h"
#include "app/output.h"
#include "app/sampling.h"
#include "app/text.h"
#include "app/trainprogress.h"
#include "app/trainteacher.h"
#include "core/base/heap.h"
#include "core/base/outputs.h"
#include "core/data/datafiles.h"
#include "core/train/trainedmodel.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

namespace lathe {
namespace {

namespace fs = std::filesystem;

struct TrainOptions {
    std::string graph, train, plan, preset, from = "given", checkpoint, progress, output;
    TeacherOptions teacher;
    DataOptions data; ///< that is measured on
    double epochs = 0;
    int64_t megabytes = 0; ///< of memory; 0: any
    std::optional<uint64_t> seed;
    std::optional<double> validation;
    bool resume = false;
};

/// What is known of the outcome in the end.
struct Trained {
    train::TrainingResult result;
    ChosenPreprocessing preprocessing;
    std::string data; ///< that was trained on
    size_t trainingSamples = 0, validationSamples = 0;
    std::string engine;
    int64_t bytes = 0;
    int64_t peakMemory = 0;
    TaughtBy teacher;
    std::optional<Metrics> measured;
    std::string measuredOn;
};

train::Plan planOf(const TrainOptions &options)
{
    const std::string preset = !options.preset.empty()         ? options.preset
                               : options.teacher.model.empty() ? "standard"
                                                               : "distill";
    train::Plan plan = options.plan.empty() ? train::planPreset(preset) : train::loadPlan(options.plan);
    if (options.seed)
        plan.seed = *options.seed;
    if (options.validation)
        plan.validation = *options.validation;
    if (options.epochs > 0)
        for (train::PlanStep &step : plan.steps)
            setEpochs(step, options.epochs);
    return plan;
}

void checkFiles(const TrainOptions &options)
{
    const std::vector<NamedFile> outputs{
        {Message::tr("the result"), options.output},
        {Message::tr("the preprocessing that comes with the result"),
         train::preprocessingBeside(options.output)},
        {Message::tr("the checkpoint"), options.checkpoint},
        {Message::tr("the progress"), options.progress == "-" ? "" : options.progress}};
    std::vector<NamedFile> inputs{{Message::tr("the graph that is trained"), options.graph},
                                  {Message::tr("the teacher"), options.teacher.model},
                                  {Message::tr("the plan"), options.plan}};
    for (const std::string &data : {options.train, options.data.data})
        std::ranges::move(filesOfDataSet(data, outputs), std::back_inserter(inputs));
    requireSafeOutputs(outputs, inputs);
    if (options.resume && options.checkpoint.empty())
        throw Error(ErrorCode::InvalidArgument,
                    Message::tr("--resume goes on from a checkpoint: give its file with --checkpoint."));
}

Model startOf(const TrainOptions &options, uint64_t seed, const JobContext &ctx)
{
    const Model graph = Model::load(options.graph, ctx);
    if (options.from == "fresh")
        return train::withFreshWeights(graph, seed);
    if (const std::string layer = train::uniformLayer(graph); !layer.empty())
        throw Error(
            ErrorCode::InvalidArgument,
            Message::tr("All weights of {} are the same number, from which nothing can be learned; give "
                        "--from fresh.",
                        layer));
    return graph;
}

Json documentOf(const TrainOptions &options, const Trained &trained)
{
    const train::TrainingResult &result = trained.result;
    Json steps = Json::array();
    for (const train::EpochRecord &record : result.epochs)
        steps.push_back(epochJson(record));
    Json notes = Json::array();
    for (const Message &note : result.notes)
        notes.push_back(note.text());
    Json measured;
    if (trained.measured) {
        measured["data"] = trained.measuredOn;
        addMetrics(measured, *trained.measured);
    }
    return {{"file", options.output},
            {"size_bytes", trained.bytes},
            {"source", options.graph},
            {"data", trained.data},
            {"training_samples", trained.trainingSamples},
            {"validation_samples", trained.validationSamples},
            {"preprocessing", preprocessingJson(trained.preprocessing)},
            {"engine", trained.engine},
            {"teacher", teacherJson(options.teacher, trained.teacher)},
            {"plan", Json::parse(train::toJson(result.plan))},
            {"before", judgementJson(result.epochs.empty() ? std::nullopt : result.epochs.front().judged)},
            {"after", epochJson(result.best)},
            {"steps", std::move(steps)},
            {"seconds", numberJson(result.seconds)},
            {"seconds_waiting_for_data", numberJson(result.secondsWaited)},
            {"peak_memory_bytes", trained.peakMemory},
            {"stopped", stopName(result.stop)},
            {"resumed", result.resumed},
            {"notes", std::move(notes)},
            {"measured", std::move(measured)}};
}

std::string judgedText(const std::optional<train::Judgement> &judged)
{
    if (!judged)
        return "not judged: no validation samples";
    const std::string loss =
        fmt::format("loss {:.4f} on {} validation samples", judged->loss, judged->samples);
    return judged->accuracy ? fmt::format("{:.2f} % right, {}", 100 * *judged->accuracy, loss) : loss;
}

std::string textOf(const TrainOptions &options, const Trained &trained)
{
    const train::TrainingResult &result = trained.result;
    Fields fields{{"Written", options.output},
                  {"Size", bytesText(trained.bytes)},
                  {"Data", fmt::format("{} samples of {}", trained.trainingSamples, trained.data)},
                  {"Preprocessing", preprocessingText(trained.preprocessing)},
                  {"Before", judgedText(result.epochs.empty() ? std::nullopt : result.epochs.front().judged)},
                  {"After", judgedText(result.best.judged)},
                  {"Best", fmt::format("epoch {:g} of step {}", result.best.epoch, result.best.step + 1)},
                  {"Time", fmt::format("{} ({} of it waiting for data)", durationText(result.seconds),
                                       durationText(result.secondsWaited))},
                  {"Memory", fmt::format("{} at most", bytesText(trained.peakMemory))}};
    if (trained.teacher.teacher)
        fields.insert(fields.begin() + 4, {"Teacher", teacherText(trained.teacher)});
    if (trained.measured) {
        fields.emplace_back("Measured", trained.measuredOn);
        addMetricFields(fields, *trained.measured);
    }
    return fieldsText(fields);
}

/// The best so far as a file, also where the rest was cancelled.
void write(const TrainOptions &options, const train::Trainer &trainer, Trained &trained)
{
    std::optional<Preprocessing> preprocessing;
    if (trained.preprocessing.origin != ChosenPreprocessing::Origin::None)
        preprocessing = trained.preprocessing.preprocessing;
    trained.bytes = train::saveTrained(trainer, trained.result.plan, options.output, preprocessing);
}

void measure(const TrainOptions &options, const Sampling &sampling, Trained &trained, Console &console,
             const JobContext &ctx)
{
    const Model model = Model::load(options.output, ctx.part(0, 0.05));
    const SampleSet samples = sampling.prepare(model, sampling.choose(model, console), ctx.part(0.05, 0.5));
    trained.measured =
        metricsOf(runSamples(Session(model), samples, {}, ctx.part(0.5, 1)).values, samples.labels());
    trained.measuredOn = samples.description().text();
}

/// Says what was kept, then ends as what stopped it does.
void endEarly(const TrainOptions &options, const Trained &trained, Console &console)
{
    const train::TrainingResult &result = trained.result;
    if (result.stop == train::TrainingResult::Stop::Done)
        return;
    const bool written = trained.bytes > 0;
    const Message kept = written ? Message::tr("{} holds the best so far, of epoch {:g} in step {}.",
                                               options.output, result.best.epoch, result.best.step + 1)
                                 : Message::tr("Nothing was written: no epoch has ended yet.");
    if (result.stop == train::TrainingResult::Stop::Diverged)
        throw Error(ErrorCode::NumericFailure, Message::tr("{}. {}", result.reason, kept));
    console.message(kept.text());
    throw Cancelled{};
}

int64_t bytesOf(const TrainOptions &options)
{
    return options.megabytes * 1'000'000;
}

void trainGraph(const TrainOptions &options, Console &console)
{
    JobContext ctx = console.job();
    checkFiles(options);
    train::Plan plan = planOf(options);
    TrainProgress progress(options.progress, options.resume, console);
    if (progress.isOnStderr())
        ctx.onProgress = {};
    const Model start = startOf(options, plan.seed, ctx.part(0, 0.01));
    train::Engine &engine = train::loadEngine();
    train::requireTrainable(engine, start);

    std::optional<Sampling> measured; // opened now: what is not there is said before hours of work
    if (!options.data.data.empty())
        measured.emplace(options.data, ctx.part(0.01, 0.01));
    const std::string preprocess =
        preprocessFor(options.data.preprocess, options.graph, options.teacher.model, console);
    const Sampling sampling({options.train, 0, preprocess}, ctx.part(0.01, 0.02));
    Trained trained;
    trained.preprocessing = sampling.choose(start, console);
    trained.engine = engine.version();
    trained.data = sampling.dataset().description().text();
    const train::MemoryShares memory = train::sharesOf(bytesOf(options));
    train::TrainingDataOptions dataOptions;
    dataOptions.memory = memory.images;
    dataOptions.validation = plan.validation;
    dataOptions.seed = plan.seed;
    const train::TrainingData data(start, sampling.dataset(), trained.preprocessing.preprocessing,
                                   dataOptions, ctx.part(0.02, 0.05));
    trained.trainingSamples = data.training().size();
    trained.validationSamples = data.validation().size();
    for (const Message &note : train::useLabelsWhereTheyServe(plan, data, train::scoresOf(start).classes))
        console.message(note.text());

    train::TrainingTask task{start, train::partsOf(start), {}, plan, nullptr, {}};
    task.trainable = train::trainableOf(start, task.parts);
    setTeacher(task, options.teacher, options.plan.empty() && options.preset.empty(), data, memory.teacher,
               trained.teacher, console, ctx.part(0.05, 0.06));
    train::Trainer trainer(engine, std::move(task), data);
    train::TrainerOptions running{options.checkpoint, options.resume};
    running.memory = bytesOf(options);
    running.keptInputs = memory.validation;
    running.onEvent = [&](const train::TrainingEvent &event) {
        progress.tell(event);
        if (event.kind == train::TrainingEvent::Kind::Note)
            console.message(event.note.text());
    };
    trained.result = trainer.run(running, ctx.part(0.06, measured ? 0.95 : 1.0));
    trained.peakMemory = peakMemory();
    progress.end(trained.result);
    if (trained.result.stop == train::TrainingResult::Stop::Done || trained.result.best.step > 0 ||
        trained.result.best.epoch > 0)
        write(options, trainer, trained);
    endEarly(options, trained, console);
    if (measured)
        measure(options, *measured, trained, console, ctx.part(0.95, 1));
    if (console.json())
        console.printJson(documentOf(options, trained));
    else
        console.printText(textOf(options, trained));
}

} // namespace

Verb addTrain(CLI::App &app)
{
    CLI::App *parser =
        app.add_subcommand("train", "Train a network from its graph, by labels or by a teacher");
    const auto options = std::make_shared<TrainOptions>();
    parser->add_option("graph", options->graph, "The graph with its weights (.onnx)")
        ->required()
        ->type_name("GRAPH.onnx");
    parser->add_option("--train", options->train, "Data set to learn from, as --data")
        ->required()
        ->type_name("DATA");
    parser
        ->add_option(
            "--data", options->data.data,
            "Data set that the result is measured on, FOLDER or FOLDER:SPLIT; with #first or #second "
            "behind it one half of it")
        ->type_name("DATA");
    parser->add_option(
        "--preprocess", options->data.preprocess,
        fmt::format("Preprocessing: a file, its text, or one of {} (default: what lies beside the graph)",
                    fmt::join(preprocessingPresets(), ", ")));
    options->teacher.addTo(*parser);
    CLI::Option *plan = parser->add_option("--plan", options->plan, "How to train: a plan (docs/training.md)")
                            ->type_name("PLAN.json");
    parser
        ->add_option("--preset", options->preset,
                     fmt::format("How to train: one of {} (default: standard; distill with --teacher)",
                                 fmt::join(train::planPresets(), ", ")))
        ->excludes(plan);
    parser
        ->add_option(
            "--epochs", options->epochs,
            "Epochs of each step of the plan, instead of its own; pruning takes the same share of them")
        ->check(CLI::PositiveNumber)
        ->type_name("N");
    parser
        ->add_option("--seed", options->seed, "Seed of all that is left to chance, instead of the plan's (1)")
        ->type_name("N");
    parser
        ->add_option("--validation", options->validation,
                     "Share of --train that is not learned from and chooses the best epoch (default: 0.1)")
        ->check(CLI::Range(0.0, 0.9))
        ->type_name("SHARE");
    parser
        ->add_option("--memory", options->megabytes,
                     "Hold at most so many MB: less is kept ready, and batches get smaller (default: what it "
                     "takes)")
        ->check(CLI::PositiveNumber)
        ->type_name("MB");
    parser->add_option("--from", options->from, "Begin with the weights that are given, or with fresh ones")
        ->check(CLI::IsMember({"given", "fresh"}))
        ->type_name("given|fresh");
    parser
        ->add_option("--checkpoint", options->checkpoint, "Write the state every half minute, to go on from")
        ->type_name("FILE");
    parser->add_flag("--resume", options->resume, "Go on from the checkpoint, where it is there");
    parser->add_option("--progress", options->progress, "Write one JSON object a line; - is stderr")
        ->type_name("FILE|-");
    parser->add_option("-o,--output", options->output, "The file to write")
        ->required()
        ->type_name("OUT.onnx");
    return {parser, [options](Console &console) { trainGraph(*options, console); }};
}

} // namespace lathe
