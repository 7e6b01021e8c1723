#include "ui/export/exportjob.h"

#include "core/base/fileio.h"
#include "core/certify/report.h"
#include "core/data/datafiles.h"
#include "core/preview/livepreview.h"

#include <algorithm>
#include <iterator>

namespace lathe::ui {
namespace {

ReportedFigures measure(const ExportInput &in, const CompressedModel &compressed, const BuiltModel &built,
                        const JobContext &ctx)
{
    // What was calibrated on is not measured on.
    const Baseline &baseline = compressed.calibration.empty() ? *in.baseline : *in.heldOut;
    ReportedFigures figures{
        in.samples->description(), in.preprocessing->name, baselineFigures(compressed.source, &baseline), {}};
    setQuality(figures.compressed, measurePreview(built.model, *in.samples, baseline, {}, ctx),
               changesNothing(compressed));
    return figures;
}

/// With what was measured of the very model.
std::string reportOf(const ExportInput &in, const CompressedModel &compressed, const BuiltModel &built,
                     const Published &published, const JobContext &ctx)
{
    ReportContent content{in.target.toStdString(),
                          compressed,
                          built,
                          published,
                          in.exporter->costs(compressed, ctx.part(0.0, 0.2)).macs,
                          {}};
    if (in.samples)
        content.measured = measure(in, compressed, built, ctx.part(0.2, 1.0));
    return reportHtml(content);
}

std::vector<NamedFile> filesBeside(const ExportInput &in)
{
    std::vector<NamedFile> files;
    if (in.archive)
        files.push_back(
            {"the archive", withSuffix(in.target, QString::fromLatin1(archiveSuffix)).toStdString()});
    if (in.report)
        files.push_back({"the report", withSuffix(in.target, QStringLiteral(".html")).toStdString()});
    return files;
}

/// Before any work: an export harms nothing that is open.
void checkFiles(const ExportInput &in)
{
    const Model &source = in.compressor->source();
    const std::vector<NamedFile> others = filesBeside(in);
    std::vector<NamedFile> outputs = others;
    outputs.push_back({"the result", in.target.toStdString()});
    std::vector<NamedFile> inputs = in.inputs;
    for (const std::string &reference : in.data)
        std::ranges::move(filesOfDataSet(reference, outputs), std::back_inserter(inputs));
    for (const std::filesystem::path &file : source.dataFiles())
        inputs.push_back({"external data of the source model", file});
    requireSafeExport(in.target.toStdString(), source.path(), others, std::move(inputs));
}

} // namespace

QString withSuffix(const QString &path, const QString &suffix)
{
    return QString::fromStdString(
        std::filesystem::path(path.toStdString()).replace_extension(suffix.toStdString()).string());
}

ExportedFiles exportRecipe(const ExportInput &in, const JobContext &ctx)
{
    const std::filesystem::path target = in.target.toStdString();
    checkFiles(in);
    const CompressedModel compressed = in.compressor->compress(in.recipe, ctx.part(0.0, 0.2));
    const BuiltModel built = in.exporter->build(compressed, in.storage, ctx.part(0.2, 0.4));
    PublishOptions options;
    options.samples = in.samples.get();
    options.preprocessing = in.preprocessing;
    ExportedFiles written;
    if (in.archive)
        options.also.push_back({withSuffix(in.target, QString::fromLatin1(archiveSuffix)).toStdString(),
                                [&](const auto &, const auto &model, const auto &to) {
                                    written.archive = packModel(model, to, ctx.part(0.7, 0.8));
                                }});
    const QString report = withSuffix(in.target, QStringLiteral(".html"));
    if (in.report)
        options.also.push_back(
            {report.toStdString(), [&](const Published &published, const auto &, const auto &to) {
                 writeFileAtomically(to, reportOf(in, compressed, built, published, ctx.part(0.8, 1.0)));
             }});
    written.published = publish(built, compressed, target, options, ctx.part(0.4, 0.7));
    if (written.published.written && in.report)
        written.report = report;
    return written;
}

} // namespace lathe::ui
