#pragma once
// Writes the files of an export. No widgets.
#include "core/workflow/evaluationdata.h"
#include "core/workflow/exportmodel.h"
#include "ui/variants/variantmodel.h"

#include <QString>

namespace lathe::ui {

struct ExportInput {
    std::shared_ptr<Compressor> compressor;
    std::shared_ptr<Exporter> exporter;
    Recipe recipe;
    std::shared_ptr<const Tuning> tuning; ///< trained values laid over it; null: none
    QString target;                       ///< absolute
    Storage storage = Storage::Compact;
    bool archive = false, report = false;
    std::shared_ptr<const SampleSet> samples;
    std::shared_ptr<const Baseline> baseline, heldOut; ///< as in LoadedData
    std::optional<Preprocessing> preprocessing;
    std::shared_ptr<const Baseline> unlearned = {}; ///< as heldOut
    Message preprocessingText = {};                 ///< as the report says it
    std::vector<ReportVariant> others = {};         ///< that the report shows beside
    std::vector<NamedFile> inputs = {};             ///< that must not be written over: recipe, project
    std::vector<std::string> data = {};             ///< references of the data sets in use
};

struct ExportedFiles {
    ExportedModel model;
    QString report; ///< path of the page; empty: not asked for
};

/// Archive and report stand beside the target: all are written, or none.
/// @throws Error, Cancelled
ExportedFiles exportRecipe(const ExportInput &input, const JobContext &ctx);

/// Seconds that certificate and report of an export take on this machine, by what earlier ones took.
/// @param samples that outputs are compared on; null: made-up inputs
double provingSeconds(const Model &source, const SampleSet *samples, bool report);

/// Variants to show in the report of a recipe and what is laid over it: those that are measured and no other
/// name for it.
std::vector<ReportVariant> variantsBeside(const QVector<Variant> &variants, const Recipe &recipe,
                                          const std::shared_ptr<const Tuning> &tuning = nullptr);

/// The path with another suffix, which starts with a dot.
QString withSuffix(const QString &path, const QString &suffix);

} // namespace lathe::ui
