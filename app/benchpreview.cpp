#include "app/bench.h"
#include "app/output.h"
#include "app/sampling.h"
#include "app/text.h"
#include "core/base/median.h"
#include "core/preview/livepreview.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <fmt/format.h>

namespace lathe {
namespace {

constexpr double settledAt = 0.01; ///< half the width of the interval, as a fraction of all samples

struct PreviewOptions {
    std::string model;
    DataOptions data;
    std::vector<std::string> settings = {"bits=8", "bits=6", "bits=5", "bits=4", "bits=3"};
    std::vector<std::string> patterns = {"*"};
    int64_t cacheMebibytes = 1024;
};

struct Move {
    double first = 0.0, settled = 0.0, full = 0.0;
    bool covered = true;
};

struct LayerTimes {
    std::string name;
    double prepare = 0.0, naive = 0.0;
    CutFacts facts;
    std::vector<Move> moves;
    int64_t cacheBytes = 0;

    double medianOf(double Move::*time) const
    {
        std::vector<double> times;
        for (const Move &move : moves)
            times.push_back(move.*time);
        return median(times);
    }
};

/// Moves the control of one layer after the other, everything else untouched.
class Bench {
public:
    Bench(const PreviewOptions &options, const Model &model, const SampleSet &samples, const JobContext &ctx)
        : m_options(options), m_ctx(ctx), m_samples(std::make_shared<const SampleSet>(samples)),
          m_compressor(model), m_exporter(std::make_shared<Exporter>(model))
    {
        m_ctx.onProgress = nullptr;
        m_baseline = std::make_shared<const Baseline>(measureBaseline(model, *m_samples, m_ctx));
        m_live.emplace(m_exporter, m_samples, m_baseline, LiveOptions{options.cacheMebibytes << 20, 0.0});
    }

    LayerTimes run(size_t layer)
    {
        const Model &model = m_compressor.source();
        LayerTimes times;
        times.name = model.layers()[layer].name;
        const Stopwatch preparing;
        m_live->prepare(m_compressor.compress({}, m_ctx), {layer}, m_ctx);
        times.prepare = preparing.seconds();
        times.facts = m_live->facts(m_compressor.compress({}, m_ctx), {layer});
        std::vector<double> naiveTimes;
        for (size_t i = 0; i < m_options.settings.size(); ++i) {
            times.moves.push_back(move(layer, recipeFor(times.name, m_options.settings[i])));
            if (i % 2 == 0) // in turns, for the machine is not the same all the time
                naiveTimes.push_back(
                    naive(recipeFor(times.name, m_options.settings[i] + ",symmetric=false")));
        }
        times.naive = median(naiveTimes);
        times.cacheBytes = m_live->cachedBytes();
        return times;
    }
    /// The untouched model, ready to run, on all samples.
    double bare()
    {
        const Session session(m_compressor.source());
        return runSamples(session, *m_samples, {}, m_ctx).secondsRunning;
    }

private:
    static Recipe recipeFor(const std::string &layer, const std::string &setting)
    {
        Recipe recipe;
        recipe.rules.push_back(
            {layer, parseRule("*:" + setting).changes}); // names of layers here hold no * or [
        return recipe;
    }
    Move move(size_t layer, const Recipe &recipe)
    {
        Move times;
        std::vector<Interval> shown;
        const Stopwatch watch;
        const CompressedModel compressed = m_compressor.compress(recipe, m_ctx);
        const PreviewState last = m_live->measure(
            compressed, {layer},
            [&](const PreviewState &state) {
                const double now = watch.seconds();
                if (shown.empty())
                    times.first = now;
                if (times.settled == 0.0 && state.fullSet && state.fullSet->halfWidth() <= settledAt)
                    times.settled = now;
                times.full = now;
                shown.push_back(state.fullSet.value_or(Interval{}));
            },
            m_ctx);
        if (!last.fullSet)
            throw Error(
                ErrorCode::Unsupported,
                Message::tr("The model's first output holds no classes, so there is no drop to estimate."));
        if (times.settled == 0.0)
            times.settled = times.full;
        constexpr double rounding = 1e-9;
        for (const Interval &interval : shown)
            times.covered = times.covered && interval.low - rounding <= last.fullSet->value &&
                            last.fullSet->value <= interval.high + rounding;
        return times;
    }
    /// What one would do without all this: compress, build, a new session, all samples.
    double naive(const Recipe &recipe)
    {
        const Stopwatch watch;
        const CompressedModel compressed = m_compressor.compress(recipe, m_ctx);
        const Session session(m_exporter->build(compressed, Storage::Dense, m_ctx).model);
        const Outputs outputs = runSamples(session, *m_samples, {}, m_ctx);
        compareOutputs(m_baseline->values, outputs.values, m_samples->labels(), m_baseline->metrics.kind);
        return watch.seconds();
    }

