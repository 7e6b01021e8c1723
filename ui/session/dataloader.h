#pragma once
#include "core/measure/preview.h"
#include "core/methods/statistics.h"
#include "ui/base/settings.h"

#include <functional>
#include <memory>

namespace lathe::ui {

/// A data set made ready for a model, and what the untouched model does on it.
struct LoadedData {
    DatasetChoice choice;
    Preprocessing preprocessing;
    QString preprocessingSource; ///< "found beside the model", "guessed from the input's shape", "chosen"
    std::shared_ptr<const SampleSet> samples;
    std::shared_ptr<const Baseline> baseline;

    /// What methods that look at a layer's inputs go by; null: the data set has too few samples to spare
    /// some.
    std::shared_ptr<const Calibration> calibration;
    QString calibrationReference; ///< FOLDER[:SPLIT][#HALF] of it
    /// Of the samples that are not calibrated on: what a recipe that was calibrated is measured against.
    std::shared_ptr<const Baseline> heldOut;
    bool isCalibratedOnHalf() const { return heldOut != baseline; }
};

constexpr int calibrationLimit = 128; ///< samples that are calibrated on at most, as by the command line

/// Calibrates on samples of the first half of the data set where the choice names no other data.
/// @throws Error as Dataset::open, SampleSet::prepare and measureBaseline do. @throws Cancelled
LoadedData loadData(const Model &model, const DatasetChoice &choice, const JobContext &ctx);

/// The preprocessing that is used when none was chosen, and where it comes from.
Preprocessing defaultPreprocessing(const Model &model, QString *source = nullptr);

} // namespace lathe::ui
