#pragma once
// What variants do to the same samples. No widgets.
#include "core/data/dataset.h"
#include "ui/compare/variantstudy.h"
#include "ui/session/dataloader.h"

#include <QHash>

#include <functional>

namespace lathe::ui {

/// A sample and what each variant makes of it.
struct ComparedSample {
    size_t place = 0;                 ///< in the sample set
    int label = -1;                   ///< -1: none
    std::vector<int> tops;            ///< class of each variant
    std::vector<float> probabilities; ///< of that class
    QString name;
    bool differs() const; ///< not all give the same class
    bool isRight(size_t variant) const { return tops[variant] == label; }
    bool isBroken() const; ///< the first is right, another one is not
    bool isMended() const; ///< the first is wrong, another one is not
};

/// A variant against the first one.
struct AnswerTally {
    int64_t changed = 0; ///< samples that get another class
    int64_t broken = 0;  ///< of which right before, wrong now
    int64_t mended = 0;
};

/// What a variant does on all the samples, beside the first one.
struct MeasuredAnswers {
    Metrics metrics;
    Comparison comparison;
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

/// Never changed once it was handed over: views and further comparisons share it.
struct VariantComparison {
    /// By variant; null: not looked at yet.
    std::vector<std::shared_ptr<const VariantStudy>> studies;
    bool isComplete = false; ///< there is nothing more to come
    bool measured = false;   ///< what follows; else there are no samples, or none has run yet
    bool hasLabels = false;
    OutputKind kind = OutputKind::NotClasses;
    int64_t samples = 0, samplesTotal = 0; ///< run by all variants so far
    std::vector<ComparedSample> answers;   ///< in the order of the set; none for outputs that are no classes
    std::vector<AnswerTally> tallies;      ///< by variant
    std::vector<MeasuredAnswers> whole;    ///< by variant; empty until all samples have run
    Message data;                          ///< which samples they are
    std::vector<ClassAccuracy> classes;
    std::vector<Confusion> confusions; ///< those that differ between variants, the largest difference first
    std::vector<std::string> classNames;
    std::shared_ptr<const Dataset> dataset; ///< that the samples are of

    bool isOfClasses() const { return measured && kind != OutputKind::NotClasses; }
    int64_t differing() const;
    QString className(int label) const; ///< its number when the data set gives no names
    /// "goldfish, Carassius auratus" is goldfish among classes that it cannot be mistaken for.
    QHash<int, QString> shortClassNames(const std::vector<int> &labels) const;
};
using SharedComparison = std::shared_ptr<const VariantComparison>;

/// In how many samples at a time all variants run: small ones first, so that there is something to see.
std::vector<size_t> portionsOf(size_t samples);
struct ComparisonTask {
    std::vector<VariantSource> variants;
    std::optional<LoadedData> data; ///< empty: layers and sizes only
    /// What is known of each variant from before; empty or null: nothing.
    std::vector<std::shared_ptr<const VariantStudy>> known = {};
};

/// Where any recipe is calibrated, all run on the samples that it was not calibrated on.
/// @param deliver is given what is known so far, after each variant and each portion of the samples
/// @throws Error (also for a file that is gone or changed) @throws Cancelled
SharedComparison compareVariants(Compressor &compressor, Exporter &exporter, const ComparisonTask &task,
                                 const JobContext &ctx,
                                 const std::function<void(const SharedComparison &)> &deliver = {});

} // namespace lathe::ui