    const PreviewOptions &m_options;
    JobContext m_ctx;
    std::shared_ptr<const SampleSet> m_samples;
    Compressor m_compressor;
    std::shared_ptr<Exporter> m_exporter;
    std::shared_ptr<const Baseline> m_baseline;
    std::optional<LivePreview> m_live;
};

struct Summary {
    double first = 0.0, speedup = 0.0, overLimit = 0.0, fullSpeedup = 0.0, coverage = 0.0;
    int64_t cacheBytes = 0;
};

Summary summarize(const std::vector<LayerTimes> &layers, double bare)
{
    std::vector<double> first, speedup, overLimit, fullSpeedup;
    double covered = 0.0, moves = 0.0;
    Summary summary;
    for (const LayerTimes &layer : layers) {
        first.push_back(layer.medianOf(&Move::first));
        speedup.push_back(layer.naive / layer.medianOf(&Move::settled));
        fullSpeedup.push_back(layer.naive / layer.medianOf(&Move::full));
        overLimit.push_back(layer.medianOf(&Move::full) / (layer.facts.macShare * bare));
        for (const Move &move : layer.moves) {
            covered += move.covered;
            ++moves;
        }
        summary.cacheBytes = std::max(summary.cacheBytes, layer.cacheBytes);
    }
    summary.first = median(first);
    summary.speedup = median(speedup);
    summary.overLimit = median(overLimit);
    summary.fullSpeedup = *std::ranges::min_element(fullSpeedup);
    summary.coverage = covered / moves;
    return summary;
}

Json layerJson(const LayerTimes &layer)
{
    return {{"name", layer.name},
            {"first_estimate_seconds", numberJson(layer.medianOf(&Move::first))},
            {"settled_seconds", numberJson(layer.medianOf(&Move::settled))},
            {"full_seconds", numberJson(layer.medianOf(&Move::full))},
            {"naive_seconds", numberJson(layer.naive)},
            {"suffix_share", numberJson(layer.facts.macShare)},
            {"prepare_seconds", numberJson(layer.prepare)},
            {"cached_share",
             numberJson(layer.facts.chunks > 0 ? double(layer.facts.cachedChunks) / double(layer.facts.chunks)
                                               : 0.0)},
            {"whole_model_reason", layer.facts.obstacle.text()}};
}

void printText(Console &console, const std::vector<LayerTimes> &layers, const Summary &summary, double bare)
{
    Table table({{"Layer", Table::Align::Left}, {"First"}, {"Settled"}, {"Full"}, {"Naive"}, {"Suffix"}});
    for (const LayerTimes &layer : layers)
        table.add({layer.name, durationText(layer.medianOf(&Move::first)),
                   durationText(layer.medianOf(&Move::settled)), durationText(layer.medianOf(&Move::full)),
                   durationText(layer.naive), fmt::format("{:.0f} %", 100.0 * layer.facts.macShare)});
    console.printText(table.text() + "\n" +
                      fieldsText({{"Untouched model, all samples", durationText(bare)},
                                  {"First figure, median", durationText(summary.first)},
                                  {"Settled, median speedup", fmt::format("{:.2f}", summary.speedup)},
                                  {"Full over limit, median", fmt::format("{:.2f}", summary.overLimit)},
                                  {"Full, least speedup", fmt::format("{:.2f}", summary.fullSpeedup)},
                                  {"Intervals that hold", fmt::format("{:.1f} %", 100.0 * summary.coverage)},
                                  {"Cache, at most", bytesText(summary.cacheBytes)}}));
}

std::vector<size_t> chosenLayers(const Model &model, const std::vector<std::string> &patterns)
{
    std::vector<size_t> chosen;
    for (size_t i = 0; i < model.layers().size(); ++i)
        if (model.layers()[i].compressible() &&
            std::ranges::any_of(patterns, [&](const std::string &pattern) {
                return globMatches(pattern, model.layers()[i].name);
            }))
            chosen.push_back(i);
    if (chosen.empty())
        throw Error(
            ErrorCode::InvalidArgument,
            Message::tr("No layer that can be compressed has such a name; `lathe inspect` lists the names."));
    return chosen;
}

void benchPreview(const PreviewOptions &options, Console &console)
{
    const JobContext ctx = console.job();
    const Model model = Model::load(options.model, ctx.part(0.0, 0.01));
    const Sampling sampling(options.data, ctx.part(0.01, 0.02));
    const SampleSet samples = sampling.prepare(model, sampling.choose(model, console), ctx.part(0.02, 0.05));
    const std::vector<size_t> chosen = chosenLayers(model, options.patterns);
    Bench bench(options, model, samples, ctx);
    std::vector<LayerTimes> layers;
    std::vector<double> bare;
    for (size_t i = 0; i < chosen.size(); ++i) {
        if (i % 4 == 0) // in turns with the rest, for the machine may change its pace
            bare.push_back(bench.bare());
        layers.push_back(bench.run(chosen[i]));
        ctx.checkpoint(0.05 + 0.95 * (static_cast<double>(i) + 1.0) / static_cast<double>(chosen.size()),
                       Message::tr("moved layer {} of {}", i + 1, chosen.size()));
    }
    const Summary summary = summarize(layers, median(bare));
    if (!console.json()) {
        printText(console, layers, summary, median(bare));
        return;
    }
    Json json{{"file", model.path().string()},
              {"data", samples.description().text()},
              {"settings", options.settings},
              {"layers", Json::array()}};
    for (const LayerTimes &layer : layers)
        json["layers"].push_back(layerJson(layer));
    json["bare_seconds"] = numberJson(median(bare));
    json["median_first_estimate_seconds"] = numberJson(summary.first);
    json["median_settled_speedup"] = numberJson(summary.speedup);
    json["median_full_over_limit"] = numberJson(summary.overLimit);
    json["min_full_speedup"] = numberJson(summary.fullSpeedup);
    json["interval_coverage"] = numberJson(summary.coverage);
    json["cache_bytes"] = summary.cacheBytes;
    console.printJson(json);
}

} // namespace

Verb addBenchPreview(CLI::App &bench)
{
    CLI::App *parser =
        bench.add_subcommand("preview", "Moves one control per layer, against measuring anew each time");
    const auto options = std::make_shared<PreviewOptions>();
    parser->add_option("model", options->model, "The model (.onnx)")->required()->type_name("MODEL");
    options->data.addTo(*parser, true);
    parser->add_option("--settings", options->settings, "What the control of each layer is moved through")
        ->type_name("KEY=VALUE")
        ->capture_default_str();
    parser->add_option("--layer", options->patterns, "Only layers with such names")->type_name("PATTERN");
    parser->add_option("--cache", options->cacheMebibytes, "MiB for what enters the moving part")
        ->check(CLI::Range(0, 1 << 20))
        ->capture_default_str();
    return {parser, [options](Console &console) { benchPreview(*options, console); }};
}

} // namespace lathe
