#include "app/command.h"
#include "app/document.h"
#include "app/output.h"
#include "app/recipeoptions.h"
#include "app/sampling.h"
#include "app/text.h"
#include "core/data/order.h"
#include "core/oracle/outputoracle.h"
#include "core/preview/layersensitivity.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <fmt/format.h>

namespace lathe {
namespace {

constexpr const char *usualRecipe = "*:bits=4";

struct SensitivityVerbOptions {
    std::string model;
    RecipeOptions recipe;
    DataOptions data;
    CalibrationDataOptions calibration;
    size_t samples = 64;
    uint64_t seed = 1;
};

/// Everything that is told, the layers by what they cost.
struct Sensitivity {
    LayerCosts costs;
    ChosenPreprocessing preprocessing;
    size_t samples = 0; ///< that each trial ran on
    std::string data;
};

/// The samples that trials run on.
SampleSet chosenSamples(const SampleSet &all, const SensitivityVerbOptions &options)
{
    std::vector<size_t> places = shuffledOrder(all.size(), options.seed);
    places.resize(std::min(options.samples, places.size()));
    return all.subset(places);
}

template <class Cost>
double divergence(const Cost &cost)
{
    return cost.loss ? cost.loss->divergence : -1.0;
}

Sensitivity measure(const SensitivityVerbOptions &options, const Model &model, const Recipe &recipe,
                    Console &console, const JobContext &ctx)
{
    const Sampling sampling(options.data, ctx.part(0.0, 0.02));
    const ChosenPreprocessing chosen = sampling.choose(model, console);
    const SampleSet all = sampling.prepare(model, chosen, ctx.part(0.02, 0.1));
    SampleSet samples = chosenSamples(all, options);
    const size_t count = samples.size();
    const bool given = !options.calibration.data.empty();
    Compressor compressor(
        model,
        calibrationOf(options.calibration, options.data.preprocess, model, console, ctx.part(0.1, 0.2)),
        {given, {}});
    const auto exporter = std::make_shared<Exporter>(model);
    const auto oracle = OutputOracle::of(model, std::move(samples), ctx.part(0.2, 0.22), exporter);
    Sensitivity result{costsOfLayers(compressor, *exporter, recipe, *oracle, ctx.part(0.22, 1.0)), chosen,
                       count, all.description().text()};
    std::ranges::stable_sort(result.costs.layers, std::ranges::greater(), divergence<LayerCost>);
    std::ranges::stable_sort(result.costs.removals, std::ranges::greater(), divergence<RemovalCost>);
    return result;
}

/// Whether the divergence is one in nats.
bool comparesClasses(const Sensitivity &s)
{
    const auto ofClasses = [](const auto &cost) { return cost.loss && cost.loss->ofClasses; };
    return std::ranges::any_of(s.costs.layers, ofClasses) || std::ranges::any_of(s.costs.removals, ofClasses);
}

Json nats(const std::optional<Oracle::Loss> &loss)
{
    return loss && loss->ofClasses ? numberJson(loss->divergence) : Json(nullptr);
}

Json distance(const std::optional<Oracle::Loss> &loss)
{
    return loss ? numberJson(loss->distance) : Json(nullptr);
}

std::string natsText(const std::optional<Oracle::Loss> &loss)
{
    return loss && loss->ofClasses ? fmt::format("{:.3g}", loss->divergence) : "-";
}

std::string distanceText(const std::optional<Oracle::Loss> &loss)
{
    return loss ? percentText(loss->distance) : "-";
}

Json removalsJson(const std::vector<RemovalCost> &removals)
{
    Json all = Json::array();
    for (const RemovalCost &cost : removals) {
        Json one{{"layer", cost.layer}, {"kind", cost.isBlock ? "block" : "channels"}};
        if (cost.isBlock) {
            one["layers"] = cost.removed;
        } else {
            one["channels"] = cost.of;
            one["removed"] = cost.removed;
        }
        one["saved_bytes"] = cost.bytes;
        one["saved_macs"] = optionalJson(cost.macs);
        one["kl_nats"] = nats(cost.loss);
        one["output_difference"] = distance(cost.loss);
        all.push_back(std::move(one));
    }
    return all;
}

std::string removalsText(const std::vector<RemovalCost> &removals)
{
    using enum Table::Align;
    Table table(
        {{"Layer", Left}, {"Goes", Left}, {"Saved"}, {"MACs saved"}, {"Output error"}, {"Divergence"}});
    for (const RemovalCost &cost : removals)
        table.add(
            {cost.layer,
             cost.isBlock ? fmt::format("block of {} layer{}", cost.removed, cost.removed == 1 ? "" : "s")
                          : fmt::format("{} of {} channels", cost.removed, cost.of),
             bytesText(cost.bytes), scaledText(cost.macs), distanceText(cost.loss), natsText(cost.loss)});
    return table.text();
}

Json documentOf(const SensitivityVerbOptions &options, const Sensitivity &s)
{
    const CompressedModel &all = s.costs.all;
    Json layers = Json::array();
    for (const LayerCost &cost : s.costs.layers)
        layers.push_back({{"name", all.origin.layers()[cost.layer].name},
                          {"settings", settingsJson(cost.settings)},
                          {"source_size_bytes", cost.sourceBytes},
                          {"size_bytes", cost.bytes},
                          {"saved_bytes", cost.sourceBytes - cost.bytes},
                          {"kl_nats", nats(cost.loss)},
                          {"output_difference", distance(cost.loss)}});
    return {{"file", options.model},
            {"data", s.data},
            {"samples", s.samples},
            {"seed", options.seed},
            {"preprocessing", preprocessingJson(s.preprocessing)},
            {"recipe", Json::parse(toJson(all.finalRecipe()))},
            {"calibration", all.calibration.empty() ? Json(nullptr) : Json(all.calibration.text())},
            {"layers", std::move(layers)},
            {"removals", removalsJson(s.costs.removals)},
            {"issues", issuesJson(all.issues)}};
}

std::string textOf(const SensitivityVerbOptions &options, const Sensitivity &s)
{
    using enum Table::Align;
    Table table({{"Layer", Left},
                 {"Settings", Left},
                 {"Before"},
                 {"After"},
                 {"Saved"},
                 {"Output error"},
                 {"Divergence"}});
    for (const LayerCost &cost : s.costs.layers)
        table.add({s.costs.all.origin.layers()[cost.layer].name, summary(cost.settings).text(),
                   bytesText(cost.sourceBytes), bytesText(cost.bytes),
                   bytesText(cost.sourceBytes - cost.bytes), distanceText(cost.loss), natsText(cost.loss)});
    Fields fields{{"Data", s.data},
                  {"Preprocessing", preprocessingText(s.preprocessing)},
                  {"Samples", fmt::format("{} of them, chosen by seed {}", s.samples, options.seed)}};
    if (!s.costs.all.calibration.empty())
        fields.emplace_back("Calibration", s.costs.all.calibration.text());
    if (!s.costs.layers.empty())
        fields.emplace_back("Each row", "that layer alone compressed, all others as they are");
    if (!s.costs.removals.empty())
        fields.emplace_back("What goes", "that alone, everything else as it is; saved of the file");
    if (comparesClasses(s))
        fields.emplace_back("Divergence", "mean Kullback-Leibler divergence of the answers, nats");
    std::string tables = s.costs.layers.empty() ? "" : table.text() + "\n";
    if (!s.costs.removals.empty())
        tables += removalsText(s.costs.removals) + "\n";
    return tables + fieldsText(fields);
}

void sensitivity(SensitivityVerbOptions options, Console &console)
{
    const JobContext ctx = console.job();
    Recipe recipe = options.recipe.recipe();
    if (options.recipe.files.empty() && options.recipe.sets.empty())
        recipe.rules.insert(recipe.rules.begin(), parseRule(usualRecipe));
    const Model model = Model::load(options.model, ctx.part(0.0, 0.02));
    console.issues(model.issues());
    if (needsInputs(model, recipe))
        shareData(options.data, options.calibration, console);
    const Sensitivity result = measure(options, model, recipe, console, ctx.part(0.02, 1.0));
    console.issues(result.costs.all.issues);
    if (console.json())
        console.printJson(documentOf(options, result));
    else
        console.printText(textOf(options, result));
}

} // namespace

Verb addSensitivity(CLI::App &app)
{
    CLI::App *parser =
        app.add_subcommand("sensitivity", "What each layer saves and costs when it alone is compressed (by "
                                          "default to 4 bits), what goes when it alone goes");
    const auto options = std::make_shared<SensitivityVerbOptions>();
    parser->add_option("model", options->model, "The model (.onnx)")->required()->type_name("MODEL");
    options->recipe.addTo(*parser);
    options->data.addTo(*parser, true);
    options->calibration.addTo(*parser);
    parser
        ->add_option("--samples", options->samples,
                     "Run each trial on so many samples of the data (default: 64)")
        ->check(CLI::PositiveNumber)
        ->type_name("N");
    parser->add_option("--seed", options->seed, "Seed that chooses them (default: 1)")->type_name("N");
    return {parser, [options](Console &console) { sensitivity(*options, console); }};
}

} // namespace lathe
