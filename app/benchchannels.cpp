// lathe bench channels: what the time of a run falls by where channels went, against what the MACs fall by.
#include "app/bench.h"
#include "app/output.h"
#include "app/text.h"
#include "core/compress/compressor.h"
#include "core/measure/measure.h"
#include "core/measure/testinputs.h"
#include "core/recipe/settings.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <fmt/format.h>

namespace lathe {
namespace {

struct ChannelBenchOptions {
    std::string model;
    std::vector<double> shares{0.7, 0.5};
    int repeats = 60;
};

/// How many channels stay is a multiple of it.
constexpr std::array roundings{"1", "auto"};

struct Narrow {
    double budget = 0.0;
    std::string rounding;
    double macs = 0.0; ///< share of the original's
    Session session;
    std::vector<double> seconds = {};
};

Narrow narrowed(const Model &model, double share, const std::string &rounding, const JobContext &ctx)
{
    Recipe recipe;
    recipe.rules.push_back(
        parseRule(fmt::format("*:channels.budget=macs:{}%,channels.round={}", 100.0 * share, rounding)));
    const Model left = Compressor(model).compress(recipe, ctx).source;
    return {share, rounding,
            static_cast<double>(left.macs().value_or(0)) / static_cast<double>(*model.macs()), Session(left)};
}

double secondsOfRun(const Session &session, const std::vector<Tensor> &feed, const JobContext &ctx)
{
    const std::vector<TensorView> views(feed.begin(), feed.end());
    const Stopwatch watch;
    session.run(views, ctx);
    return watch.seconds();
}

void benchChannels(const ChannelBenchOptions &options, Console &console)
{
    const JobContext ctx = console.job();
    const Model model = Model::load(options.model, ctx.part(0.0, 0.05));
    if (model.macs().value_or(0) == 0)
        throw Error(ErrorCode::Unsupported,
                    Message::tr("The MACs of {} are not known.", model.path().filename().string()));
    std::vector<Narrow> narrow;
    for (const double share : options.shares)
        for (const char *rounding : roundings)
            narrow.push_back(narrowed(model, share, rounding, ctx.part(0.05, 0.3)));
    const Session original(model);
    const TestInputs inputs = testInputs(original, nullptr, ctx.part(0.3, 0.35));
    const std::vector<Tensor> &feed = inputs.feeds.front();
    std::vector<double> before;
    for (int round = -1; round < options.repeats; ++round) { // the first one only warms up
        ctx.checkpoint(0.35 + 0.65 * std::max(0, round) / options.repeats, Message::tr("measuring"));
        const double seconds = secondsOfRun(original, feed, ctx);
        if (round >= 0)
            before.push_back(seconds);
        for (Narrow &variant : narrow)
            if (const double own = secondsOfRun(variant.session, feed, ctx); round >= 0)
                variant.seconds.push_back(own);
    }
    const Interval whole = medianInterval(before);
    Json json{{"file", options.model},
              {"rounds", options.repeats},
              {"seconds", numberJson(whole.value)},
              {"variants", Json::array()}};
    Table table(
        {{"MACs asked for"}, {"Multiple of"}, {"MACs"}, {"Time"}, {"95 %"}, {"Fall of time / of MACs"}});
    for (const Narrow &variant : narrow) {
        const Interval own = medianInterval(variant.seconds);
        const double time = own.value / whole.value;
        const double paid = variant.macs < 1.0 ? (1.0 - time) / (1.0 - variant.macs) : 0.0;
        json["variants"].push_back({{"budget", variant.budget},
                                    {"round", variant.rounding},
                                    {"macs_share", numberJson(variant.macs)},
                                    {"seconds", numberJson(own.value)},
                                    {"seconds_low", numberJson(own.low)},
                                    {"seconds_high", numberJson(own.high)},
                                    {"time_share", numberJson(time)},
                                    {"fall_of_time_over_macs", numberJson(paid)}});
        table.add(
            {percentText(variant.budget), variant.rounding, percentText(variant.macs), percentText(time),
             fmt::format("{} to {}", percentText(own.low / whole.value), percentText(own.high / whole.value)),
             fmt::format("{:.2f}", paid)});
    }
    if (console.json())
        console.printJson(json);
    else
        console.printText(
            fmt::format("One run of the original takes {}\n\n{}", durationText(whole.value), table.text()));
}

} // namespace

Verb addBenchChannels(CLI::App &bench)
{
    CLI::App *parser =
        bench.add_subcommand("channels", "The time of a run where channels went, against the original's");
    const auto options = std::make_shared<ChannelBenchOptions>();
    parser->add_option("model", options->model, "The model (.onnx)")->required()->type_name("MODEL");
    parser->add_option("--share", options->shares, "Of the MACs that stay (may be given again)")
        ->check(CLI::Range(0.01, 1.0))
        ->type_name("SHARE")
        ->allow_extra_args(false)
        ->capture_default_str();
    addRepeats(*parser, options->repeats);
    return {parser, [options](Console &console) { benchChannels(*options, console); }};
}

} // namespace lathe
