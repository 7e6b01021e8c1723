#pragma once
// One variant as it is compared: its weights, its layers, its answers. No widgets.
#include "core/exporting/graph.h"
#include "core/measure/preview.h"
#include "ui/compare/filefindings.h"

#include <memory>

namespace lathe::ui {

/// What a variant is made of: a recipe, or a file from elsewhere.
struct VariantSource {
    VariantSource() = default;
    VariantSource(Recipe r) : recipe(std::move(r)) {} // implicit: a recipe is a source
    explicit VariantSource(const Variant &variant)
        : recipe(variant.recipe), tuning(variant.tuning), file(variant.file), name(variant.name)
    {
    }
    bool isUntouched() const { return !file && !tuning && recipe.rules.empty(); }
    Recipe recipe;
    std::shared_ptr<const Tuning> tuning = nullptr; ///< trained values laid over it; null: none
    std::optional<VariantFile> file;
    QString name = {}; ///< for what is said while it runs
};

/// One layer of the open model in one variant.
struct ComparedLayer {
    bool known = true; ///< false: a file from elsewhere does not have it
    bool ofFile = false;
    LayerSettings settings; ///< of a recipe
    QString text;           ///< what was done to it, or how the file stores it
    qint64 bytes = 0;
    bool gone = false;           ///< it went with its block
    Index rows = 0, cols = 0;    ///< that are left, where channels went; 0: all
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

/// What a variant gives for some samples that follow each other.
struct SampleAnswers {
    Matrix values;                    ///< [samples, width]
    std::vector<int> tops;            ///< class of each; none for outputs that are no classes
    std::vector<float> probabilities; ///< of that class; NaN where an output is no number
};
SampleAnswers answersOf(Matrix values, OutputKind kind);

struct VariantStudy {
    VariantWeights weights;
    std::vector<ComparedLayer> layers; ///< by layer of the open model
    std::vector<std::shared_ptr<const SampleAnswers>>
        portions;                          ///< in the order of the samples, as far as run
    std::shared_ptr<const Baseline> basis; ///< of these samples; null: none has run
};
/// Weights and layers. @throws Error (also for a file that is gone or changed) @throws Cancelled
VariantStudy studyVariant(Compressor &compressor, Exporter &exporter, const VariantSource &variant,
                          const JobContext &ctx);

struct ClassShare {
    int label = 0;
    double share = 0.0; ///< probability; NaN where the output is no number
};
/// Of one row, by class. @pre kind is not NotClasses
std::vector<double> probabilitiesOf(const Matrix &values, Index row, OutputKind kind);
/// The likeliest first. @param sample counted over the portions; beyond them: nothing
std::vector<ClassShare> likeliestClasses(const VariantStudy &study, size_t sample, size_t count,
                                         OutputKind kind);

} // namespace lathe::ui
