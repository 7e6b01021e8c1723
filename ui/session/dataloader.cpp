#include "ui/session/dataloader.h"

#include "ui/base/format.h"
#include "ui/base/preferences.h"

#include <QCoreApplication>
#include <QJsonDocument>
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

/// A preset by its name, anything else as the text of its file.
QString preprocessingOption(const Preprocessing &preprocessing)
{
    const std::string text = toJson(preprocessing);
    for (const std::string &preset : preprocessingPresets())
        if (toJson(preprocessingPreset(preset)) == text)
            return QString::fromStdString(preset);
    return QString::fromUtf8(
        QJsonDocument::fromJson(QByteArray::fromStdString(text)).toJson(QJsonDocument::Compact));
}

} // namespace

QStringList dataOptions(const LoadedData &data, bool calibrates, bool measures, const Preprocessing &standard)
{
    QStringList words;
    if (!calibrates && !measures)
        return words;
    if (measures) {
        words << QStringLiteral("--data") << shellQuoted(data.choice.reference);
        if (data.choice.limit > 0)
            words << QStringLiteral("--limit") << QString::number(data.choice.limit);
    }
    if (data.calibration)
        words << (calibrates ? QStringLiteral("--calibrate") : QStringLiteral("--output-data"))
              << shellQuoted(QString::fromStdString(data.calibrationReference));
    if (toJson(data.preprocessing) != toJson(standard))
        words << QStringLiteral("--preprocess") << shellQuoted(preprocessingOption(data.preprocessing));
    return words;
}

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
