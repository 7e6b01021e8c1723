#include "ui/base/preferences.h"

#include "ui/base/settings.h"
#include "ui/base/translation.h"

#include <algorithm>

namespace lathe::ui {
namespace {

const QString schemeKey = QStringLiteral("look/scheme");
const QString threadsKey = QStringLiteral("work/threads");
const QString calibrationMemoryKey = QStringLiteral("work/calibration_memory_mb");
const QString calibrationDiskKey = QStringLiteral("work/calibration_disk_mb");
const QString languageKey = QStringLiteral("language");

int read(const Settings &settings, const QString &key, int low, int high, int otherwise)
{
    bool isNumber = false;
    const int value = settings.text(key).toInt(&isNumber);
    return isNumber && value >= low && value <= high ? value : otherwise;
}

} // namespace

Preferences Preferences::load()
{
    const Settings settings;
    Preferences p;
    p.scheme = static_cast<Scheme>(read(settings, schemeKey, 0, 2, static_cast<int>(p.scheme)));
    p.threads = read(settings, threadsKey, 0, mostThreads, p.threads);
    p.cacheMemory =
        static_cast<int>(std::clamp<qint64>(settings.memoryBytes() >> 20, leastMemory, mostMemory));
    p.calibrationMemory = read(settings, calibrationMemoryKey, leastMemory, mostMemory, p.calibrationMemory);
    p.calibrationDisk = read(settings, calibrationDiskKey, 0, mostMemory, p.calibrationDisk);
    if (const QString language = settings.text(languageKey); languages().contains(language))
        p.language = language;
    return p;
}

void Preferences::save() const
{
    Settings settings;
    settings.setText(schemeKey, QString::number(static_cast<int>(scheme)));
    settings.setText(threadsKey, QString::number(threads));
    settings.setMemoryBytes(qint64(cacheMemory) << 20);
    settings.setText(calibrationMemoryKey, QString::number(calibrationMemory));
    settings.setText(calibrationDiskKey, QString::number(calibrationDisk));
    settings.setText(languageKey, language);
}

} // namespace lathe::ui
