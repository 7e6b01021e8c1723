#include "core/workflow/exportmodel.h"

#include "core/base/fileio.h"
#include "core/data/datafiles.h"
#include "core/preview/livepreview.h"

#include <algorithm>
#include <iterator>

namespace lathe {
void requireSafeExport(const ExportFiles &files, const ExportInputs &inputs)
{
    std::vector<NamedFile> others;
    for (const NamedFile &other : {NamedFile{Message::tr("the recipe"), files.recipe},
                                   NamedFile{Message::tr("the archive"), files.archive},
                                   NamedFile{Message::tr("the trained values"), files.tuning},
                                   NamedFile{Message::tr("the report"), files.report}})
        if (!other.path.empty())
            others.push_back(other);
    std::vector<NamedFile> outputs = others;
    outputs.push_back({Message::tr("the result"), files.target});
    std::vector<NamedFile> read = inputs.files;
    for (const std::string &reference : inputs.dataSets)
        if (!reference.empty())
            std::ranges::move(filesOfDataSet(reference, outputs), std::back_inserter(read));
    for (const std::filesystem::path &file : inputs.modelData)
        read.push_back({Message::tr("external data of the source model"), file});
    requireSafeExport(files.target, inputs.model, others, std::move(read));
}

std::vector<Issue> BuiltRecipe::issues() const
{
    std::vector<Issue> all = compressed.issues;
    all.insert(all.end(), built.issues.begin(), built.issues.end());
    return all;
}

BuiltRecipe buildRecipe(Compressor &compressor, Exporter *exporter, const Recipe &recipe, Storage storage,
                        const JobContext &ctx, std::shared_ptr<const Tuning> tuning)
{
    CompressedModel compressed = compressor.compress(recipe, std::move(tuning), ctx.part(0.0, 0.7));
    const JobContext building = ctx.part(0.7, 1.0);
    BuiltModel built =
        exporter ? exporter->build(compressed, storage, building) : buildModel(compressed, storage, building);
    const std::optional<int64_t> macs = built.macs;
    return {std::move(compressed), std::move(built), macs};
}

ReportedFigures MeasuredModels::reported() const
{
    ReportedFigures figures{samples, preprocessing, {}, {}};
    figures.baseline.top1 = baseline.top1;
    figures.baseline.top5 = baseline.top5;
    setQuality(figures.compressed, compressed, comparison, untouched);
    return figures;
}

MeasuredModels measureModels(const BuiltRecipe &model, const SampleSet &samples, const Baseline &baseline,
                             const Message &preprocessing, const JobContext &ctx)
{
    const PreviewState variant = measureVariant(model.built.model, samples, baseline, ctx);
    const Message measured = baseline.samples.empty()
                                 ? samples.description()
                                 : Message::tr("{} of {}", baseline.samples.size(), samples.description());
    return {measured,        preprocessing,      baseline.metrics,
            variant.metrics, variant.comparison, model.compressed.changesNothing()};
}

MeasuredModels measureModels(const BuiltRecipe &model, const SampleSet &samples, const Message &preprocessing,
                             const JobContext &ctx)
{
    Baseline baseline;
    baseline.values = runSamples(Session(model.compressed.origin), samples, {}, ctx.part(0.0, 0.5)).values;
    baseline.metrics = metricsOf(baseline.values, samples.labels());
    return measureModels(model, samples, baseline, preprocessing, ctx.part(0.5, 1.0));
}

ExportedModel exportModel(const BuiltRecipe &model, const ExportOptions &options,
                          const MeasuredModels *measured, const JobContext &ctx)
{
    PublishOptions publishing{options.verify, options.samples, options.seed, options.preprocessing, {}};
    ExportedModel exported;
    if (!options.files.recipe.empty())
        publishing.also.push_back({options.files.recipe, [&](const auto &, const auto &, const auto &to) {
                                       saveRecipe(model.compressed.finalRecipe(), to);
                                   }});
    if (!options.files.tuning.empty())
        publishing.also.push_back({options.files.tuning, [&](const auto &, const auto &, const auto &to) {
                                       writeFileAtomically(to, options.tuning);
                                   }});
    if (!options.files.archive.empty())
        publishing.also.push_back(
            {options.files.archive, [&](const auto &, const auto &file, const auto &to) {
                 exported.archive = packModel(file, to, ctx.part(0.8, 1.0));
             }});
    if (!options.files.report.empty())
        publishing.also.push_back(
            {options.files.report, [&](const Published &published, const auto &, const auto &to) {
                 writeFileAtomically(
                     to,
                     reportHtml({options.files.target.string(), model.compressed, model.built, published,
                                 model.macs, measured ? std::optional(measured->reported()) : std::nullopt,
                                 options.translate, options.others}));
             }});
    const double publishedAt = options.files.archive.empty() ? 1.0 : 0.8;
    exported.published =
        publish(model.built, model.compressed, options.files.target, publishing, ctx.part(0.0, publishedAt));
    return exported;
}

} // namespace lathe
