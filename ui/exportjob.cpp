#include "ui/exportjob.h"

#include "core/base/fileio.h"
#include "core/exporting/report.h"

namespace lathe::ui {
namespace {

Measurement measure(const ExportInput &in, const BuiltModel &built, const Baseline &baseline,
                    const JobContext &ctx)
{
    const PreviewState state = measurePreview(built.model, *in.samples, baseline, {}, ctx);
    return {in.samples->description(), in.preprocessing->name, baseline.metrics, state.metrics,
            state.comparison};
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
    if (in.samples) // what was calibrated on is not measured on
        content.measurement = measure(in, built, compressed.calibration.empty() ? *in.baseline : *in.heldOut,
                                      ctx.part(0.2, 1.0));
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
