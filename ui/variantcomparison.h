#pragma once
// What two to four variants do to the same samples. No widgets.
#include "core/evaluate/dataset.h"
#include "core/exporting/graph.h"
#include "ui/dataloader.h"
#include "ui/variantmodel.h"

namespace lathe::ui {

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
    std::vector<CompressedModel> compressed;
    std::vector<std::vector<LayerStorage>> storage;
    bool measured = false; ///< what follows; else there are no samples
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
/// was not calibrated on. @throws Error, Cancelled
VariantComparison compareVariants(Compressor &compressor, Exporter &exporter,
                                  const std::vector<Recipe> &recipes, const LoadedData *data,
                                  const JobContext &ctx);

} // namespace lathe::ui
