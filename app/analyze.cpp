#include "app/command.h"
#include "app/document.h"
#include "app/output.h"
#include "app/text.h"
#include "core/analysis/weightstats.h"
#include "core/exporting/readableweights.h"
#include "core/model/model.h"
#include "core/recipe/recipe.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <fmt/format.h>

namespace lathe {
namespace {

using Analyses = std::map<size_t, LayerAnalysis>;

struct AnalyzeOptions {
    std::string model;
    std::vector<std::string> patterns; ///< globs over layer names; none: all layers
};

/// Layers that match and hold a weight of their own, plain or packed; the others are told. @throws Error
/// InvalidArgument
std::vector<size_t> chosenLayers(const Model &model, const std::vector<std::string> &patterns,
                                 Console &console)
{
    std::vector<bool> used(patterns.size(), patterns.empty());
    std::vector<size_t> chosen;
    for (size_t i = 0; i < model.layers().size(); ++i) {
        const Layer &layer = model.layers()[i];
        bool matched = patterns.empty();
        for (size_t p = 0; p < patterns.size(); ++p)
            if (globMatches(patterns[p], layer.name))
                matched = used[p] = true;
        if (!matched)
            continue;
        if (layer.compressible() || (layer.decodable && layer.rows > 0))
            chosen.push_back(i);
        else
            console.message(fmt::format("note: {} is left out: {}.", layer.name,
                                        layer.tiedTo
                                            ? "it shares the weight of " + model.layers()[*layer.tiedTo].name
                                            : layer.untouchable.text()));
    }
    if (const auto unused = std::ranges::find(used, false); unused != used.end())
        throw Error(ErrorCode::InvalidArgument,
                    Message::tr("No layer of {} matches \"{}\". Its layers are listed by lathe inspect.",
                                model.path().filename().string(),
                                patterns[static_cast<size_t>(unused - used.begin())]));
    return chosen;
}

Json momentsJson(const Moments &m)
{
    return {{"count", m.count},
            {"non_finite", m.nonFinite},
            {"mean", numberJson(m.mean)},
            {"deviation", numberJson(m.deviation)},
            {"skewness", numberJson(m.skewness)},
            {"excess_kurtosis", numberJson(m.excessKurtosis)},
            {"minimum", numberJson(m.minimum)},
            {"maximum", numberJson(m.maximum)},
            {"mean_absolute", numberJson(m.meanAbsolute)},
            {"norm", numberJson(m.norm)}};
}

Json sparsityJson(const Sparsity &s)
{
    return {{"element", s.element},
            {"row", s.row},
            {"column", s.column},
            {"kernel", s.kernel},
            {"channel", s.channel},
            {"near_element", s.nearElement},
            {"near_row", s.nearRow},
            {"near_column", s.nearColumn},
            {"near_kernel", s.nearKernel},
            {"near_channel", s.nearChannel},
            {"near_threshold", s.nearThreshold}};
}

void addSpectrum(Json &to, const Spectrum &s)
{
    const bool known = !s.singularValues.empty(); // none for a weight with NaN or infinity
    to["effective_rank"] = known ? numberJson(s.effectiveRank) : Json(nullptr);
    to["stable_rank"] = known ? numberJson(s.stableRank) : Json(nullptr);
    to["rank_90"] = known ? Json(s.rankForEnergy(0.90)) : Json(nullptr);
    to["rank_95"] = known ? Json(s.rankForEnergy(0.95)) : Json(nullptr);
    to["rank_99"] = known ? Json(s.rankForEnergy(0.99)) : Json(nullptr);
    to["singular_values"] = numbersJson(s.singularValues);
    to["energy"] = numbersJson(s.energy);
}

Json layerJson(const Layer &layer, const LayerAnalysis &a)
{
    Json ranges = Json::array();
    for (const ChannelRange &range : a.channelRanges)
        ranges.push_back({numberJson(range.minimum), numberJson(range.maximum)});
    Json json{{"name", layer.name},
              {"op", layer.op},
              {"rows", layer.rows},
              {"cols", layer.cols},
              {"size_bytes", layer.weightBytes},
              {"stored_bits", numberJson(layer.storedBits())},
              {"moments", momentsJson(a.moments)},
              {"sparsity", sparsityJson(a.sparsity)},
              {"entropy_bits", numberJson(a.entropyBits)},
              {"full_rank", layer.fullRank()},
              {"break_even_rank", layer.breakEvenRank()}};
    addSpectrum(json, a.spectrum);
    json["histogram"] = {{"low", numberJson(a.histogram.low)},
                         {"high", numberJson(a.histogram.high)},
                         {"counts", a.histogram.counts}};
    json["channel_ranges"] = std::move(ranges);
    return json;
}

std::string valuesText(const Model &model, const Analyses &analyses)
{
    using enum Table::Align;
    Table table({{"Values", Left},
                 {"Count"},
                 {"Mean"},
                 {"Deviation"},
                 {"Minimum"},
                 {"Maximum"},
                 {"Skewness"},
                 {"Kurtosis"},
                 {"Entropy"},
                 {"NaN/Inf"},
                 {"Histogram", Left}});
    for (const auto &[index, a] : analyses)
        table.add({model.layers()[index].name, countText(a.moments.count), numberText(a.moments.mean),
                   numberText(a.moments.deviation), numberText(a.moments.minimum),
                   numberText(a.moments.maximum), numberText(a.moments.skewness),
                   numberText(a.moments.excessKurtosis), fmt::format("{:.2f} bit", a.entropyBits),
                   countText(a.moments.nonFinite), "|" + sparkline(a.histogram.counts, 32) + "|"});
    return table.text();
}

std::string sparsityText(const Model &model, const Analyses &analyses)
{
    using enum Table::Align;
    Table table({{"Exact zeros", Left},
                 {"Elements"},
                 {"Rows"},
                 {"Columns"},
                 {"Kernels"},
                 {"Channels"},
                 {"Near-zero elements"},
                 {"Near-zero rows"}});
    for (const auto &[index, a] : analyses)
        table.add({model.layers()[index].name, percentText(a.sparsity.element), percentText(a.sparsity.row),
                   percentText(a.sparsity.column), percentText(a.sparsity.kernel),
                   percentText(a.sparsity.channel), percentText(a.sparsity.nearElement),
                   percentText(a.sparsity.nearRow)});
    return table.text();
}

std::string spectrumText(const Model &model, const Analyses &analyses)
{
    using enum Table::Align;
    Table table({{"Spectrum", Left},
                 {"Matrix"},
                 {"Full rank"},
                 {"Effective"},
                 {"Stable"},
                 {"90 % energy"},
                 {"95 %"},
                 {"99 %"},
                 {"Break-even"}});
    for (const auto &[index, a] : analyses) {
        const Layer &layer = model.layers()[index];
        const bool known = !a.spectrum.singularValues.empty();
        const auto rank = [&](double share) {
            return known ? fmt::format("{}", a.spectrum.rankForEnergy(share)) : std::string("-");
        };
        table.add({layer.name, fmt::format("{} x {}", layer.rows, layer.cols),
                   fmt::format("{}", layer.fullRank()),
                   known ? fmt::format("{:.1f}", a.spectrum.effectiveRank) : "-",
                   known ? fmt::format("{:.1f}", a.spectrum.stableRank) : "-", rank(0.90), rank(0.95),
                   rank(0.99), fmt::format("{}", layer.breakEvenRank())});
    }
    return table.text();
}

void analyze(const AnalyzeOptions &options, Console &console)
{
    const JobContext ctx = console.job();
    const Model model = Model::load(options.model, ctx.part(0.0, 0.1));
    console.issues(model.issues());
    const std::vector<size_t> chosen = chosenLayers(model, options.patterns, console);
    // An empty list would mean all layers to the core; here it means that none can be analyzed.
    const auto decoder = [&](size_t layer) { return readableWeight(model, layer); };
    const Analyses analyses =
        chosen.empty() ? Analyses{} : analyzeLayers(model, chosen, ctx.part(0.1, 1.0), decoder);
    if (console.json()) {
        Json layers = Json::array();
        for (const auto &[index, analysis] : analyses)
            layers.push_back(layerJson(model.layers()[index], analysis));
        console.printJson({{"file", model.path().string()}, {"layers", std::move(layers)}});
    } else if (analyses.empty()) {
        console.printText("No layer of this model has a weight that can be analyzed.\n");
    } else {
        console.printText(valuesText(model, analyses) + "\n" + sparsityText(model, analyses) + "\n" +
                          spectrumText(model, analyses));
    }
}

} // namespace

Verb addAnalyze(CLI::App &app)
{
    CLI::App *parser =
        app.add_subcommand("analyze", "Histogram, moments, sparsity and spectrum of the weights");
    const auto options = std::make_shared<AnalyzeOptions>();
    parser->add_option("model", options->model, "The model (.onnx)")->required()->type_name("MODEL");
    parser->add_option("--layer", options->patterns, "Only layers that match (glob; may be given again)")
        ->allow_extra_args(false)
        ->type_name("PATTERN");
    return {parser, [options](Console &console) { analyze(*options, console); }};
}

} // namespace lathe
