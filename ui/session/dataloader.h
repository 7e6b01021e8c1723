#pragma once
// The data set of a window, with its words.
#include "core/workflow/evaluationdata.h"
#include "ui/base/settings.h"

namespace lathe::ui {

struct Preferences;

/// A data set made ready for a model, and what the untouched model does on it.
struct LoadedData : EvaluationData {
    DatasetChoice choice;
    QString preprocessingSource; ///< "found beside the model", "guessed from the input's shape", "chosen"
};

/// Where statistics are kept, and how much of them.
CalibrationOptions calibrationOptions(const Preferences &preferences);

/// Calibrates on samples of the first half of the data set where the choice names no other data.
/// @throws Error as openEvaluation() does. @throws Cancelled
LoadedData loadData(const Model &model, const DatasetChoice &choice, const CalibrationOptions &options,
                    const JobContext &ctx);

/// The options of `lathe compress` that use the data as the window does.
/// @param calibrates the recipe needs it @param measures figures are asked for too
/// @param standard what the program would use by itself
QStringList dataOptions(const LoadedData &data, bool calibrates, bool measures,
                        const Preprocessing &standard);

/// The preprocessing that is used when none was chosen, and where it comes from.
Preprocessing defaultPreprocessing(const Model &model, QString *source = nullptr);

} // namespace lathe::ui
