#include "app/command.h"
#include "app/document.h"
#include "app/output.h"
#include "app/recipeoptions.h"
#include "app/sampling.h"
#include "app/text.h"
#include "core/certify/layercolumns.h"
#include "core/compress/entropycost.h"
#include "core/exporting/storagenames.h"
#include "core/workflow/exportmodel.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

namespace lathe {
namespace {

struct CompressOptions {
    std::string model, output, name, saveRecipe, report, tuning;
    RecipeOptions recipe;
    bool verify = true;
    Storage storage = Storage::Compact;
    DataOptions data;
    CalibrationDataOptions calibration;
    std::string outputData; ///< that shows what becomes of the layers' outputs where no method calibrates
    unsigned seed = 1;
};

/// The recipe carried out, and all that is told of it.
struct Compression {
    BuiltRecipe model;
    std::vector<EntropyCost> entropy;                 ///< by layer
    std::optional<ChosenPreprocessing> preprocessing; ///< with data
    std::optional<MeasuredModels> measured;           ///< with data
    Published published;

    explicit Compression(BuiltRecipe made) : model(std::move(made))
    {
        for (size_t i = 0; i < model.compressed.layers.size(); ++i)
            entropy.push_back(entropyCost(model.compressed, i));
    }
};

ExportFiles filesOf(const CompressOptions &options)
{
    return {options.output, options.saveRecipe, {}, options.report};
}

/// All that is written against all that is read, as far as it is known.
/// @param data of the source model
void checkFiles(const CompressOptions &options, const std::vector<std::filesystem::path> &data)
{
    ExportInputs inputs{
        options.model, data, {}, {options.data.data, options.calibration.data, options.outputData}};
    for (const std::string &recipe : options.recipe.files)
        inputs.files.push_back({Message::tr("a recipe that is read"), recipe});
    inputs.files.push_back({Message::tr("the trained values that are read"), options.tuning});
    if (std::error_code ignored; std::filesystem::exists(options.data.preprocess, ignored))
        inputs.files.push_back({Message::tr("the preprocessing that is read"), options.data.preprocess});
    requireSafeExport(filesOf(options), inputs);
}

/// Null: no trained values were given for the layer; false: they were left out.
Json trainedJson(LayerResult::Trained trained)
{
    return trained == LayerResult::Trained::None ? Json(nullptr)
                                                 : Json(trained == LayerResult::Trained::Carried);
}

Json layersJson(const Compression &c)
{
    Json list = Json::array();
    for (size_t i = 0; i < c.model.compressed.layers.size(); ++i) {
        const Layer &layer = c.model.compressed.origin.layers()[i];
        const Layer &left = c.model.compressed.source.layers()[i];
        const LayerResult &result = c.model.compressed.layers[i];
        const EntropyCost &entropy = c.entropy[i];
        list.push_back(
            {{"name", layer.name},
             {"settings", settingsJson(result.settings)},
             {"form", c.model.built.layers[i].form.text()},
             {"size_bytes", c.model.built.layers[i].bytes},
             {"source_size_bytes", layer.tiedTo ? 0 : layer.fileBytes},
             {"parameters", layer.tiedTo ? 0 : layer.parameters},
             {"source_weight_shape", layer.weightShape},
             {"weight_shape", left.absent ? Json(nullptr) : Json(left.weightShape)},
             {"theoretical_bits", result.theoreticalBits},
             {"huffman_bits", entropy.huffmanBits},
             {"shannon_bits", entropy.shannonBits},
             {"relative_error", numberJson(result.relativeError)},
             {"output_error", optionalJson(result.outputError)},
             {"normalized_error", optionalJson(result.normalizedError)},
             {"bias_correction", std::string(nameOf(result.biasCorrection))},
             {"output_sqnr_db",
              result.outputError ? numberJson(signalToNoiseDecibel(*result.outputError)) : Json(nullptr)},
             {"sparsity", numberJson(result.sparsity)},
             {"pruned_together", result.pruneCount ? Json(*result.pruneCount) : Json(nullptr)},
             {"trained", trainedJson(result.trained)},
             {"rank", result.rank > 0 ? Json(result.rank) : Json(nullptr)}});
    }
    return list;
}

/// Of all layers together.
struct Totals {
    int64_t parameters = 0, sourceBytes = 0, theoreticalBits = 0, bytes = 0;
    EntropyCost entropy;
};

Totals totalsOf(const Compression &c)
{
    Totals totals;
    for (size_t i = 0; i < c.model.compressed.layers.size(); ++i) {
        const Layer &layer = c.model.compressed.origin.layers()[i];
        totals.parameters += layer.tiedTo ? 0 : layer.parameters;
        totals.sourceBytes += layer.tiedTo ? 0 : layer.fileBytes;
        totals.theoreticalBits += c.model.compressed.layers[i].theoreticalBits;
        totals.bytes += c.model.built.layers[i].bytes;
        totals.entropy += c.entropy[i];
    }
    return totals;
}

Json totalsJson(const Totals &totals)
{
    return {{"parameters", totals.parameters},
            {"source_size_bytes", totals.sourceBytes},
            {"size_bytes", totals.bytes},
            {"theoretical_bits", totals.theoreticalBits},
            {"huffman_bits", totals.entropy.huffmanBits},
            {"shannon_bits", totals.entropy.shannonBits}};
}

double ratio(const Compression &c)
{
    return static_cast<double>(c.model.compressed.origin.fileBytes()) /
           static_cast<double>(c.published.bytes);
}

Json documentOf(const CompressOptions &options, const Compression &c)
{
    const Model &source = c.model.compressed.origin;
    Json json{{"file", options.output},
              {"source", options.model},
              {"size_bytes", c.published.bytes},
              {"source_size_bytes", source.fileBytes()},
              {"ratio", numberJson(ratio(c))},
              {"macs", optionalJson(c.model.macs)},
              {"source_macs", optionalJson(source.macs())},
              {"macs_at_least", source.hasMoreMacs()},
              {"storage", nameOf(options.storage)},
              {"recipe", Json::parse(toJson(c.model.compressed.finalRecipe()))},
              {"layers", layersJson(c)},
              {"totals", totalsJson(totalsOf(c))}};
    json["calibration"] = nullptr;
    if (!c.model.compressed.calibration.empty())
        json["calibration"] = {{"data", c.model.compressed.calibration.text()},
                               {"sha256", c.model.compressed.calibrationHash}};
    json["tuning"] = nullptr;
    if (const auto &tuning = c.model.compressed.tuning)
        json["tuning"] = {{"description", tuning->description()}, {"sha256", tuning->sha256()}};
    json["measured"] = nullptr;
    if (c.measured) {
        Json baseline, compressed, comparison;
        addMetrics(baseline, c.measured->baseline);
        addMetrics(compressed, c.measured->compressed);
        addComparison(comparison, c.measured->comparison);
        json["measured"] = {{"data", c.measured->samples.text()},
                            {"preprocessing", preprocessingJson(*c.preprocessing)},
                            {"baseline", std::move(baseline)},
                            {"compressed", std::move(compressed)},
                            {"comparison", std::move(comparison)}};
    }
    json["certificate"] = c.published.certificate ? certificateJson(*c.published.certificate) : Json(nullptr);
    json["issues"] = issuesJson(c.model.issues());
    return json;
}

std::string layersText(const Compression &c)
{
    const std::vector<LayerColumn> columns = layerColumns(c.model.compressed, c.model.built);
    std::vector<Table::Column> heads;
    for (const LayerColumn &column : columns)
        heads.push_back({column.title.text(), column.isText ? Table::Align::Left : Table::Align::Right});
    Table table(heads);
    const auto add = [&](const auto &cell) {
        std::vector<std::string> cells;
        for (const LayerColumn &column : columns)
            cells.push_back(cell(column));
        table.add(cells);
    };
    for (size_t i = 0; i < c.model.compressed.layers.size(); ++i)
        add([i](const LayerColumn &column) { return column.value(i).text(); });
    add([](const LayerColumn &column) { return column.total.text(); });
    return table.text();
}

std::string totalsText(const CompressOptions &options, const Compression &c)
{
    const Model &source = c.model.compressed.origin;
    Fields fields{{"Written", options.output},
                  {"Size", fmt::format("{} of {} (ratio {:.2f})", bytesText(c.published.bytes),
                                       bytesText(source.fileBytes()), ratio(c))},
                  {"MACs", fmt::format("{} of {}", scaledText(c.model.macs, source.hasMoreMacs()),
                                       scaledText(source.macs()))}};
    if (!c.model.compressed.calibration.empty())
        fields.emplace_back("Calibration", c.model.compressed.calibration.text());
    if (!options.tuning.empty())
        fields.emplace_back("Trained values", c.model.compressed.tuning->description());
    if (c.measured) {
        fields.emplace_back("Data", c.measured->samples.text());
        fields.emplace_back("Preprocessing", c.measured->preprocessing.text());
        if (c.measured->baseline.top1)
            fields.emplace_back("Top-1 before", rateText(*c.measured->baseline.top1));
        if (c.measured->compressed.top1)
            fields.emplace_back("Top-1 after", rateText(*c.measured->compressed.top1));
        addComparisonFields(fields, c.measured->comparison);
    }
    if (const auto &certificate = c.published.certificate)
        fields.emplace_back("Certificate",
                            fmt::format("passed: largest relative difference {:.2g} on {}",
                                        certificate->maxRelativeDifference, certificate->inputsUsed));
    else
        fields.emplace_back("Certificate", "not asked for");
    return fieldsText(fields);
}

/// What the layers' outputs are looked at on where nothing is calibrated: for the figures alone, as the
/// window does. With a report that is one half of the data set where nothing else is named.
CalibrationDataOptions outputsOf(const CompressOptions &options)
{
    CalibrationDataOptions outputs = options.calibration;
    outputs.data = options.outputData;
    if (outputs.data.empty() && !options.report.empty() && !options.data.data.empty()) {
        const std::optional<DataHalves> halves = halvesOf(options.data.data);
        outputs.data = halves ? halves->calibrated : Dataset::otherHalf(options.data.data);
    }
    return outputs;
}

/// Statistics for the figures of the report alone: null, with a note, where nobody asked for them and there
/// are none.
std::shared_ptr<const Calibration> outputsFor(const CompressOptions &options, const Model &source,
                                              Console &console, const JobContext &ctx)
{
    try {
        return calibrationOf(outputsOf(options), options.data.preprocess, source, console, ctx);
    } catch (const Error &error) {
        if (!options.outputData.empty())
            throw;
        console.issues({{Issue::Severity::Note,
                         {},
                         Message::tr("The report does not tell the errors of the layers' outputs: {}",
                                     error.message())}});
        return nullptr;
    }
}

/// With what is calibrated on, for no longer than it takes.
BuiltRecipe build(const CompressOptions &options, const Model &source, const Recipe &recipe, Console &console,
                  const JobContext &ctx)
{
    const bool given = !options.calibration.data.empty();
    const JobContext first = ctx.part(0.0, 0.1);
    const auto tuning = tuningOf(options.tuning, source, first);
    auto calibration =
        given || (!tuning && needsInputs(source, recipe))
            ? calibrationOf(options.calibration, options.data.preprocess, source, console, first)
            : outputsFor(options, source, console, first);
    Compressor compressor(source, std::move(calibration), {given, {}});
    return buildRecipe(compressor, nullptr, recipe, options.storage, ctx.part(0.1, 1.0), tuning);
}

/// What was calibrated on is not measured on.
MeasuredModels measureOn(const Compression &c, const CompressOptions &options, const Dataset &dataset,
                         const SampleSet &samples, const JobContext &ctx)
{
    const Message preprocessing = describe(*c.preprocessing);
    auto places = placesHeldOut(options.data.data, options.calibration.data, dataset, samples);
    if (!places || c.model.compressed.calibration.empty())
        return measureModels(c.model, samples, preprocessing, ctx);
    const Baseline all = measureBaseline(c.model.compressed.origin, samples, ctx.part(0.0, 0.5));
    return measureModels(c.model, samples, baselineOn(all, samples, std::move(*places)), preprocessing,
                         ctx.part(0.5, 1.0));
}

/// Both models on the data, and what the certificate is to be made with.
SampleSet measure(Compression &c, const CompressOptions &options, Console &console, const JobContext &ctx)
{
    const Model &source = c.model.compressed.origin;
    const Sampling sampling(options.data, ctx.part(0.0, 0.02));
    const ChosenPreprocessing &chosen = c.preprocessing.emplace(sampling.choose(source, console));
    {
        const SampleSet samples = sampling.prepare(source, chosen, ctx.part(0.02, 0.2));
        c.measured = measureOn(c, options, sampling.dataset(), samples, ctx.part(0.2, 0.95));
    }
    return sampling.prepareFew(source, chosen, ctx.part(0.95, 1.0));
}

void compress(CompressOptions options, Console &console)
{
    const JobContext ctx = console.job();
    checkFiles(options, {});
    Recipe recipe = options.recipe.recipe();
    if (!options.name.empty())
        recipe.name = options.name;
    const Model source = Model::load(options.model, ctx.part(0.0, 0.02));
    checkFiles(options, source.dataFiles());
    console.issues(source.issues());
    if (options.tuning.empty() && needsInputs(source, recipe))
        shareData(options.data, options.calibration, console);

    Compression c(build(options, source, recipe, console, ctx.part(0.02, 0.4)));
    console.issues(c.model.issues());

    ExportOptions exporting{filesOf(options), options.verify, nullptr, options.seed, {}};
    std::optional<SampleSet> few;
    if (!options.data.data.empty()) {
        exporting.samples = &few.emplace(measure(c, options, console, ctx.part(0.4, 0.82)));
        if (c.preprocessing->origin == ChosenPreprocessing::Origin::Given)
            exporting.preprocessing = c.preprocessing->preprocessing;
    }
    c.published =
        exportModel(c.model, exporting, c.measured ? &*c.measured : nullptr, ctx.part(0.82, 1.0)).published;
    requireWritten(c.published);

    if (console.json())
        console.printJson(documentOf(options, c));
    else
        console.printText(layersText(c) + "\n" + totalsText(options, c));
}

} // namespace

Verb addCompress(CLI::App &app)
{
    CLI::App *parser =
        app.add_subcommand("compress", "Write a smaller model made by a recipe, and prove it right");
    const auto options = std::make_shared<CompressOptions>();
    parser->add_option("model", options->model, "The model (.onnx)")->required()->type_name("MODEL");
    options->recipe.addTo(*parser);
    parser
        ->add_option("--name", options->name,
                     "What the recipe is called in the file (default: as its recipe file)")
        ->type_name("NAME");
    parser->add_option("-o,--output", options->output, "The file to write")
        ->required()
        ->type_name("OUT.onnx");
    options->data.addTo(*parser, false);
    options->calibration.addTo(*parser);
    addTuningOption(*parser, options->tuning);
    parser
        ->add_option("--output-data", options->outputData,
                     "Data set that shows what becomes of the layers' outputs where no method of the recipe "
                     "calibrates (default with --report: the first half of --data)")
        ->type_name("DATA");
    addSeedOption(*parser, options->seed);
    parser
        ->add_option(
            "--form,--storage", options->storage,
            "How weights are stored: compact, k bits as k bits in standard operators; dense, plain; or "
            "where a layer has it exactly: qdq8, qdq4 (raises the opset to 21), matmulnbits (ONNX "
            "Runtime only), sparse")
        ->transform(CLI::CheckedTransformer(storageNames()).description(""))
        ->type_name("compact|dense|qdq8|qdq4|matmulnbits|sparse");
    parser->add_option("--save-recipe", options->saveRecipe, "Write the recipe as well")
        ->type_name("RECIPE.json");
    parser->add_option("--report", options->report, "Write a page that says what was done and measured")
        ->type_name("REPORT.html");
    parser->add_flag("!--no-verify", options->verify, "Do not prove that the file does what the recipe says");
    return {
        parser, [options](Console &console) {
            if (options->recipe.empty())
                throw Error(
                    ErrorCode::InvalidArgument,
                    Message::tr(
                        "Nothing says how to compress: give --recipe or --set, such as --set '*:bits=8'."));
            compress(*options, console);
        }};
}

} // namespace lathe
