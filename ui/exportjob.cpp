#include "ui/exportjob.h"

#include "core/base/fileio.h"
#include "core/exporting/report.h"
#include "core/preview/livepreview.h"

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

/// Beside the model, with what was measured of the very file.
QString writeReport(const ExportInput &in, const CompressedModel &compressed, const BuiltModel &built,
                    const Published &published, const JobContext &ctx)
{
    const std::filesystem::path target = in.target.toStdString();
    ReportContent content{target.string(),
                          compressed,
                          built,
                          published,
                          in.exporter->costs(compressed, ctx.part(0.0, 0.2)).macs,
                          {}};
    if (in.samples)
        content.measured = measure(in, compressed, built, ctx.part(0.2, 1.0));
    const QString path = withSuffix(in.target, QStringLiteral(".html"));
    writeFileAtomically(path.toStdString(), reportHtml(content));
    return path;
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
    requireWritablePlace(target);
    requireOtherFile(target, in.compressor->source().path());
    const CompressedModel compressed = in.compressor->compress(in.recipe, ctx.part(0.0, 0.2));
    const BuiltModel built = in.exporter->build(compressed, in.storage, ctx.part(0.2, 0.4));
    PublishOptions options;
    options.samples = in.samples.get();
    options.preprocessing = in.preprocessing;
    ExportedFiles written{publish(built, compressed, target, options, ctx.part(0.4, 0.7)), {}, {}};
    if (!written.published.written)
        return written;
    if (in.archive)
        written.archive =
            packModel(target, withSuffix(in.target, QString::fromLatin1(archiveSuffix)).toStdString(),
                      ctx.part(0.7, 0.8));
    if (in.report)
        written.report = writeReport(in, compressed, built, written.published, ctx.part(0.8, 1.0));
    return written;
}

} // namespace lathe::ui
