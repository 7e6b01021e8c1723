// lathe bench: how fast, as a ratio against a named alternative in the same run.
#include "app/bench.h"
#include "app/output.h"
#include "app/sampling.h"
#include "app/text.h"
#include "core/analysis/weightstats.h"
#include "core/base/median.h"

#include <CLI/CLI.hpp>
#include <Eigen/SVD>
#include <algorithm>
#include <fmt/format.h>
#include <limits>

namespace lathe {
namespace {

struct BenchOptions {
    std::string model;
    DataOptions data;
    int repeats = 3;
};

struct Pair {
    double seconds = 0.0, reference = 0.0;
    double speedup() const { return reference / seconds; }
};

void print(Console &console, const std::string &ours, const std::string &theirs, const Pair &pair, Json json)
{
    json["seconds"] = numberJson(pair.seconds);
    json["reference_seconds"] = numberJson(pair.reference);
    json["reference"] = theirs;
    json["speedup"] = numberJson(pair.speedup());
    if (console.json())
        console.printJson(json);
    else
        console.printText(fieldsText({{ours, durationText(pair.seconds)},
                                      {theirs, durationText(pair.reference)},
                                      {"Speedup", fmt::format("{:.2f}", pair.speedup())}}));
}

/// Singular values and a histogram of each weight, by the functions that one finds first.
void analyzePlainly(const Model &model)
{
    for (size_t i = 0; i < model.layers().size(); ++i) {
        if (!model.layers()[i].compressible())
            continue;
        const Matrix weight = model.weight(i);
        const Eigen::BDCSVD<Matrix> svd(weight);
        std::vector<int64_t> bins(256);
        const float low = weight.minCoeff(), width = std::max(weight.maxCoeff() - low, 1e-30F);
        for (const float value : weight.reshaped())
            ++bins[std::min<size_t>(255, static_cast<size_t>((value - low) / width * 256.0F))];
        if (svd.singularValues().size() == 0 || bins.front() < 0) // keeps both from being left out
            throw Error(ErrorCode::Internal, Message::tr("A weight has no singular values."));
    }
}

void benchAnalyze(const BenchOptions &options, Console &console)
{
    JobContext ctx = console.job();
    ctx.threads = 1;
    const Model model = Model::load(options.model, ctx.part(0.0, 0.05));
    std::vector<double> ours, plain;
    for (int round = 0; round < options.repeats; ++round) {
        ctx.throwIfCancelled();
        const Stopwatch first;
        JobContext quiet = ctx;
        quiet.onProgress = nullptr;
        analyzeLayers(model, {}, quiet);
        ours.push_back(first.seconds());
        const Stopwatch second;
        analyzePlainly(model);
        plain.push_back(second.seconds());
        ctx.checkpoint((round + 1.0) / options.repeats, Message::tr("analyzing"));
    }
    print(console, "Analysis, one thread", "Eigen's BDCSVD and a histogram, one thread",
          {median(ours), median(plain)}, {{"file", model.path().string()}, {"rounds", options.repeats}});
}

/// The whole set through ONNX Runtime alone.
double bareSeconds(const Session &session, const SampleSet &samples, size_t batch)
{
    const Stopwatch watch;
    for (size_t first = 0; first < samples.size(); first += batch) {
        const std::vector<Tensor> tensors = samples.batch(first, std::min(batch, samples.size() - first));
        session.run(std::vector<TensorView>(tensors.begin(), tensors.end()));
    }
    return watch.seconds();
}

void benchEvaluate(const BenchOptions &options, Console &console)
{
    const JobContext ctx = console.job();
    const Model model = Model::load(options.model, ctx.part(0.0, 0.02));
    const Sampling sampling(options.data, ctx.part(0.02, 0.05));
    const SampleSet samples = sampling.prepare(model, sampling.choose(model, console), ctx.part(0.05, 0.2));
    const Session ours(model);
    SessionOptions all;
    all.threads = ctx.threadCount();
    const Session bare(model, all);
    const size_t declared = bare.inputs().empty() || bare.inputs().front().shape.empty() ||
                                    bare.inputs().front().shape.front() < 1
                                ? 0
                                : static_cast<size_t>(bare.inputs().front().shape.front());
    const std::vector<size_t> batches = declared > 0 || bare.mixesBatch()
                                            ? std::vector<size_t>{std::max<size_t>(1, declared)}
                                            : std::vector<size_t>{1, 8, 32};
    std::vector<double> seconds;
    std::vector<std::vector<double>> references(batches.size());
    JobContext quiet = ctx;
    quiet.onProgress = nullptr;
    for (int round = -1; round < options.repeats; ++round) { // the first one only warms up
        const double own = runSamples(ours, samples, {}, quiet).secondsRunning;
        if (round >= 0)
            seconds.push_back(own);
        for (size_t b = 0; b < batches.size(); ++b) {
            const double bareTime = bareSeconds(bare, samples, batches[b]);
            if (round >= 0)
                references[b].push_back(bareTime);
        }
        ctx.checkpoint(0.2 + 0.8 * (round + 1.0) / options.repeats, Message::tr("running samples"));
    }
    Pair pair{median(seconds), std::numeric_limits<double>::infinity()};
    size_t best = 0;
    for (size_t b = 0; b < batches.size(); ++b)
        if (const double time = median(references[b]); time < pair.reference) {
            pair.reference = time;
            best = batches[b];
        }
    print(console, "Evaluation",
          fmt::format("ONNX Runtime alone, {} threads, batch {}, the best of {}", all.threads, best,
                      fmt::join(batches, ", ")),
          pair,
          {{"file", model.path().string()},
           {"data", samples.description().text()},
           {"rounds", options.repeats}});
}

} // namespace

void addRepeats(CLI::App &parser, int &repeats)
{
    parser.add_option("--repeats", repeats, "Rounds, the alternatives in turn; medians are shown")
        ->check(CLI::Range(1, 1000))
        ->capture_default_str();
}

Verb addBenchAnalyze(CLI::App &bench)
{
    CLI::App *parser = bench.add_subcommand("analyze", "Spectra and histograms against the plain way");
    const auto options = std::make_shared<BenchOptions>();
    parser->add_option("model", options->model, "The model (.onnx)")->required()->type_name("MODEL");
    addRepeats(*parser, options->repeats);
    return {parser, [options](Console &console) { benchAnalyze(*options, console); }};
}

Verb addBenchEvaluate(CLI::App &bench)
{
    CLI::App *parser = bench.add_subcommand("evaluate", "Running samples against ONNX Runtime alone");
    const auto options = std::make_shared<BenchOptions>();
    parser->add_option("model", options->model, "The model (.onnx)")->required()->type_name("MODEL");
    options->data.addTo(*parser, true);
    addRepeats(*parser, options->repeats);
    return {parser, [options](Console &console) { benchEvaluate(*options, console); }};
}

} // namespace lathe
