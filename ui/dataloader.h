#pragma once
#include "core/evaluate/preview.h"
#include "ui/settings.h"

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
};

/// @throws Error as Dataset::open, SampleSet::prepare and measureBaseline do. @throws Cancelled
LoadedData loadData(const Model &model, const DatasetChoice &choice, const JobContext &ctx);

/// The preprocessing that is used when none was chosen, and where it comes from.
Preprocessing defaultPreprocessing(const Model &model, QString *source = nullptr);

} // namespace lathe::ui
