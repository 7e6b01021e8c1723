#include "app/command.h"
#include "app/document.h"
#include "app/output.h"
#include "app/recipemodel.h"
#include "app/text.h"
#include "core/certify/certificate.h"
#include "core/exporting/exportedrecipe.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <limits>

namespace lathe {
namespace {

constexpr int latencyRepeats = 30;

struct CompareOptions {
    std::vector<std::string> models; ///< the first is the baseline
    DataOptions data;
    RecipeModelOptions recipe; ///< makes one more of the baseline
};

constexpr Interval unknown{std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::quiet_NaN(),
                           std::numeric_limits<double>::quiet_NaN()};

struct Candidate {
    std::string file;
    std::optional<CompressedModel> made; ///< what the recipe made of the file; empty: the file as it is
    Model model;
    ChosenPreprocessing preprocessing;
    std::shared_ptr<const SampleSet> samples; ///< the same object for models that are fed alike
    std::shared_ptr<const Session> session;
    Outputs outputs;
    std::optional<int64_t> macs;
    Interval latency = unknown; ///< seconds
};
using Candidates = std::vector<Candidate>;

bool fedAlike(const Candidate &a, const Candidate &b)
{
    const auto sameInput = [](const ValueInfo &x, const ValueInfo &y) {
        return x.name == y.name && x.type == y.type && x.shape == y.shape;
    };
    return toJson(a.preprocessing.preprocessing) == toJson(b.preprocessing.preprocessing) &&
           std::ranges::equal(a.model.inputs(), b.model.inputs(), sameInput);
}

/// A file in compact form hides its weights behind the operators that unpack them, so its MACs are those of
/// the recipe it carries, applied to the baseline that it was made from; unknown when it was made from
/// another model, or by a recipe that goes by calibration data, unless the trained values are those that it
/// carries.
std::optional<int64_t> macsOf(const Model &model, const Model &baseline,
                              const std::shared_ptr<const Tuning> &tuning, const JobContext &ctx)
{
    const auto madeFrom = model.metadata().find("lathe.source_sha256");
    if (madeFrom == model.metadata().end())
        return model.macs();
    if (madeFrom->second != baseline.sha256())
        return std::nullopt;
    const auto carried = model.metadata().find("lathe.tuning_sha256");
    const bool known = tuning && carried != model.metadata().end() && carried->second == tuning->sha256();
    try {
        return macsOf(Compressor(baseline).compress(recipeOfExport(model), known ? tuning : nullptr, ctx));
    } catch (const Error &e) {
        if (e.code() == ErrorCode::InvalidArgument)
            return std::nullopt;
        throw;
    }
}

/// Runs the model on the samples.
void add(Candidate candidate, const Sampling &sampling, Candidates &candidates, const JobContext &ctx)
{
    const auto alike =
        std::ranges::find_if(candidates, [&](const Candidate &other) { return fedAlike(other, candidate); });
    candidate.samples = alike != candidates.end()
                            ? alike->samples
                            : std::make_shared<SampleSet>(sampling.prepare(
                                  candidate.model, candidate.preprocessing, ctx.part(0.2, 0.4)));
    candidate.session = std::make_shared<Session>(candidate.model);
    candidate.outputs = runSamples(*candidate.session, *candidate.samples, {}, ctx.part(0.4, 1.0));
    if (!candidates.empty() && candidates.front().outputs.values.cols() != candidate.outputs.values.cols())
        throw Error(ErrorCode::InvalidArgument,
                    Message::tr("{} gives {} numbers for a sample, {} gives {}: they cannot be compared.",
                                candidate.file, candidate.outputs.values.cols(), candidates.front().file,
                                candidates.front().outputs.values.cols()));
    candidates.push_back(std::move(candidate));
}

/// The baseline, and trained values of it.
struct Opened {
    Model baseline;
    std::shared_ptr<const Tuning> tuning;
};

Candidate asItIs(Model model, const Opened &opened, const Sampling &sampling, Console &console,
                 const JobContext &ctx)
{
    Candidate candidate{model.path().string(), {}, std::move(model), {}, {}, {}, {}, {}};
    candidate.preprocessing = sampling.choose(candidate.model, console);
    candidate.macs = macsOf(candidate.model, opened.baseline, opened.tuning, ctx);
    return candidate;
}

Candidate asMade(BuiltRecipe made, const Candidate &baseline)
{
    return {baseline.file,
            std::move(made.compressed),
            std::move(made.built.model),
            baseline.preprocessing,
            {},
            {},
            {},
            made.macs};
}

/// Models that are fed alike are timed in turns; only they can be compared with each other.
void measureLatency(Candidates &candidates, const JobContext &ctx)
{
    std::vector<bool> timed(candidates.size(), false);
    for (size_t first = 0; first < candidates.size(); ++first) {
        if (timed[first])
            continue;
        std::vector<size_t> group;
        std::vector<const Session *> sessions;
        for (size_t i = first; i < candidates.size(); ++i) {
            if (candidates[i].samples == candidates[first].samples) {
                timed[i] = true;
                group.push_back(i);
                sessions.push_back(candidates[i].session.get());
            }
        }
        const std::vector<Interval> seconds =
            interleavedLatency(sessions, *candidates[first].samples, latencyRepeats, ctx);
        for (size_t i = 0; i < group.size(); ++i)
            candidates[group[i]].latency = seconds[i];
    }
}

double sizeRatio(const Candidate &candidate, const Candidate &baseline)
{
    return static_cast<double>(baseline.model.fileBytes()) / static_cast<double>(candidate.model.fileBytes());
}

/// Below 1: faster than the baseline. Not a number where they could not be timed in turns.
double latencyRatio(const Candidate &candidate, const Candidate &baseline)
{
    return candidate.samples == baseline.samples ? candidate.latency.value / baseline.latency.value
                                                 : std::numeric_limits<double>::quiet_NaN();
}

Comparison comparisonOf(const Candidate &candidate, const Candidate &baseline)
{
    return compareOutputs(baseline.outputs.values, candidate.outputs.values, baseline.samples->labels());
}

Json documentOf(const Candidates &candidates)
{
    const Candidate &baseline = candidates.front();
    Json models = Json::array();
    for (const Candidate &candidate : candidates) {
        Json json{
            {"file", candidate.file},
            {"size_bytes", candidate.model.fileBytes()},
            {"ratio", numberJson(sizeRatio(candidate, baseline))},
            {"macs", optionalJson(candidate.macs)},
            {"macs_at_least", candidate.model.hasMoreMacs()},
            {"latency_seconds", numberJson(candidate.latency.value)},
            {"latency_interval", {numberJson(candidate.latency.low), numberJson(candidate.latency.high)}},
            {"latency_ratio", numberJson(latencyRatio(candidate, baseline))},
            {"preprocessing", preprocessingJson(candidate.preprocessing)}};
        if (candidate.made)
            addRecipeJson(json, *candidate.made);
        addMetrics(json, metricsOf(candidate.outputs.values, candidate.samples->labels()));
        json["comparison"] = nullptr;
        if (&candidate != &baseline)
            addComparison(json["comparison"], comparisonOf(candidate, baseline));
        models.push_back(std::move(json));
    }
    return {{"data", baseline.samples->description().text()}, {"models", std::move(models)}};
}

std::string textOf(const Candidates &candidates)
{
    using enum Table::Align;
    const Candidate &baseline = candidates.front();
    Table table({{"Model", Left},
                 {"Size"},
                 {"Ratio"},
                 {"MACs"},
                 {"Top-1"},
                 {"Difference"},
                 {"Agreement"},
                 {"KL"},
                 {"SQNR"},
                 {"Latency"},
                 {"Latency ratio"}});
    for (const Candidate &candidate : candidates) {
        const Metrics metrics = metricsOf(candidate.outputs.values, candidate.samples->labels());
        std::vector<std::string> cells{
            candidate.made ? madeText(candidate.file, *candidate.made) : candidate.file,
            bytesText(candidate.model.fileBytes()), fmt::format("{:.2f}", sizeRatio(candidate, baseline)),
            scaledText(candidate.macs, candidate.model.hasMoreMacs()).text(),
            metrics.top1 ? fmt::format("{} ± {:.2f}", percentText(metrics.top1->value),
                                       100.0 * metrics.top1->halfWidth())
                         : "-"};
        if (&candidate == &baseline) {
            cells.insert(cells.end(), {"baseline", "-", "-", "-"});
        } else {
            const Comparison c = comparisonOf(candidate, baseline);
            cells.push_back(c.top1Difference ? pointsText(*c.top1Difference) : "-");
            cells.push_back(c.agreement ? percentText(c.agreement->value) : "-");
            cells.push_back(c.meanKl ? numberText(*c.meanKl) : "-");
            cells.push_back(decibelText(c.sqnrDecibel).text());
        }
        cells.push_back(durationText(candidate.latency.value));
        cells.push_back(numberText(latencyRatio(candidate, baseline)));
        table.add(std::move(cells));
    }
    return fmt::format(
        "{}; top-1 differences are paired, with 95 % intervals; latency is the median of {} runs of one "
        "sample\n\n{}",
        baseline.samples->description().text(), latencyRepeats, table.text());
}

void compare(CompareOptions options, Console &console)
{
    const JobContext ctx = console.job();
    Opened opened{Model::load(options.models.front(), ctx.part(0.0, 0.01)), nullptr};
    opened.tuning = tuningOf(options.recipe.tuning, opened.baseline, ctx);
    std::optional<BuiltRecipe> made;
    if (!options.recipe.recipe.empty())
        made = options.recipe.make(opened.baseline, options.data, console, ctx.part(0.01, 0.04));
    const Sampling sampling(options.data, ctx.part(0.04, 0.05));
    Candidates candidates;
    const size_t all = options.models.size() + (made ? 1 : 0);
    const auto part = [&](size_t i) {
        const double step = 0.85 / static_cast<double>(all);
        return ctx.part(0.05 + step * static_cast<double>(i), 0.05 + step * static_cast<double>(i + 1));
    };
    for (size_t i = 0; i < options.models.size(); ++i) {
        Model model = i == 0 ? opened.baseline : Model::load(options.models[i], part(i).part(0.0, 0.1));
        add(asItIs(std::move(model), opened, sampling, console, part(i).part(0.1, 0.2)), sampling, candidates,
            part(i));
    }
    if (made)
        add(asMade(std::move(*made), candidates.front()), sampling, candidates, part(all - 1));
    measureLatency(candidates, ctx.part(0.9, 1.0));
    if (console.json())
        console.printJson(documentOf(candidates));
    else
        console.printText(textOf(candidates));
}

} // namespace

Verb addCompare(CLI::App &app)
{
    CLI::App *parser = app.add_subcommand("compare", "Models side by side on the same samples");
    const auto options = std::make_shared<CompareOptions>();
    parser->add_option("models", options->models, "The models (.onnx); the first is the baseline")
        ->required()
        ->expected(1, 64)
        ->type_name("MODEL");
    options->data.addTo(*parser, true);
    options->recipe.addTo(*parser);
    return {parser, [options](Console &console) {
                if (options->models.size() < 2 && options->recipe.recipe.empty())
                    throw Error(ErrorCode::InvalidArgument,
                                Message::tr("A comparison needs two models: name another one, or "
                                            "give --recipe or --set."));
                compare(*options, console);
            }};
}

} // namespace lathe
