#include "ui/session/dataloader.h"

#include "ui/base/preferences.h"

#include <QCoreApplication>
#include <algorithm>

namespace lathe::ui {
namespace {

struct Words {
    Q_DECLARE_TR_FUNCTIONS(lathe::ui::DataLoader)
};

QString sourceText(ChosenPreprocessing::Origin origin)
{
    switch (origin) {
    case ChosenPreprocessing::Origin::Given:
        return Words::tr("chosen");
    case ChosenPreprocessing::Origin::BesideModel:
        return Words::tr("found beside the model");
    case ChosenPreprocessing::Origin::Guess:
    case ChosenPreprocessing::Origin::None:
        break;
    }
    return Words::tr("guessed from the shape of the input");
}

} // namespace

Preprocessing defaultPreprocessing(const Model &model, QString *source)
{
    ChosenPreprocessing chosen = choosePreprocessing(model, {});
    if (source)
        *source = sourceText(chosen.origin);
    return std::move(chosen.preprocessing);
}

CalibrationOptions calibrationOptions(const Preferences &preferences)
{
    CalibrationOptions options;
    options.memoryBytes = int64_t(preferences.calibrationMemory) << 20;
    options.cacheBytes = int64_t(preferences.calibrationDisk) << 20;
    if (preferences.calibrationDisk == 0)
        options.cacheFolder.clear();
    return options;
}

LoadedData loadData(const Model &model, const DatasetChoice &choice, const CalibrationOptions &options,
                    const JobContext &ctx)
{
    LoadedData data{openEvaluation(model, toCore(choice), options, ctx), choice, {}};
    data.preprocessingSource = sourceText(data.preprocessingOrigin);
    return data;
}

} // namespace lathe::ui
