#include "ui/session/dataloader.h"

#include "core/calibrate/calibration.h"
#include "ui/base/preferences.h"

#include <QCoreApplication>
#include <algorithm>

namespace lathe::ui {
namespace {

struct Words {
    Q_DECLARE_TR_FUNCTIONS(lathe::ui::DataLoader)
};

/// Places of the samples that #second of the data set stands for.
std::vector<size_t> placesOfSecondHalf(const Dataset &dataset, const SampleSet &samples)
{
    const std::vector<size_t> half = dataset.secondHalf();
    std::vector<size_t> places;
    for (size_t place = 0; place < samples.size(); ++place)
        if (std::ranges::binary_search(half, samples.datasetIndices()[place]))
            places.push_back(place);
    return places;
}

CalibrationOptions calibrationOptions()
{
    const Preferences preferences = Preferences::load();
    CalibrationOptions options;
    options.memoryBytes = int64_t(preferences.calibrationMemory) << 20;
    options.cacheBytes = int64_t(preferences.calibrationDisk) << 20;
    if (preferences.calibrationDisk == 0)
        options.cacheFolder.clear();
    return options;
}

void chooseCalibration(LoadedData &data, const Model &model, const Dataset &dataset, const JobContext &ctx)
{
    data.heldOut = data.baseline;
    QString reference = data.choice.calibration;
    if (reference.isEmpty()) // where the data set is one half itself, the other one
        reference = QString::fromStdString(Dataset::otherHalf(data.choice.reference.toStdString()));
    if (reference.isEmpty()) {
        std::vector<size_t> places = placesOfSecondHalf(dataset, *data.samples);
        if (places.empty() || places.size() == data.samples->size())
            return; // too few samples to spare some
        data.heldOut =
            std::make_shared<const Baseline>(baselineOn(*data.baseline, *data.samples, std::move(places)));
        reference = data.choice.reference + QStringLiteral("#first");
    }
    data.calibrationReference = reference;
    const Dataset chosen = Dataset::open(reference.toStdString(), ctx.part(0.0, 0.2));
    data.calibration = calibrate(
        model, SampleSet::prepare(model, chosen, data.preprocessing, calibrationLimit, ctx.part(0.2, 0.8)),
        calibrationOptions(), ctx.part(0.8, 1.0));
}

} // namespace

Preprocessing defaultPreprocessing(const Model &model, QString *source)
{
    QString ignored;
    QString &from = source ? *source : ignored;
    if (!model.path().empty()) {
        if (const auto found = findPreprocessing(model.path())) {
            from = Words::tr("found beside the model");
            return *found;
        }
    }
    from = Words::tr("guessed from the shape of the input");
    return model.inputs().empty() ? Preprocessing{} : guessPreprocessing(model.inputs().front());
}

LoadedData loadData(const Model &model, const DatasetChoice &choice, const JobContext &ctx)
{
    LoadedData data;
    data.choice = choice;
    const Dataset dataset = Dataset::open(choice.reference.toStdString(), ctx.part(0.0, 0.1));
    if (choice.preprocessing) {
        data.preprocessing = *choice.preprocessing;
        data.preprocessingSource = Words::tr("chosen");
    } else {
        data.preprocessing = defaultPreprocessing(model, &data.preprocessingSource);
    }
    data.samples = std::make_shared<const SampleSet>(
        SampleSet::prepare(model, dataset, data.preprocessing, static_cast<size_t>(std::max(0, choice.limit)),
                           ctx.part(0.1, 0.5)));
    data.baseline =
        std::make_shared<const Baseline>(measureBaseline(model, *data.samples, ctx.part(0.5, 0.9)));
    try {
        chooseCalibration(data, model, dataset, ctx.part(0.9, 1.0));
    } catch (const Error &) {
        if (!choice.calibration.isEmpty())
            throw; // it was asked for; else accuracy can be measured all the same
        data.heldOut = data.baseline;
    }
    return data;
}

} // namespace lathe::ui
