// lathe bench compress: the second-order methods with BLIS's kernels as chosen for this processor, against plain C.
#include "app/bench.h"
#include "app/childprocess.h"
#include "app/output.h"
#include "app/sampling.h"
#include "app/text.h"
#include "core/base/blas.h"
#include "core/base/median.h"
#include "core/compress/compressor.h"
#include "core/recipe/settings.h"

#include <CLI/CLI.hpp>
#include <array>
#include <fmt/format.h>

namespace lathe {
namespace {

struct CompressBenchOptions {
    std::string model, preprocess;
    CalibrationDataOptions calibration;
    int repeats = 3;
    bool here = false;
};

struct Method {
    const char *key, *title, *rule;
};
constexpr std::array methods{Method{"obs", "OBS, half of the weights", "*:prune=0.5,prune.method=obs"},
                             Method{"gptq", "GPTQ, 4 bits", "*:bits=4,rounding=gptq"}};

std::string secondsKey(const Method &method)
{
    return fmt::format("{}_seconds", method.key);
}

double secondsOf(const Method &method, const Model &model,
                 const std::shared_ptr<const Calibration> &calibration, const JobContext &ctx)
{
    Recipe recipe;
    recipe.rules.push_back(parseRule(method.rule));
    JobContext quiet = ctx;
    quiet.onProgress = nullptr;
    const Stopwatch watch;
    Compressor(model, calibration).compress(recipe, quiet);
    return watch.seconds();
}

std::shared_ptr<const Calibration> preparedCalibration(const CompressBenchOptions &options,
                                                       const Model &model, Console &console,
                                                       const JobContext &ctx)
{
    auto calibration =
        calibrationOf(options.calibration, options.preprocess, model, console, ctx.part(0.0, 0.1));
    std::vector<size_t> layers;
    for (size_t i = 0; i < model.layers().size(); ++i)
        if (model.layers()[i].compressible())
            layers.push_back(i);
    calibration->prepare(layers, ctx.part(0.1, 1.0));
    return calibration;
}

/// Both methods once, in this process.
Json timesHere(const CompressBenchOptions &options, Console &console)
{
    const JobContext ctx = console.job();
    const Model model = Model::load(options.model, ctx.part(0.0, 0.05));
    const auto calibration = preparedCalibration(options, model, console, ctx.part(0.05, 0.5));
    Json json{{"file", options.model},
              {"calibration", calibration->description().text()},
              {"kernels", kernelsInUse()}};
    for (size_t i = 0; i < methods.size(); ++i) {
        ctx.checkpoint(0.5 + 0.5 * static_cast<double>(i) / methods.size(),
                       Message::verbatim(methods[i].title));
        json[secondsKey(methods[i])] = secondsOf(methods[i], model, calibration, ctx);
    }
    return json;
}

/// The times of both methods with one choice of kernels, round by round.
struct Series {
    std::string kernels;
    std::array<std::vector<double>, methods.size()> seconds;

    void addRound(const CompressBenchOptions &options, const JobContext &ctx,
                  const std::vector<std::pair<std::string, std::string>> &environment)
    {
        std::vector<std::string> arguments{"bench",
                                           "compress",
                                           options.model,
                                           "--here",
                                           "--json",
                                           "--quiet",
                                           "--threads",
                                           std::to_string(ctx.threadCount()),
                                           "--calibrate",
                                           options.calibration.data,
                                           "--calibrate-samples",
                                           std::to_string(options.calibration.samples)};
        if (!options.preprocess.empty())
            arguments.insert(arguments.end(), {"--preprocess", options.preprocess});
        const Json json = Json::parse(outputOfSelf(arguments, environment, ctx));
        kernels = json.at("kernels").get<std::string>();
        for (size_t i = 0; i < methods.size(); ++i)
            seconds[i].push_back(json.at(secondsKey(methods[i])).get<double>());
    }
};

void printComparison(const CompressBenchOptions &options, const std::string &calibration,
                     const Series &chosen, const Series &plain, Console &console)
{
    Json json{{"file", options.model},
              {"calibration", calibration},
              {"rounds", options.repeats},
              {"kernels", chosen.kernels},
              {"reference_kernels", plain.kernels}};
    Fields fields{{"Kernels", fmt::format("{}, against {}", chosen.kernels, plain.kernels)}};
    for (size_t i = 0; i < methods.size(); ++i) {
        const double seconds = median(chosen.seconds[i]), reference = median(plain.seconds[i]);
        json[methods[i].key] = {{"seconds", numberJson(seconds)},
                                {"reference_seconds", numberJson(reference)},
                                {"speedup", numberJson(reference / seconds)}};
        fields.emplace_back(methods[i].title,
                            fmt::format("{} against {}: {:.2f} times as fast", durationText(seconds),
                                        durationText(reference), reference / seconds));
    }
    if (console.json())
        console.printJson(json);
    else
        console.printText(fieldsText(fields));
}

void benchCompress(const CompressBenchOptions &options, Console &console)
{
    if (options.here) {
        const Json times = timesHere(options, console);
        if (console.json())
            return console.printJson(times);
        Fields fields{{"Kernels", times["kernels"].get<std::string>()}};
        for (const Method &method : methods)
            fields.emplace_back(method.title, durationText(times[secondsKey(method)].get<double>()));
        return console.printText(fieldsText(fields));
    }
    const JobContext ctx = console.job();
    const Model model = Model::load(options.model, ctx.part(0.0, 0.02));
    // Says what is wrong with model or data once and by itself, and keeps the statistics for all runs.
    const auto calibration = preparedCalibration(options, model, console, ctx.part(0.02, 0.2));
    Series chosen, plain;
    for (int round = 0; round < options.repeats; ++round) {
        ctx.checkpoint(0.2 + 0.8 * round / options.repeats, Message::tr("compressing"));
        chosen.addRound(options, ctx, {});
        plain.addRound(options, ctx, {{"BLIS_ARCH_TYPE", "generic"}});
    }
    printComparison(options, calibration->description().text(), chosen, plain, console);
}

} // namespace

Verb addBenchCompress(CLI::App &bench)
{
    CLI::App *parser = bench.add_subcommand(
        "compress", "OBS and GPTQ with BLIS's kernels for this processor against plain C");
    const auto options = std::make_shared<CompressBenchOptions>();
    parser->add_option("model", options->model, "The model (.onnx)")->required()->type_name("MODEL");
    options->calibration.addTo(*parser);
    parser->get_option("--calibrate")->required();
    parser->add_option("--preprocess", options->preprocess, "Preprocessing, as of `lathe compress`");
    addRepeats(*parser, options->repeats);
    parser->add_flag("--here", options->here, "Once, in this process, without a comparison");
    return {parser, [options](Console &console) { benchCompress(*options, console); }};
}

} // namespace lathe
