#include "app/command.h"
#include "app/document.h"
#include "app/output.h"
#include "app/text.h"
#include "core/archive/archive.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cmath>
#include <fmt/format.h>

namespace lathe {
namespace {

struct PackOptions {
    std::string from, output;
};

/// What the streams of one layer, or of the whole model, come to.
struct StreamSum {
    std::string layer, coder; ///< what is taken, or "mixed"
    int64_t codes = 0, rawBytes = 0, bytes = 0, huffmanBytes = 0, tableBytes = 0, rangeBytes = 0;
    double shannonBytes = 0.0;

    void add(const PackedStream &stream)
    {
        coder = codes == 0 || coder == stream.coder ? stream.coder : "mixed";
        codes += stream.codes;
        rawBytes += stream.rawBytes;
        bytes += stream.bytes;
        huffmanBytes += stream.huffmanBytes;
        tableBytes += stream.tableBytes;
        // where the range coder does not fit, the other one is what there is
        rangeBytes += stream.rangeBytes > 0 ? stream.rangeBytes : stream.huffmanBytes + stream.tableBytes;
        shannonBytes += stream.shannonBytes;
    }
};

double quotient(double part, double whole)
{
    return whole > 0.0 ? part / whole : std::nan("");
}

/// In the order in which layers first come.
std::vector<StreamSum> layerSums(const PackReport &report)
{
    std::vector<StreamSum> sums;
    for (const PackedStream &stream : report.streams) {
        auto sum = std::find_if(sums.begin(), sums.end(),
                                [&](const StreamSum &s) { return s.layer == stream.layer; });
        if (sum == sums.end())
            sum = sums.insert(sums.end(), StreamSum{stream.layer, {}});
        sum->add(stream);
    }
    return sums;
}

StreamSum totalOf(const PackReport &report)
{
    StreamSum total;
    for (const PackedStream &stream : report.streams)
        total.add(stream);
    return total;
}

void addFigures(Json &json, const StreamSum &sum)
{
    json["coder"] = sum.coder;
    json["codes"] = sum.codes;
    json["source_size_bytes"] = sum.rawBytes;
    json["size_bytes"] = sum.bytes;
    json["huffman_bytes"] = sum.huffmanBytes;
    json["table_bytes"] = sum.tableBytes;
    json["range_bytes"] = sum.rangeBytes;
    json["shannon_bytes"] = numberJson(sum.shannonBytes);
    json["ratio"] = numberJson(quotient(static_cast<double>(sum.rawBytes), static_cast<double>(sum.bytes)));
}

Json documentOf(const PackOptions &options, const PackReport &report)
{
    Json json{{"file", options.output},
              {"source", options.from},
              {"size_bytes", report.archiveBytes},
              {"source_size_bytes", report.modelBytes},
              {"ratio", numberJson(quotient(static_cast<double>(report.modelBytes),
                                            static_cast<double>(report.archiveBytes)))},
              {"source_sha256", report.sha256}};
    addFigures(json["coded"], totalOf(report));
    const auto part = [](const PackedPart &p) {
        return Json{{"source_size_bytes", p.rawBytes}, {"size_bytes", p.bytes}};
    };
    json["rest"] =
        part({report.graph.rawBytes + report.numbers.rawBytes, report.graph.bytes + report.numbers.bytes});
    json["graph"] = part(report.graph);
    json["numbers"] = part(report.numbers);
    json["head_bytes"] = report.headBytes;
    json["layers"] = Json::array();
    for (const StreamSum &sum : layerSums(report)) {
        Json layer{{"name", sum.layer}};
        addFigures(layer, sum);
        json["layers"].push_back(std::move(layer));
    }
    json["streams"] = Json::array();
    for (const PackedStream &stream : report.streams) {
        Json one{{"name", stream.name}, {"layer", stream.layer}, {"code_bits", stream.codeBits}};
        StreamSum sum;
        sum.add(stream);
        addFigures(one, sum);
        json["streams"].push_back(std::move(one));
    }
    return json;
}

std::vector<std::string> cells(const std::string &name, const StreamSum &sum)
{
    return {name,
            countText(sum.codes),
            bytesText(sum.rawBytes),
            bytesText(std::llround(sum.shannonBytes)),
            bytesText(sum.huffmanBytes),
            bytesText(sum.tableBytes),
            bytesText(sum.rangeBytes),
            bytesText(sum.bytes),
            fmt::format("{:.3f}", quotient(static_cast<double>(sum.bytes), sum.shannonBytes)),
            sum.coder};
}

/// What is no codes has only a size before and after.
std::vector<std::string> partCells(const char *name, const PackedPart &part)
{
    return {name, "", bytesText(part.rawBytes), "", "", "", "", bytesText(part.bytes), "", ""};
}

std::string textOf(const PackOptions &options, const PackReport &report)
{
    Table table({{"Layer", Table::Align::Left},
                 {"Codes"},
                 {"Before"},
                 {"Shannon"},
                 {"Huffman"},
                 {"Tables"},
                 {"Range"},
                 {"Taken"},
                 {"Taken/Shannon"},
                 {"Coder", Table::Align::Left}});
    for (const StreamSum &sum : layerSums(report))
        table.add(cells(sum.layer.empty() ? "-" : sum.layer, sum));
    if (!report.streams.empty())
        table.add(cells("all codes", totalOf(report)));
    if (report.numbers.bytes > 0)
        table.add(partCells("numbers", report.numbers));
    table.add(partCells("head and graph", {report.graph.rawBytes, report.graph.bytes + report.headBytes}));
    return table.text() + "\n" +
           fieldsText({{"Written", options.output},
                       {"Size", fmt::format("{} of {} (ratio {:.2f})", bytesText(report.archiveBytes),
                                            bytesText(report.modelBytes),
                                            quotient(static_cast<double>(report.modelBytes),
                                                     static_cast<double>(report.archiveBytes)))},
                       {"Head", bytesText(report.headBytes)},
                       {"Model SHA-256", report.sha256}});
}

void pack(const PackOptions &options, Console &console)
{
    const PackReport report = packModel(options.from, options.output, console.job());
    if (console.json())
        console.printJson(documentOf(options, report));
    else
        console.printText(textOf(options, report));
}

void unpack(const PackOptions &options, Console &console)
{
    const UnpackReport report = unpackArchive(options.from, options.output, console.job());
    std::vector<std::string> files;
    for (const auto &file : report.files)
        files.push_back(file.string());
    if (console.json()) {
        console.printJson({{"file", options.output},
                           {"source", options.from},
                           {"size_bytes", report.modelBytes},
                           {"source_size_bytes", report.archiveBytes},
                           {"sha256", report.sha256},
                           {"files", files}});
        return;
    }
    Fields fields;
    for (const std::string &file : files)
        fields.emplace_back("Written", file);
    fields.emplace_back(
        "Size", fmt::format("{} from {}", bytesText(report.modelBytes), bytesText(report.archiveBytes)));
    fields.emplace_back("SHA-256", report.sha256);
    console.printText(fieldsText(fields));
}

} // namespace

Verb addPack(CLI::App &app)
{
    CLI::App *parser = app.add_subcommand("pack", "Pack a model into an entropy-coded archive");
    const auto options = std::make_shared<PackOptions>();
    parser->add_option("model", options->from, "The model (.onnx)")->required()->type_name("MODEL");
    parser->add_option("-o,--output", options->output, "The archive to write")
        ->required()
        ->type_name(fmt::format("OUT{}", archiveSuffix));
    return {parser, [options](Console &console) { pack(*options, console); }};
}

Verb addUnpack(CLI::App &app)
{
    CLI::App *parser = app.add_subcommand("unpack", "Write the model of an archive, the very same file");
    const auto options = std::make_shared<PackOptions>();
    parser->add_option("archive", options->from, "The archive")
        ->required()
        ->type_name(fmt::format("FILE{}", archiveSuffix));
    parser->add_option("-o,--output", options->output, "The model to write (.onnx)")
        ->required()
        ->type_name("OUT.onnx");
    return {parser, [options](Console &console) { unpack(*options, console); }};
}

} // namespace lathe
