#include "app/command.h"
#include "app/document.h"
#include "app/output.h"
#include "app/recipeoptions.h"
#include "app/sampling.h"
#include "app/text.h"
#include "core/exporting/exportedrecipe.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

namespace lathe {
namespace {

struct VerifyOptions {
    std::string file, against, recipe, tuning;
    DataOptions data;
    CalibrationDataOptions calibration;
    unsigned seed = 1;
    bool tensors = false;
};

Json documentOf(const VerifyOptions &options, const Certificate &certificate)
{
    Json json{{"file", options.file},
              {"source", options.against},
              {"size_bytes", certificate.fileBytes},
              {"source_size_bytes", certificate.sourceBytes},
              {"ratio", numberJson(static_cast<double>(certificate.sourceBytes) /
                                   static_cast<double>(certificate.fileBytes))}};
    json.update(certificateJson(certificate));
    if (options.tensors) {
        json["tensors"] = Json::array();
        for (const TensorDifference &tensor : certificate.tensors)
            json["tensors"].push_back({{"layer", tensor.layer},
                                       {"tensor", tensor.tensor},
                                       {"max_relative_difference", numberJson(tensor.relative)}});
    }
    return json;
}

const char *verdict(CertificateCheck::Result result)
{
    switch (result) {
    case CertificateCheck::Result::Passed:
        return "passed";
    case CertificateCheck::Result::Failed:
        return "FAILED";
    case CertificateCheck::Result::NotApplicable:
        break;
    }
    return "does not apply";
}

std::string tensorsText(const Certificate &certificate)
{
    using enum Table::Align;
    Table table({{"Output of", Left}, {"Tensor", Left}, {"Largest relative difference"}});
    for (const TensorDifference &tensor : certificate.tensors)
        table.add({tensor.layer, tensor.tensor, fmt::format("{:.2g}", tensor.relative)});
    return "\n" + table.text();
}

std::string textOf(const VerifyOptions &options, const Certificate &certificate)
{
    using enum Table::Align;
    Table table({{"Check", Left}, {"Result", Left}, {"Figures", Left}});
    for (const CertificateCheck &check : certificate.checks)
        table.add({check.name.text(), verdict(check.result), check.detail.text()});
    const Fields fields{
        {"File", fmt::format("{} ({})", options.file, bytesText(certificate.fileBytes))},
        {"SHA-256", certificate.fileSha256},
        {"Source", fmt::format("{} ({})", options.against, bytesText(certificate.sourceBytes))},
        {"SHA-256", certificate.sourceSha256},
        {"Recipe SHA-256", certificate.recipeSha256},
        {"Compared on", certificate.inputsUsed.text()},
        {"Largest relative difference", fmt::format("{:.2g}", certificate.maxRelativeDifference)}};
    return fieldsText(fields) + "\n" + table.text() + (options.tensors ? tensorsText(certificate) : "");
}

void verify(const VerifyOptions &options, Console &console)
{
    const JobContext ctx = console.job();
    const Model exported = Model::load(options.file, ctx.part(0.0, 0.05));
    const Model source = Model::load(options.against, ctx.part(0.05, 0.1));
    const Recipe recipe = options.recipe.empty() ? recipeOfExport(exported) : loadRecipe(options.recipe);
    std::optional<SampleSet> samples;
    if (!options.data.data.empty()) {
        const Sampling sampling(options.data, ctx.part(0.1, 0.15));
        samples = sampling.prepare(source, sampling.choose(source, console), ctx.part(0.15, 0.3));
    }
    CertifyOptions certifying;
    certifying.samples = samples ? &*samples : nullptr;
    certifying.seed = options.seed;
    certifying.tensors = options.tensors;
    certifying.calibration =
        calibrationOf(options.calibration, options.data.preprocess, source, console, ctx.part(0.3, 0.35));
    certifying.tuning = tuningOf(options.tuning, source, ctx.part(0.35, 0.36));
    const Certificate certificate = certify(options.file, source, recipe, certifying, ctx.part(0.35, 1.0));
    if (console.json())
        console.printJson(documentOf(options, certificate));
    else
        console.printText(textOf(options, certificate));
    if (!certificate.passed() && !certificate.failed())
        throw Error(ErrorCode::Unsupported,
                    Message::tr("Nothing can be proven about {}: {}", options.file, certificate.unproven));
    if (!certificate.passed())
        throw Error(ErrorCode::VerificationFailed,
                    Message::tr("{} does not do what its recipe says: see the failed checks.", options.file));
}

} // namespace

Verb addVerify(CLI::App &app)
{
    CLI::App *parser = app.add_subcommand("verify", "Prove that a written file does what its recipe says");
    const auto options = std::make_shared<VerifyOptions>();
    parser->add_option("file", options->file, "The compressed model (.onnx)")
        ->required()
        ->type_name("OUT.onnx");
    parser->add_option("--against", options->against, "The model it was made from")
        ->required()
        ->type_name("MODEL");
    parser->add_option("--recipe", options->recipe, "Its recipe (default: the one the file carries)")
        ->type_name("RECIPE.json");
    options->data.addTo(*parser, false);
    options->calibration.addTo(*parser);
    addTuningOption(*parser, options->tuning);
    addSeedOption(*parser, options->seed);
    parser->add_flag("--tensors", options->tensors, "Also print the difference at the output of each layer");
    return {parser, [options](Console &console) { verify(*options, console); }};
}

} // namespace lathe
