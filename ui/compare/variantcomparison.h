#pragma once
// What two to four variants do to the same samples. No widgets.
#include "core/data/dataset.h"
#include "core/exporting/graph.h"
#include "ui/compare/filefindings.h"
#include "ui/session/dataloader.h"

namespace lathe::ui {

/// What a variant is made of: a recipe, or a file from elsewhere.
struct VariantSource {
    VariantSource() = default;
    VariantSource(Recipe r) : recipe(std::move(r)) {} // implicit: a recipe is a source
    explicit VariantSource(const Variant &variant) : recipe(variant.recipe), file(variant.file) {}
    Recipe recipe;
    std::optional<VariantFile> file;
};

/// One layer of the open model in one variant.
struct ComparedLayer {
    bool known = true; ///< false: a file from elsewhere does not have it
    bool ofFile = false;
    LayerSettings settings; ///< of a recipe
    QString text;           ///< what was done to it, or how the file stores it
    qint64 bytes = 0;
    std::optional<double> error; ///< of the weights, relative; empty: the file's cannot be set beside them
    /// Whether both are told to be the same; a file's bytes are counted otherwise than a recipe's.
    bool isLike(const ComparedLayer &other) const;
};

/// Where the weights of a variant come from.
struct VariantWeights {
    std::optional<CompressedModel> compressed; ///< of a recipe
    std::optional<MatchedFile> file;
    /// Empty: the file does not have the layer, or its weight cannot be read.
    std::optional<Matrix> of(const Model &source, size_t layer) const;
};

/// A sample that not all variants see alike.
struct FlippedSample {
    size_t place = 0;      ///< in the sample set
    int label = -1;        ///< -1: none
    std::vector<int> tops; ///< class of each variant
    QString name;
    Image image; ///< as decoded; empty when the data set holds none, or there are too many
};

struct ClassAccuracy {
    int label = 0;
    int64_t samples = 0;
    std::vector<int64_t> right; ///< by variant
};

/// Samples of one true class that get one other class.
struct Confusion {
    int label = 0, top = 0;
    std::vector<int64_t> samples; ///< by variant
};

struct VariantComparison {
    std::vector<VariantWeights> weights;            ///< by variant
    std::vector<std::vector<ComparedLayer>> layers; ///< by variant, by layer of the open model
    bool measured = false;                          ///< what follows; else there are no samples
    bool hasLabels = false;
    int64_t samples = 0;
    std::optional<Comparison> lastAgainstFirst;
    std::vector<FlippedSample> flipped; ///< in the order of the set
    std::vector<ClassAccuracy> classes;
    std::vector<Confusion> confusions; ///< those that differ between variants, the largest difference first
    std::vector<std::string> classNames;

    QString className(int label) const; ///< its number when the data set gives no names
};

/// Images of so many flipped samples are kept.
constexpr size_t flippedImages = 200;

/// @param data null: layers and sizes only. Where any recipe is calibrated, all run on the samples that it
/// was not calibrated on. @throws Error (also for a file that is gone or changed) @throws Cancelled
VariantComparison compareVariants(Compressor &compressor, Exporter &exporter,
                                  const std::vector<VariantSource> &variants, const LoadedData *data,
                                  const JobContext &ctx);

} // namespace lathe::ui
