#include "app/command.h"
#include "app/document.h"
#include "app/output.h"
#include "app/text.h"
#include "core/runtime/shapes.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <fmt/format.h>

namespace lathe {
namespace {

const char *nameOf(LayerKind kind)
{
    switch (kind) {
    case LayerKind::Conv:
        return "conv";
    case LayerKind::ConvTranspose:
        return "conv_transpose";
    case LayerKind::Gemm:
        return "gemm";
    case LayerKind::MatMul:
        return "matmul";
    case LayerKind::Embedding:
        return "embedding";
    case LayerKind::Lstm:
        return "lstm";
    case LayerKind::Gru:
        break;
    }
    return "gru";
}

std::string domainName(const std::string &domain)
{
    return domain.empty() ? "ai.onnx" : domain;
}

int64_t weightBytesOfLayers(const Model &model)
{
    int64_t sum = 0;
    for (const Layer &layer : model.layers())
        sum += layer.tiedTo ? 0 : layer.weightBytes;
    return sum;
}

double share(const Layer &layer, const Model &model)
{
    const int64_t all = model.fileBytes();
    return layer.tiedTo || all <= 0 ? 0.0 : static_cast<double>(layer.weightBytes) / static_cast<double>(all);
}

Json valuesJson(const std::vector<ValueInfo> &values)
{
    Json list = Json::array();
    for (const ValueInfo &value : values)
        list.push_back({{"name", value.name},
                        {"type", elementTypeName(value.type)},
                        {"shape", value.hasShape ? shapeJson(value.shape) : Json(nullptr)},
                        {"dimension_names", value.dimensionNames}});
    return list;
}

Json layerJson(const Layer &layer, const Model &model)
{
    const auto shapeOrNull = [](const Shape &shape) {
        return shape.empty() ? Json(nullptr) : shapeJson(shape);
    };
    return {{"name", layer.name},
            {"op", layer.op},
            {"kind", nameOf(layer.kind)},
            {"weight", layer.weightName},
            {"type", elementTypeName(layer.weightType)},
            {"shape", shapeJson(layer.weightShape)},
            {"rows", layer.rows},
            {"cols", layer.cols},
            {"parameters", layer.parameters},
            {"size_bytes", layer.weightBytes},
            {"stored_bits", layer.parameters > 0 ? Json(layer.storedBits()) : Json(nullptr)},
            {"share", share(layer, model)},
            {"macs", optionalJson(layer.macs)},
            {"input_shape", shapeOrNull(layer.inputShape)},
            {"output_shape", shapeOrNull(layer.outputShape)},
            {"full_rank", layer.fullRank()},
            {"break_even_rank", layer.breakEvenRank()},
            {"compressible", layer.compressible()},
            {"decodable", layer.decodable},
            {"tied_to", layer.tiedTo ? Json(model.layers()[*layer.tiedTo].name) : Json(nullptr)},
            {"untouchable", layer.untouchable.empty() ? Json(nullptr) : Json(layer.untouchable.text())}};
}

Json documentOf(const Model &model)
{
    Json opsets = Json::object();
    for (const auto &[domain, version] : model.opsets())
        opsets[domainName(domain)] = version;
    Json layers = Json::array();
    for (const Layer &layer : model.layers())
        layers.push_back(layerJson(layer, model));
    return {{"file", model.path().string()},
            {"size_bytes", model.fileBytes()},
            {"sha256", model.sha256()},
            {"opset", model.opset()},
            {"opsets", std::move(opsets)},
            {"ir_version", model.irVersion()},
            {"producer", model.producer()},
            {"metadata", model.metadata()},
            {"inputs", valuesJson(model.inputs())},
            {"outputs", valuesJson(model.outputs())},
            {"parameters", model.parameterCount()},
            {"parameters_at_least", model.hasMoreParameters()},
            {"weight_bytes", weightBytesOfLayers(model)},
            {"macs", optionalJson(model.macs())},
            {"macs_at_least", model.hasMoreMacs()},
            {"operators", model.operatorCounts()},
            {"layers", std::move(layers)},
            {"issues", issuesJson(model.issues())}};
}

std::string valueText(const ValueInfo &value)
{
    return fmt::format("{} {}{}", value.name, elementTypeName(value.type),
                       value.hasShape ? " " + shapeText(value.shape) : "");
}

std::string headerText(const Model &model)
{
    Fields fields{
        {"File", model.path().string()},
        {"Size", fmt::format("{} ({} bytes)", bytesText(model.fileBytes()), countText(model.fileBytes()))},
        {"SHA-256", model.sha256()}};
    std::string opsets;
    for (const auto &[domain, version] : model.opsets())
        opsets += fmt::format("{}{} {}", opsets.empty() ? "" : ", ", domainName(domain), version);
    fields.emplace_back("Opset", opsets);
    fields.emplace_back("IR version", fmt::format("{}", model.irVersion()));
    fields.emplace_back("Producer", model.producer().empty() ? "-" : model.producer());
    for (const ValueInfo &value : model.inputs())
        fields.emplace_back("Input", valueText(value));
    for (const ValueInfo &value : model.outputs())
        fields.emplace_back("Output", valueText(value));
    std::string operators;
    for (const auto &[name, count] : model.operatorCounts())
        operators += fmt::format("{}{} {}", operators.empty() ? "" : ", ", name, count);
    fields.emplace_back("Operators", operators);
    const auto atLeast = [](bool more) { return more ? "at least " : ""; };
    fields.emplace_back("Parameters", atLeast(model.hasMoreParameters()) + countText(model.parameterCount()));
    fields.emplace_back("MACs", model.macs()
                                    ? fmt::format("{}{} for one sample", atLeast(model.hasMoreMacs()),
                                                  countText(*model.macs()))
                                    : "unknown");
    return fieldsText(fields);
}

std::string remark(const Layer &layer, const Model &model)
{
    return layer.tiedTo ? "shares the weight of " + model.layers()[*layer.tiedTo].name
                        : layer.untouchable.text();
}

std::string layersText(const Model &model)
{
    using enum Table::Align;
    Table table({{"Layer", Left},
                 {"Op", Left},
                 {"Weight", Left},
                 {"Matrix"},
                 {"Parameters"},
                 {"Size"},
                 {"Share"},
                 {"MACs"},
                 {"Output", Left},
                 {"Remark", Left}});
    for (const Layer &layer : model.layers())
        table.add({layer.name, layer.op, shapeText(layer.weightShape),
                   fmt::format("{} x {}", layer.rows, layer.cols), countText(layer.parameters),
                   bytesText(layer.weightBytes), percentText(share(layer, model)), scaledText(layer.macs),
                   layer.outputShape.empty() ? "-" : shapeText(layer.outputShape), remark(layer, model)});
    return table.text();
}

void inspect(const std::string &file, Console &console)
{
    const JobContext ctx = console.job();
    Model model = Model::load(file, ctx.part(0.0, 0.6));
    if (hasOpenShapes(model))
        model = completeShapes(model, ctx.part(0.6, 1.0));
    console.issues(model.issues());
    if (console.json())
        console.printJson(documentOf(model));
    else if (model.layers().empty())
        console.printText(headerText(model) +
                          "\nNo layer of this model has a weight that can be compressed.\n");
    else
        console.printText(headerText(model) + "\n" + layersText(model));
}

} // namespace

Verb addInspect(CLI::App &app)
{
    CLI::App *parser = app.add_subcommand("inspect", "Layers, shapes, parameters, bytes and MACs of a model");
    const auto file = std::make_shared<std::string>();
    parser->add_option("model", *file, "The model (.onnx)")->required()->type_name("MODEL");
    return {parser, [file](Console &console) { inspect(*file, console); }};
}

} // namespace lathe
