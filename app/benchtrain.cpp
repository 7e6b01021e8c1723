// lathe bench train: a step of training, against the same network written by hand against libtorch.
#include "app/bench.h"
#include "app/output.h"
#include "app/text.h"
#include "core/base/median.h"
#include "core/train/networks.h"
#include "core/train/parts.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fmt/format.h>
#include <random>

namespace lathe {
namespace {

using namespace train;

struct TrainBenchOptions {
    std::string model;
    int batch = 64;
    int repeats = 15;
    bool profile = false;
};

constexpr int warmingUp = 3; ///< steps that are not counted: kernels are made and memory is taken in them
constexpr double rate = 1e-3;

Model modelOf(const std::string &text, const JobContext &ctx)
{
    return std::filesystem::exists(text) || text.ends_with(".onnx") ? Model::load(text, ctx)
                                                                    : networkOf(text);
}

Tensor randomInput(const ValueInfo &input, int64_t batch, std::mt19937 &random)
{
    Shape shape = input.shape;
    if (!shape.empty() && shape.front() < 0)
        shape.front() = batch;
    if (!input.hasShape || shape.empty() || std::ranges::min(shape) < 1 || !isFloat(input.type))
        throw Error(
            ErrorCode::Unsupported,
            Message::tr("The model's input {} is no tensor of numbers of a known shape.", input.name));
    std::vector<float> values(static_cast<size_t>(elementCount(shape)));
    std::ranges::generate(values, [&] { return std::normal_distribution<float>()(random); });
    return fromFloats(input.type, shape, values);
}

/// Random samples with random labels; always the same ones.
Batch randomBatch(const Model &model, int64_t batch, int64_t classes)
{
    std::mt19937 random(1);
    Batch made;
    for (const ValueInfo &input : model.inputs())
        made.inputs[input.name] = randomInput(input, batch, random);
    const int64_t samples = made.inputs.empty() ? batch : made.inputs.begin()->second.shape.front();
    for (int64_t i = 0; i < samples; ++i)
        made.labels.push_back(
            static_cast<int64_t>(random() % static_cast<uint64_t>(std::max<int64_t>(1, classes))));
    return made;
}

struct Series {
    std::vector<double> seconds;
    double firstLoss = 0;

