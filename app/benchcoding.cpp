// lathe bench coding: the coders of archives on the weights of a file, against zstd.
#include "app/bench.h"
#include "app/output.h"
#include "app/text.h"
#include "core/archive/codertimes.h"

#include <CLI/CLI.hpp>
#include <cmath>
#include <fmt/format.h>

namespace lathe {
namespace {

struct CodingBenchOptions {
    std::string model;
    int repeats = 3;
};

struct Way {
    const char *key, *title;
    CoderTimes WeightCoders::*times;
};
constexpr std::array ways{Way{"zstd", "zstd, level 19", &WeightCoders::zstd},
                          Way{"huffman", "Huffman", &WeightCoders::huffman},
                          Way{"range", "Range coder", &WeightCoders::range}};

double perSecond(int64_t bytes, double seconds)
{
    return seconds > 0.0 ? static_cast<double>(bytes) / seconds : std::nan("");
}

CoderTimes sumOf(const std::vector<WeightCoders> &weights, CoderTimes WeightCoders::*times)
{
    CoderTimes sum;
    for (const WeightCoders &weight : weights) {
        const CoderTimes &one = weight.*times;
        sum.bytes += one.bytes;
        sum.encodeSeconds += one.encodeSeconds;
        sum.decodeSeconds += one.decodeSeconds;
    }
    return sum;
}

Json jsonOf(const CoderTimes &times, int64_t rawBytes)
{
    return {{"size_bytes", times.bytes},
            {"ratio", numberJson(static_cast<double>(rawBytes) / static_cast<double>(times.bytes))},
            {"encode_seconds", numberJson(times.encodeSeconds)},
            {"decode_seconds", numberJson(times.decodeSeconds)},
            {"decode_bytes_per_second", numberJson(perSecond(rawBytes, times.decodeSeconds))}};
}

void benchCoding(const CodingBenchOptions &options, Console &console)
{
    const std::vector<WeightCoders> weights = coderTimes(options.model, options.repeats, console.job());
    if (weights.empty())
        throw Error(
            ErrorCode::InvalidArgument,
            Message::tr("{} holds no packed codes; take a file that lathe compress wrote.", options.model));
    int64_t rawBytes = 0;
    for (const WeightCoders &weight : weights)
        rawBytes += weight.rawBytes;
    Json json{{"file", options.model}, {"rounds", options.repeats}, {"source_size_bytes", rawBytes}};
    Table table({{"Coder", Table::Align::Left}, {"Bytes"}, {"Ratio"}, {"Encode, MB/s"}, {"Decode, MB/s"}});
    for (const Way &way : ways) {
        const CoderTimes sum = sumOf(weights, way.times);
        json[way.key] = jsonOf(sum, rawBytes);
        table.add({way.title, bytesText(sum.bytes),
                   fmt::format("{:.3f}", static_cast<double>(rawBytes) / static_cast<double>(sum.bytes)),
                   fmt::format("{:.2f}", perSecond(rawBytes, sum.encodeSeconds) / 1e6),
                   fmt::format("{:.2f}", perSecond(rawBytes, sum.decodeSeconds) / 1e6)});
    }
    json["layers"] = Json::array();
    for (const WeightCoders &weight : weights) {
        Json layer{{"name", weight.layer}, {"source_size_bytes", weight.rawBytes}};
        for (const Way &way : ways)
            layer[way.key] = jsonOf(weight.*way.times, weight.rawBytes);
        json["layers"].push_back(std::move(layer));
    }
    if (console.json())
        console.printJson(json);
    else
        console.printText(fmt::format("{} of codes, one thread\n\n{}", bytesText(rawBytes), table.text()));
}

} // namespace

Verb addBenchCoding(CLI::App &bench)
{
    CLI::App *parser = bench.add_subcommand("coding", "The coders of archives, against zstd");
    const auto options = std::make_shared<CodingBenchOptions>();
    parser->add_option("model", options->model, "A file with packed codes (.onnx)")
        ->required()
        ->type_name("MODEL");
    addRepeats(*parser, options->repeats);
    return {parser, [options](Console &console) { benchCoding(*options, console); }};
}

} // namespace lathe
