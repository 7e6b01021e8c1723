#include "app/command.h"
#include "app/document.h"
#include "app/output.h"
#include "app/recipemodel.h"
#include "app/text.h"
#include "core/base/error.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

namespace lathe {
namespace {

struct EvaluateOptions {
    std::string model;
    std::string against; ///< baseline to compare with; empty: none
    DataOptions data;
    RecipeModelOptions recipe;
};

struct Evaluation {
    Metrics metrics;
    double seconds = 0.0;
    std::optional<Comparison> comparison;
    std::optional<BuiltRecipe> made; ///< what was measured; empty: the file as it is

    double samplesPerSecond() const
    {
        return seconds > 0.0 ? static_cast<double>(metrics.samples) / seconds : 0.0;
    }
};

Outputs run(const Model &model, const SampleSet &samples, const JobContext &ctx)
{
    return runSamples(Session(model), samples, {}, ctx);
}

const Model &measured(const Model &model, const Evaluation &evaluation)
{
    return evaluation.made ? evaluation.made->built.model : model;
}

Json documentOf(const Model &model, const SampleSet &samples, const ChosenPreprocessing &chosen,
                const Evaluation &evaluation, const std::string &against)
{
    Json json{{"file", model.path().string()},
              {"size_bytes", measured(model, evaluation).fileBytes()},
              {"data", samples.description().text()}};
    if (evaluation.made)
        addRecipeJson(json, evaluation.made->compressed);
    addMetrics(json, evaluation.metrics);
    json["seconds"] = numberJson(evaluation.seconds);
    json["samples_per_second"] = numberJson(evaluation.samplesPerSecond());
    json["preprocessing"] = preprocessingJson(chosen);
    json["against"] = nullptr;
    if (evaluation.comparison) {
        json["against"] = {{"file", against}};
        addComparison(json["against"], *evaluation.comparison);
    }
    return json;
}

std::string textOf(const Model &model, const SampleSet &samples, const ChosenPreprocessing &chosen,
                   const Evaluation &evaluation, const std::string &against)
{
    const std::string file = model.path().string();
    Fields fields{
        {"Model", fmt::format("{} ({})", evaluation.made ? madeText(file, evaluation.made->compressed) : file,
                              bytesText(measured(model, evaluation).fileBytes()))},
        {"Data", samples.description().text()},
        {"Preprocessing", preprocessingText(chosen)}};
    addMetricFields(fields, evaluation.metrics);
    fields.emplace_back("Throughput",
                        fmt::format("{:.1f} samples/s ({} samples in {})", evaluation.samplesPerSecond(),
                                    evaluation.metrics.samples, durationText(evaluation.seconds)));
    if (evaluation.comparison) {
        fields.emplace_back("Against", against);
        addComparisonFields(fields, *evaluation.comparison);
    }
    return fieldsText(fields);
}

void evaluate(EvaluateOptions options, Console &console)
{
    const JobContext ctx = console.job();
    const Model model = Model::load(options.model, ctx.part(0.0, 0.02));
    Evaluation evaluation;
    if (!options.recipe.recipe.empty())
        evaluation.made = options.recipe.make(model, options.data, console, ctx.part(0.02, 0.03));
    const Sampling sampling(options.data, ctx.part(0.03, 0.05));
    const ChosenPreprocessing chosen = sampling.choose(model, console);
    const SampleSet samples = sampling.prepare(model, chosen, ctx.part(0.05, 0.3));
    const bool compared = !options.against.empty();
    if (!samples.hasLabels() && !compared)
        console.message(
            "note: the data set has no labels; give --against BASELINE.onnx to see how far outputs moved.");

    const Outputs outputs = run(measured(model, evaluation), samples, ctx.part(0.3, compared ? 0.65 : 1.0));
    evaluation.metrics = metricsOf(outputs.values, samples.labels());
    evaluation.seconds = outputs.secondsRunning;
    if (compared) {
        const Model baseline = Model::load(options.against, ctx.part(0.65, 0.66));
        const ChosenPreprocessing baselineChosen = sampling.choose(baseline, console);
        const SampleSet baselineSamples = sampling.prepare(baseline, baselineChosen, ctx.part(0.66, 0.75));
        const Outputs reference = run(baseline, baselineSamples, ctx.part(0.75, 1.0));
        evaluation.comparison = compareOutputs(reference.values, outputs.values, samples.labels());
    }
    if (console.json())
        console.printJson(documentOf(model, samples, chosen, evaluation, options.against));
    else
        console.printText(textOf(model, samples, chosen, evaluation, options.against));
}

} // namespace

Verb addEvaluate(CLI::App &app)
{
    CLI::App *parser =
        app.add_subcommand("evaluate", "Accuracy, loss and throughput of a model on a data set");
    const auto options = std::make_shared<EvaluateOptions>();
    parser->add_option("model", options->model, "The model (.onnx)")->required()->type_name("MODEL");
    options->data.addTo(*parser, true);
    options->recipe.addTo(*parser);
    parser->add_option("--against", options->against, "Compare outputs with this model's on the same samples")
        ->type_name("BASELINE");
    return {parser, [options](Console &console) {
                if (options->recipe.recipe.empty() && !options->recipe.tuning.empty())
                    throw Error(ErrorCode::InvalidArgument,
                                Message::tr("Trained values are laid over a recipe: give --recipe or --set "
                                            "as well."));
                evaluate(*options, console);
            }};
}

} // namespace lathe
