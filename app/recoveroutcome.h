#pragma once
// What `lathe recover` was asked for and what came of it.
#include "app/document.h"
#include "app/recipeoptions.h"
#include "app/recovertraining.h"
#include "core/workflow/exportmodel.h"

namespace lathe {

struct RecoverOptions {
    std::string model, teacher, output, train, tuning, saveTuning, saveRecipe, report;
    int64_t trainSamples = 0; ///< 0: as usual
    RecoverTrainingOptions training;
    RecipeOptions recipe;
    DataOptions data;
    CalibrationDataOptions calibration;
    bool withoutGradients = false, verify = true;
    unsigned seed = 1;

    int64_t fitted(int64_t usual) const { return trainSamples > 0 ? trainSamples : usual; } ///< samples
};

/// One of the models on the data that is measured on.
struct MeasuredModel {
    Metrics metrics;
    Comparison comparison; ///< with the source
};

struct Recovery {
    BuiltRecipe model;
    Recovered recovered;
    Message samples; ///< measured on
    std::optional<MeasuredModel> before, after;
    std::optional<MeasuredModels> measured; ///< for the report
    std::optional<train::TrainedRecovery> trained;
    Published published;
    double seconds = 0.0;
};

Json documentOf(const RecoverOptions &options, const Recovery &r);
std::string textOf(const RecoverOptions &options, const Recovery &r);

} // namespace lathe
