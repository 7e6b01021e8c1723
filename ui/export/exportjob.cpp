#include "ui/export/exportjob.h"

#include "ui/base/messages.h"
#include "ui/base/samevalues.h"
#include "ui/session/machinerates.h"

#include <chrono>

namespace lathe::ui {
namespace {

ExportFiles filesOf(const ExportInput &in)
{
    ExportFiles files{in.target.toStdString(), {}, {}, {}};
    if (in.archive)
        files.archive = withSuffix(in.target, QString::fromLatin1(archiveSuffix)).toStdString();
    if (in.report)
        files.report = withSuffix(in.target, QStringLiteral(".html")).toStdString();
    return files;
}

/// Does the work, and remembers how long it took. @returns what it gave
template <class Work>
auto timed(const WorkAmount &amount, const Work &work)
{
    const auto start = std::chrono::steady_clock::now();
    auto result = work();
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
    machineRates()->learn(amount, took.count());
    return result;
}

/// What was calibrated on, or learned from, is not measured on.
MeasuredModels measure(const ExportInput &in, const BuiltRecipe &model, const JobContext &ctx)
{
    using enum LearnedFrom;
    const LearnedFrom learned = learnedFrom(model.compressed, in.samples->dataName());
    const Baseline &baseline = *(learned == Training      ? in.unlearned
                                 : learned == Calibration ? in.heldOut
                                                          : in.baseline);
    const auto samples = static_cast<size_t>(baseline.values.rows());
    return timed(evaluationWork(in.compressor->source().layers(), samples),
                 [&] { return measureModels(model, *in.samples, baseline, in.preprocessingText, ctx); });
}

WorkAmount proof(const Model &source, const SampleSet *samples)
{
    return certificateWork(source.layers(), samples ? samples->size() : 0);
}

} // namespace

QString withSuffix(const QString &path, const QString &suffix)
{
    return QString::fromStdString(
        std::filesystem::path(path.toStdString()).replace_extension(suffix.toStdString()).string());
}

std::vector<ReportVariant> variantsBeside(const QVector<Variant> &variants, const Recipe &recipe,
                                          const std::shared_ptr<const Tuning> &tuning)
{
    std::vector<ReportVariant> beside;
    for (const Variant &variant : variants) {
        const bool same =
            !variant.file && variant.recipe.rules == recipe.rules && sameValues(variant.tuning, tuning);
        const Figures &figures = variant.figures;
        if (!variant.isBaseline() && !same && figures.quality == Figures::Settled &&
            Figures::isCurrent(figures.sizes))
            beside.push_back({variant.name.toStdString(), figures});
    }
    return beside;
}

double provingSeconds(const Model &source, const SampleSet *samples, bool report)
{
    double seconds = machineRates()->seconds(proof(source, samples));
    if (report && samples)
        seconds += machineRates()->seconds(evaluationWork(source.layers(), samples->size()));
    return seconds;
}

ExportedFiles exportRecipe(const ExportInput &in, const JobContext &ctx)
{
    const Model &source = in.compressor->source();
    const ExportFiles files = filesOf(in);
    requireSafeExport(files, {source.path(), source.dataFiles(), in.inputs, in.data});
    const BuiltRecipe model =
        buildRecipe(*in.compressor, in.exporter.get(), in.recipe, in.storage, ctx.part(0.0, 0.4), in.tuning);
    std::optional<MeasuredModels> measured;
    if (in.report && in.samples)
        measured = measure(in, model, ctx.part(0.4, 0.6));
    ExportOptions options{files,    true, in.samples.get(), 1, in.preprocessing, messageTranslation(),
                          in.others};
    const auto writeAndProve = [&] {
        return exportModel(model, options, measured ? &*measured : nullptr, ctx.part(0.6, 1.0));
    };
    ExportedModel exported = in.archive ? writeAndProve() // packing is no proof
                                        : timed(proof(source, in.samples.get()), writeAndProve);
    const bool page = exported.published.written && in.report;
    return {std::move(exported), page ? QString::fromStdString(files.report.string()) : QString()};
}

} // namespace lathe::ui
