#include "ui/base/settings.h"

#include <QCryptographicHash>
#include <QStandardPaths>

namespace lathe::ui {
namespace {

// A path as a key: slashes would make groups.
QString groupOf(const QString &model)
{
    return QStringLiteral("models/") +
           QString::fromLatin1(QCryptographicHash::hash(model.toUtf8(), QCryptographicHash::Sha1).toHex());
}

} // namespace

// Not the native store: an own file obeys QStandardPaths' test mode.
Settings::Settings()
    : m_settings(QStandardPaths::writableLocation(QStandardPaths::AppConfigLocation) +
                     QStringLiteral("/workbench.ini"),
                 QSettings::IniFormat)
{
}

DataChoice toCore(const DatasetChoice &choice)
{
    return {choice.reference.toStdString(), choice.preprocessing, choice.limit,
            choice.calibration.toStdString()};
}

DatasetChoice fromCore(const DataChoice &choice)
{
    return {QString::fromStdString(choice.reference), choice.preprocessing, choice.limit,
            QString::fromStdString(choice.calibration)};
}

std::optional<DatasetChoice> Settings::dataset(const QString &model) const
{
    const QString group = groupOf(model);
    DatasetChoice choice;
    choice.reference = text(group + QStringLiteral("/dataset"));
    if (choice.reference.isEmpty())
        return {};
    choice.limit = m_settings.value(group + QStringLiteral("/limit"), choice.limit).toInt();
    choice.calibration = text(group + QStringLiteral("/calibration"));
    const std::string json = text(group + QStringLiteral("/preprocessing")).toStdString();
    if (!json.empty()) {
        const auto read =
            runGuarded([&] { return preprocessingFromJson(json, "the remembered preprocessing"); });
        if (const auto *preprocessing = std::get_if<Preprocessing>(&read))
            choice.preprocessing = *preprocessing; // one that cannot be read any more is as good as none
    }
    return choice;
}

void Settings::setDataset(const QString &model, const DatasetChoice &choice)
{
    const QString group = groupOf(model);
    setText(group + QStringLiteral("/dataset"), choice.reference);
    m_settings.setValue(group + QStringLiteral("/limit"), choice.limit);
    setText(group + QStringLiteral("/calibration"), choice.calibration);
    setText(group + QStringLiteral("/preprocessing"),
            choice.preprocessing ? QString::fromStdString(toJson(*choice.preprocessing)) : QString());
    setText(QStringLiteral("dataset/last"), choice.reference);
}

} // namespace lathe::ui