    template <class Step>
    void add(int round, const Step &step)
    {
        const Stopwatch watch;
        const double loss = step();
        if (round >= 0)
            seconds.push_back(watch.seconds());
        if (round == -warmingUp)
            firstLoss = loss;
    }
    double seconds50() const { return median(seconds); }
};

struct Measured {
    Series ours, half;
    std::optional<Series> twin;
};

Measured measure(const TrainBenchOptions &options, const Model &model, const Trainable &trainable,
                 const Batch &batch, const Loss &loss, const JobContext &ctx)
{
    Engine &engine = loadEngine();
    const auto network = engine.network(model, trainable), half = engine.network(model, trainable);
    half->setPrecision(Precision::BFloat16);
    const auto twin = engine.twin(model);
    Measured measured;
    if (twin)
        measured.twin.emplace();
    for (int round = -warmingUp; round < options.repeats; ++round) {
        ctx.checkpoint(static_cast<double>(round + warmingUp) / (options.repeats + warmingUp),
                       Message::tr("training"));
        measured.ours.add(round, [&] { return network->step(batch, loss, rate).total; });
        if (twin)
            measured.twin->add(round, [&] { return twin->step(batch, rate); });
        measured.half.add(round, [&] { return half->step(batch, loss, rate).total; });
    }
    return measured;
}

/// Of a step in the middle: medians by node over some.
std::vector<NodeTime> profile(Network &network, const Batch &batch, const Loss &loss, const JobContext &ctx)
{
    constexpr int steps = 7;
    std::vector<std::vector<NodeTime>> all;
    for (int i = 0; i < steps + 1; ++i) {
        ctx.throwIfCancelled();
        all.push_back(network.profile(batch, loss));
    }
    all.erase(all.begin());
    std::vector<NodeTime> times = all.front();
    for (size_t node = 0; node < times.size(); ++node) {
        std::vector<double> forward, backward;
        for (const std::vector<NodeTime> &step : all) {
            forward.push_back(step[node].forward);
            backward.push_back(step[node].backward);
        }
        times[node].forward = median(forward);
        times[node].backward = median(backward);
    }
    return times;
}

std::string profileText(const std::vector<NodeTime> &times)
{
    Table table({{"Node", Table::Align::Left}, {"Operator", Table::Align::Left}, {"Forward"}, {"Backward"}});
    for (const NodeTime &time : times)
        table.add({time.node, time.operatorType, durationText(time.forward), durationText(time.backward)});
    return table.text();
}

Json profileJson(const std::vector<NodeTime> &times)
{
    Json nodes = Json::array();
    for (const NodeTime &time : times)
        nodes.push_back({{"node", time.node},
                         {"operator", time.operatorType},
                         {"forward_seconds", numberJson(time.forward)},
                         {"backward_seconds", numberJson(time.backward)}});
    return nodes;
}

void printMeasured(const TrainBenchOptions &options, const Measured &measured, int64_t samples,
                   const std::vector<NodeTime> &times, Console &console)
{
    const double seconds = measured.ours.seconds50(), half = measured.half.seconds50();
    Json json{{"file", options.model},
              {"engine", loadEngine().version()},
              {"batch", samples},
              {"rounds", options.repeats},
              {"seconds", numberJson(seconds)},
              {"bfloat16_seconds", numberJson(half)}};
    Fields fields{
        {"Step",
         fmt::format("{} for {} samples, {}", durationText(seconds), samples, loadEngine().version())},
        {"In bfloat16", fmt::format("{}, {:.2f} times as fast", durationText(half), seconds / half)}};
    if (measured.twin) {
        const double reference = measured.twin->seconds50();
        json["reference"] = "the same network written by hand";
        json["reference_seconds"] = numberJson(reference);
        json["ratio"] = numberJson(seconds / reference);
        json["loss"] = numberJson(measured.ours.firstLoss);
        json["reference_loss"] = numberJson(measured.twin->firstLoss);
        fields.emplace_back("By hand",
                            fmt::format("{}: {:.2f} of it", durationText(reference), seconds / reference));
        fields.emplace_back("First loss", fmt::format("{:.6f}, by hand {:.6f}", measured.ours.firstLoss,
                                                      measured.twin->firstLoss));
    }
    if (!times.empty())
        json["nodes"] = profileJson(times);
    if (console.json())
        console.printJson(json);
    else
        console.printText(fieldsText(fields) + (times.empty() ? "" : "\n" + profileText(times)));
}

void benchTrain(const TrainBenchOptions &options, Console &console)
{
    const JobContext ctx = console.job();
    const Model model = modelOf(options.model, ctx.part(0.0, 0.02));
    Engine &engine = loadEngine();
    engine.setThreads(ctx.threadCount());
    const Parts parts = partsOf(model);
    Trainable trainable = trainableOf(model, parts);
    trainable.batchStatistics = true;
    const Scores scores = scoresOf(model);
    const Loss loss{.output = scores.value, .labels = 1};
    const Batch batch = randomBatch(model, options.batch, scores.classes);
    const Measured measured = measure(options, model, trainable, batch, loss, ctx.part(0.05, 0.9));
    std::vector<NodeTime> times;
    if (options.profile)
        times = profile(*engine.network(model, trainable), batch, loss, ctx.part(0.9, 1.0));
    printMeasured(options, measured, static_cast<int64_t>(batch.labels.size()), times, console);
}

} // namespace

Verb addBenchTrain(CLI::App &bench)
{
    CLI::App *parser = bench.add_subcommand(
        "train", "A step of training (forward, backward, update) against the same network written by hand");
    const auto options = std::make_shared<TrainBenchOptions>();
    parser
        ->add_option("model", options->model,
                     "A model (.onnx), timed alone, or a network as of `lathe network`, which is compared: "
                     "mlp:784-300-100-10, lenet5, resnet20")
        ->required()
        ->type_name("MODEL");
    parser->add_option("--batch", options->batch, "Samples of a step, where the model takes any number")
        ->check(CLI::Range(1, 65536))
        ->capture_default_str();
    addRepeats(*parser, options->repeats);
    parser->add_flag("--profile", options->profile, "What each node takes forward and backward");
    return {parser, [options](Console &console) { benchTrain(*options, console); }};
}

} // namespace lathe
