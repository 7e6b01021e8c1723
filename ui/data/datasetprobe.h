#pragma once
// What the data set dialog finds out before anything is used: what is in the folder, and which preprocessing
// fits.
#include "core/measure/measure.h"
#include "ui/base/settings.h"

#include <QImage>
#include <QVector>
#include <functional>
#include <memory>

namespace lathe::ui {

/// Its class by name, else by number; without labels the sample's own name.
QString sampleLabel(const Dataset &dataset, size_t index);

struct DatasetPreview {
    std::shared_ptr<const Dataset> dataset;
    QString format; ///< "idx", "image_folder", ...
    struct Thumbnail {
        QImage image;
        QString label;
    };
    QVector<Thumbnail> thumbnails; ///< evenly spread over the set; none for tensors
};
/// @throws Error as Dataset::open and Dataset::image do. @throws Cancelled
DatasetPreview probeDataset(const QString &reference, int thumbnails, const JobContext &ctx);

/// One way to preprocess, and what the untouched model does with it.
struct PreprocessingCandidate {
    QString name;
    Preprocessing preprocessing;
    bool isDefault = false; ///< what is used when nothing is chosen
};
/// The default first, then the presets that differ from it.
QVector<PreprocessingCandidate> preprocessingCandidates(const Model &model);

struct PreprocessingCheck {
    int candidate = 0;
    std::optional<Interval> top1; ///< empty without labels
    QString problem;              ///< why it does not work; empty: it does
    bool firstOnly = false;       ///< one sample was made ready, nothing was measured yet
};
/// Tries each candidate of `which` on one sample, then measures those that fit one after the other; `deliver`
/// runs on the calling thread. One that does not fit is told of once.
void checkPreprocessing(const Model &model, const Dataset &dataset,
                        const QVector<PreprocessingCandidate> &candidates, const QVector<int> &which,
                        int samples, const std::function<void(PreprocessingCheck)> &deliver,
                        const JobContext &ctx);

/// A sentence when the figures look like wrong preprocessing or wrong labels; else empty.
QString preprocessingWarning(const QVector<PreprocessingCandidate> &candidates,
                             const QVector<PreprocessingCheck> &checks, int chosen, size_t classes);

} // namespace lathe::ui
