#pragma once
// From a recipe to files and figures: the one way of the command line and of the window.
#include "core/archive/archive.h"
#include "core/certify/publish.h"
#include "core/certify/report.h"

namespace lathe {

/// What an export writes: all of it, or none.
struct ExportFiles {
    std::filesystem::path target;                  ///< the model
    std::filesystem::path recipe, archive, report; ///< empty: not written
    std::filesystem::path tuning = {};             ///< the same
};

/// What an export reads, and so must not write over.
struct ExportInputs {
    std::filesystem::path model;                  ///< the source
    std::vector<std::filesystem::path> modelData; ///< its external data, as far as known
    std::vector<NamedFile> files;                 ///< "the recipe that is open"; empty paths are none
    std::vector<std::string> dataSets;            ///< references, as Dataset::open(); empty ones are none
};

/// For asking before any work: an export harms nothing that it reads.
/// @throws Error as requireSafeOutputs()
void requireSafeExport(const ExportFiles &files, const ExportInputs &inputs);

/// A recipe carried out, in memory.
struct BuiltRecipe {
    CompressedModel compressed;
    BuiltModel built;
    std::optional<int64_t> macs;       ///< of one sample; empty: not known
    std::vector<Issue> issues() const; ///< of compressing, then of building
};
/// @param exporter of an open model; null: for one time, nothing is remembered
/// @param tuning laid over the recipe; null: none
/// @throws Error as Compressor::compress() and Exporter::build() do. @throws Cancelled
BuiltRecipe buildRecipe(Compressor &compressor, Exporter *exporter, const Recipe &recipe, Storage storage,
                        const JobContext &ctx = {}, std::shared_ptr<const Tuning> tuning = nullptr);

/// The source and what became of it on the same samples.
struct MeasuredModels {
    Message samples;       ///< "500 samples of digits (test)"
    Message preprocessing; ///< "imagenet (found beside the model)"
    Metrics baseline, compressed;
    Comparison comparison;
    bool untouched = false; ///< they are one and the same model
    ReportedFigures reported() const;
};
/// Runs the built model on the samples that the baseline stands for: all of the set, or those that were not
/// calibrated on.
/// @throws Error, Cancelled
MeasuredModels measureModels(const BuiltRecipe &model, const SampleSet &samples, const Baseline &baseline,
                             const Message &preprocessing, const JobContext &ctx = {});
/// Both on all samples, where nothing is known of the source yet. @throws as above
MeasuredModels measureModels(const BuiltRecipe &model, const SampleSet &samples, const Message &preprocessing,
                             const JobContext &ctx = {});

struct ExportOptions {
    ExportFiles files;
    bool verify = true;                 ///< certify the file before it takes its name
    const SampleSet *samples = nullptr; ///< to certify with; null: random inputs made from `seed`
    unsigned seed = 1;
    std::optional<Preprocessing> preprocessing; ///< as PublishOptions::preprocessing
    Message::Translate translate = {};          ///< for the report; empty: English
    std::vector<ReportVariant> others = {};     ///< that the report shows beside
    std::string tuning = {};                    ///< content of ExportFiles::tuning
};

struct ExportedModel {
    Published published;
    std::optional<PackReport> archive; ///< where one was asked for and written
};
/// @param measured what the report says of accuracy; null: nothing
/// @throws Error as publish() and packModel() do. @throws Cancelled
ExportedModel exportModel(const BuiltRecipe &model, const ExportOptions &options,
                          const MeasuredModels *measured, const JobContext &ctx = {});

} // namespace lathe
