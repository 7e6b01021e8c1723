#include "app/command.h"
#include "app/output.h"
#include "app/recoveroutcome.h"
#include "core/base/fileio.h"
#include "core/base/heap.h"
#include "core/base/outputs.h"
#include "core/compress/tuningfile.h"
#include "core/recover/fromfile.h"
#include "core/workflow/exportmodel.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <fmt/format.h>
#include <numeric>

namespace lathe {
namespace {

constexpr int64_t trainLimit = 512; ///< samples, unless told otherwise
constexpr int64_t gradientLimit =
    2048; ///< samples that are fitted to and held out where more are learned from

/// What is measured on.
struct MeasuredData {
    Sampling sampling;
    ChosenPreprocessing chosen;
};

ExportFiles filesOf(const RecoverOptions &options)
{
    return {options.output, options.saveRecipe, {}, options.report, options.saveTuning};
}

void checkFiles(const RecoverOptions &options, const std::vector<std::filesystem::path> &data)
{
    ExportInputs inputs{options.teacher.empty() ? options.model : options.teacher,
                        data,
                        {},
                        {options.data.data, options.calibration.data, options.train}};
    for (const std::string &recipe : options.recipe.files)
        inputs.files.push_back({Message::tr("a recipe that is read"), recipe});
    inputs.files.push_back({Message::tr("the trained values that are read"), options.tuning});
    if (!options.teacher.empty())
        inputs.files.push_back({Message::tr("the model that is recovered"), options.model});
    inputs.files.push_back({Message::tr("the plan"), options.training.plan});
    requireSafeExport(filesOf(options), inputs);
    inputs.files.push_back({Message::tr("the source model itself"), inputs.model});
    std::vector<NamedFile> outputs{{Message::tr("the result"), options.output},
                                   {Message::tr("the trained values"), options.saveTuning}};
    for (const std::filesystem::path &file : options.training.outputs())
        outputs.push_back({Message::tr("what is written while training"), file});
    requireSafeOutputs(outputs, inputs.files);
}

MeasuredModel measuredModel(const Matrix &baseline, const Model &model, const SampleSet &samples,
                            const JobContext &ctx)
{
    const Outputs outputs = runSamples(Session(model), samples, {}, ctx);
    return {metricsOf(outputs.values, samples.labels()),
            compareOutputs(baseline, outputs.values, samples.labels())};
}

/// Opened, and a few of its samples fed, before anything takes time: what is wrong with it costs no training.
std::optional<MeasuredData> measuredOn(const DataOptions &options, const Model &source, Console &console,
                                       const JobContext &ctx)
{
    if (options.data.empty())
        return {};
    Sampling sampling(options, ctx);
    ChosenPreprocessing chosen = sampling.choose(source, console);
    sampling.prepareFew(source, chosen, ctx);
    return MeasuredData{std::move(sampling), std::move(chosen)};
}

/// The model before and after on the same samples, beside the source.
void measure(Recovery &r, const CompressedModel &start, const MeasuredData &data, const JobContext &ctx)
{
    const Model &source = start.origin;
    const SampleSet samples = data.sampling.prepare(source, data.chosen, ctx.part(0.0, 0.2));
    Baseline baseline;
    baseline.values = runSamples(Session(source), samples, {}, ctx.part(0.2, 0.4)).values;
    baseline.metrics = metricsOf(baseline.values, samples.labels());
    r.samples = samples.description();
    r.before = measuredModel(baseline.values, buildModel(start, Storage::Dense, ctx).model, samples,
                             ctx.part(0.4, 0.7));
    r.measured = measureModels(r.model, samples, baseline, describe(data.chosen), ctx.part(0.7, 1.0));
    r.after = MeasuredModel{r.measured->compressed, r.measured->comparison};
}

TuningFile tuningFile(const Recovery &r, const Recipe &recipe)
{
    const Recovered &recovered = r.recovered;
    const Json figures{{"held_out_before", numberJson(recovered.divergenceBefore)},
                       {"held_out_after", numberJson(recovered.divergenceAfter)}};
    return {recovered.tuning,
            {recovered.model.origin.sha256(), sha256Hex(toJson(recipe)), {}, {}, figures.dump()}};
}

/// @throws Error InvalidArgument
void requireLayers(const Recovered &recovered)
{
    const bool lacks =
        recovered.model.narrowing || std::ranges::any_of(recovered.model.source.layers(), &Layer::absent);
    if (!recovered.tuning && lacks)
        throw Error(ErrorCode::InvalidArgument,
                    Message::tr("What the recipe takes out cannot be made up for without training: leave out "
                                "--without-gradients and --only."));
    if (!recovered.tuning)
        throw Error(ErrorCode::InvalidArgument,
                    Message::tr("The recipe changes no layer, so there is nothing to recover."));
}

/// What is to be recovered, as made of the source: a recipe, or a file from elsewhere.
FromFile given(const RecoverOptions &options, const Model &source, const JobContext &ctx)
{
    if (!options.teacher.empty())
        return valuesOfFile(source, Model::load(options.model, ctx), ctx);
    return {options.recipe.recipe(), tuningOf(options.tuning, source, ctx)};
}

/// What values are fitted to or learned from; empty without --train.
/// @param byInputs whether the recipe goes by what --calibrate names
std::optional<LearningData> learningOf(const RecoverOptions &options, bool byInputs, const Model &source,
                                       Console &console, const JobContext &ctx)
{
    if (options.train.empty())
        return {};
    const Sampling training({options.train, 0, options.data.preprocess}, ctx);
    const ChosenPreprocessing chosen = training.choose(source, console);
    const CalibrationDataOptions calibrated = byInputs ? options.calibration : CalibrationDataOptions();
    return options.withoutGradients
               ? fittingData(training, chosen, options.fitted(trainLimit), calibrated, ctx)
               : learningData(training, chosen, options.training.data(training.dataset().size()), calibrated,
                              ctx);
}

Recovered recovered(const RecoverOptions &options, Compressor &compressor, const CompressedModel &start,
                    const std::optional<LearningData> &learning, const std::optional<SampleSet> &samples,
                    const JobContext &ctx)
{
    if (!samples)
        return recoverWithoutData(compressor, start, ctx);
    RecoveryOptions recovering;
    if (!options.training.only.empty())
        recovering.steps = recoverySteps(options.training.only);
    recovering.augment = options.training.augment;
    recovering.columns = options.training.columns.value_or(recovering.columns);
    Recovered result =
        recoverWithoutGradients(compressor, start, splitSamples(*samples, learning->split), recovering, ctx);
    if (result.steps.empty() && !recovering.steps.empty())
        throw Error(
            ErrorCode::InvalidArgument,
            Message::tr(
                "None of the steps that --only names is for this model: calibration is for recipes whose "
                "methods go by inputs, of models that nothing was trained in yet, and where channels or "
                "blocks are gone there are refit, bias and normalizations. Leave out --only, or name "
                "other steps."));
    return result;
}

std::shared_ptr<const Calibration> calibrationOf(const RecoverOptions &options,
                                                 const std::optional<LearningData> &learning,
                                                 const Model &source, Console &console, const JobContext &ctx)
{
    if (!options.calibration.data.empty() || !learning)
        return calibrationOf(options.calibration, options.data.preprocess, source, console, ctx);
    return calibrationOf(*learning, options.fitted(trainLimit), source, ctx);
}

/// @throws Error InvalidArgument: options of what is not done
void requireFitting(const RecoverOptions &options)
{
    if (!options.training.augment && !options.training.columns)
        return;
    if (options.train.empty())
        throw Error(ErrorCode::InvalidArgument,
                    Message::tr("--augment and --columns say how values are fitted to samples: give these "
                                "with --train."));
    if (!options.training.only.empty() && recoverySteps(options.training.only).empty())
        throw Error(ErrorCode::InvalidArgument,
                    Message::tr("--augment and --columns are for what goes without gradients, and --only "
                                "names nothing of it."));
}

/// What the file is certified on.
SampleSet fewOf(const SampleSet &samples)
{
    std::vector<size_t> places(std::min(certificateLimit, samples.size()));
    std::iota(places.begin(), places.end(), size_t(0));
    return samples.subset(places);
}

void recover(const RecoverOptions &options, Console &console)
{
    const auto began = std::chrono::steady_clock::now();
    JobContext ctx = console.job();
    keepLargeBlocks(); // layer by layer the same ones again and again
    checkFiles(options, {});
    if (!options.withoutGradients)
        train::loadEngine(); // says at once where it is missing
    const Model source =
        Model::load(options.teacher.empty() ? options.model : options.teacher, ctx.part(0.0, 0.02));
    checkFiles(options, source.dataFiles());
    console.issues(source.issues());
    const std::optional<MeasuredData> data = measuredOn(options.data, source, console, ctx.part(0.02, 0.02));
    const auto [recipe, tuning] = given(options, source, ctx);
    const bool byInputs = needsInputs(source, recipe);
    const std::optional<LearningData> learning =
        learningOf(options, byInputs, source, console, ctx.part(0.02, 0.02));
    const bool calibrates = !tuning && byInputs;
    Compressor compressor(source, calibrates
                                      ? calibrationOf(options, learning, source, console, ctx.part(0.02, 0.1))
                                      : nullptr);
    const CompressedModel start = compressor.compress(recipe, tuning, ctx.part(0.1, 0.3));
    std::optional<SampleSet> samples;
    if (learning)
        samples.emplace(SampleSet::prepare(
            source, learning->dataset, learning->chosen.preprocessing,
            static_cast<size_t>(options.fitted(options.withoutGradients ? trainLimit : gradientLimit)),
            ctx.part(0.3, 0.35)));
    std::optional<train::TrainedRecovery> trained;
    if (!options.withoutGradients)
        trained = trainedRecovery(options.training, compressor, start, *learning, *samples, console,
                                  ctx.part(0.35, 0.75));
    ctx.stop = trained ? std::stop_token() : ctx.stop; // what has been learned is written
    Recovered found = trained
                          ? trained->recovered
                          : recovered(options, compressor, start, learning, samples, ctx.part(0.35, 0.75));
    requireLayers(found);
    BuiltModel built = buildModel(found.model, Storage::Compact, ctx.part(0.75, 0.8));
    const std::optional<int64_t> macs = built.macs;
    Recovery r{
        {found.model, std::move(built), macs}, std::move(found), {}, {}, {}, {}, std::move(trained), {}, 0.0};
    console.issues(r.model.issues());
    console.issues(r.recovered.issues);
    if (data)
        measure(r, start, *data, ctx.part(0.8, 0.9));
    ExportOptions exporting{filesOf(options), options.verify, nullptr, options.seed, {}};
    std::optional<SampleSet> few;
    if (samples)
        exporting.samples = &few.emplace(fewOf(*samples));
    exporting.tuning = tuningBytes(tuningFile(r, recipe));
    r.published =
        exportModel(r.model, exporting, r.measured ? &*r.measured : nullptr, ctx.part(0.9, 1.0)).published;
    requireWritten(r.published);
    if (r.trained)
        endEarly(*r.trained, options.output, console);
    r.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
    if (console.json())
        console.printJson(documentOf(options, r));
    else
        console.printText(textOf(options, r));
}

} // namespace

Verb addRecover(CLI::App &app)
{
    CLI::App *parser = app.add_subcommand(
        "recover", "Give a compressed model new values that bring its outputs back to the original's");
    const auto options = std::make_shared<RecoverOptions>();
    parser->add_option("model", options->model, "The model (.onnx)")->required()->type_name("MODEL");
    parser
        ->add_option("--teacher", options->teacher,
                     "The original that MODEL was pruned or compressed from elsewhere: MODEL's zeros stay "
                     "zeros, instead of a recipe")
        ->type_name("ORIGINAL");
    options->recipe.addTo(*parser);
    parser
        ->add_option("--train", options->train,
                     "Data set whose samples the values are fitted to, as --data; a fifth of them, or the "
                     "share of --validation where it is trained, is held out and says what is of use. "
                     "Without: means of outputs are corrected by the constants of normalizations")
        ->type_name("DATA");
    parser
        ->add_option(
            "--train-samples", options->trainSamples,
            fmt::format("Fit to at most so many of them without gradients (default: {})", trainLimit))
        ->check(CLI::PositiveNumber);
    parser->add_flag("--without-gradients", options->withoutGradients,
                     "By least squares and statistics alone, in seconds");
    parser
        ->add_option(
            "--only", options->training.only,
            "What is tried, in this order: calibration (where the recipe goes by inputs), encoding, refit, "
            "bias, normalizations, and with gradients "
            "blocks, training (default: all; what a step that was kept has tried is passed over)")
        ->delimiter(',')
        ->check(CLI::IsMember(
            {"calibration", "bias", "refit", "encoding", "normalizations", "blocks", "training"}))
        ->type_name("STEP,...");
    parser
        ->add_option("--augment", options->training.augment,
                     "Show each image so many times more, flipped, cropped and mixed with another one "
                     "(default: 4 for photos)")
        ->check(CLI::Range(0, 100))
        ->type_name("N");
    parser
        ->add_option("--columns", options->training.columns,
                     fmt::format("Look at each layer in so many columns of its inputs at least (default: {})",
                                 RecoveryOptions().columns))
        ->check(CLI::Range(int64_t(256), int64_t(1) << 24))
        ->type_name("N");
    options->training.addTo(*parser);
    parser->add_option("-o,--output", options->output, "The file to write")
        ->required()
        ->type_name("OUT.onnx");
    addTuningOption(*parser, options->tuning);
    parser->add_option("--save-tuning", options->saveTuning, "Write the new values as well, for --tuning")
        ->type_name("NAME.tuning.npz");
    parser->add_option("--save-recipe", options->saveRecipe, "Write the recipe as well")
        ->type_name("RECIPE.json");
    parser->add_option("--report", options->report, "Write a page that says what was done and measured")
        ->type_name("REPORT.html");
    options->data.addTo(*parser, false);
    options->calibration.addTo(*parser);
    addSeedOption(*parser, options->seed);
    parser->add_flag("!--no-verify", options->verify, "Do not prove that the file does what the recipe says");
    return {parser, [options](Console &console) {
                if (!options->teacher.empty() && !(options->recipe.empty() && options->tuning.empty()))
                    throw Error(ErrorCode::InvalidArgument,
                                Message::tr("With --teacher the file says what is compressed, and no recipe "
                                            "and no trained values are laid over it."));
                if (options->recipe.empty() && options->teacher.empty())
                    throw Error(ErrorCode::InvalidArgument,
                                Message::tr("Nothing says how to compress: give --recipe or --set, such as "
                                            "--set '*:bits=8'."));
                if (options->withoutGradients && options->training.any())
                    throw Error(ErrorCode::InvalidArgument,
                                Message::tr("With --without-gradients nothing is trained, so no plan, time, "
                                            "checkpoint or progress is of use."));
                if (!options->withoutGradients && options->train.empty())
                    throw Error(ErrorCode::InvalidArgument,
                                Message::tr("Training learns from samples: give --train, or "
                                            "--without-gradients."));
                if (options->withoutGradients && options->training.trains())
                    throw Error(ErrorCode::InvalidArgument,
                                Message::tr("With --without-gradients nothing is trained, so --only names no "
                                            "blocks and no training."));
                requireFitting(*options);
                if (!options->withoutGradients)
                    options->training.check();
                recover(*options, console);
            }};
}

} // namespace lathe
