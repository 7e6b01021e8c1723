#include "app/command.h"
#include "app/document.h"
#include "app/output.h"
#include "app/sampling.h"
#include "app/text.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

namespace lathe {
namespace {

struct EvaluateOptions {
    std::string model;
    std::string against; ///< baseline to compare with; empty: none
    DataOptions data;
};

struct Evaluation {
    Metrics metrics;
    double seconds = 0.0;
    std::optional<Comparison> comparison;

    double samplesPerSecond() const
    {
        return seconds > 0.0 ? static_cast<double>(metrics.samples) / seconds : 0.0;
    }
};

Outputs run(const Model &model, const SampleSet &samples, const JobContext &ctx)
{
    return runSamples(Session(model), samples, {}, ctx);
}

Json documentOf(const Model &model, const SampleSet &samples, const ChosenPreprocessing &chosen,
                const Evaluation &evaluation, const std::string &against)
{
    Json json{{"file", model.path().string()},
              {"size_bytes", model.fileBytes()},
              {"data", samples.description().text()}};
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
    Fields fields{{"Model", fmt::format("{} ({})", model.path().string(), bytesText(model.fileBytes()))},
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

void evaluate(const EvaluateOptions &options, Console &console)
{
    const JobContext ctx = console.job();
    const Model model = Model::load(options.model, ctx.part(0.0, 0.02));
    const Sampling sampling(options.data, ctx.part(0.02, 0.05));
    const ChosenPreprocessing chosen = sampling.choose(model, console);
    const SampleSet samples = sampling.prepare(model, chosen, ctx.part(0.05, 0.3));
    const bool compared = !options.against.empty();
    if (!samples.hasLabels() && !compared)
        console.message(
            "note: the data set has no labels; give --against BASELINE.onnx to see how far outputs moved.");

    const Outputs outputs = run(model, samples, ctx.part(0.3, compared ? 0.65 : 1.0));
    Evaluation evaluation{metricsOf(outputs.values, samples.labels()), outputs.secondsRunning, {}};
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
    parser->add_option("--against", options->against, "Compare outputs with this model's on the same samples")
        ->type_name("BASELINE");
    return {parser, [options](Console &console) { evaluate(*options, console); }};
}

} // namespace lathe
