#pragma once
// What the tests of the window share: the bundled sample and a clean place for settings.
#include "tests/support/places.h"
#include "ui/session/workbench.h"

#include <QDir>
#include <QSignalSpy>
#include <QStandardPaths>
#include <QtTest>

namespace lathe::test {

constexpr int patience = 60000; // ms; only a hanging program reaches it

inline QString samplePath(const QString &file = QStringLiteral("digits.onnx"))
{
    return QString::fromStdString(sourcePath("resources/sample/")) + file;
}

/// Settings and sessions of an earlier run are gone, and the user's own are never touched.
inline void startClean()
{
    QStandardPaths::setTestModeEnabled(true);
    for (const auto place : {QStandardPaths::AppConfigLocation, QStandardPaths::AppDataLocation})
        QDir(QStandardPaths::writableLocation(place)).removeRecursively();
}

inline bool settle(ui::Workbench &workbench)
{
    return QTest::qWaitFor([&] { return workbench.isSettled(); }, patience);
}

inline bool openSample(ui::Workbench &workbench)
{
    workbench.openModel(samplePath());
    return QTest::qWaitFor([&] { return workbench.hasModel(); }, patience) && settle(workbench);
}

/// A copy of the sample that has no data beside it.
inline bool openWithoutData(ui::Workbench &workbench, const QString &folder)
{
    const QString copy = QDir(folder).filePath(QStringLiteral("copy.onnx"));
    if (!QFile::copy(samplePath(), copy))
        return false;
    workbench.openModel(copy);
    return QTest::qWaitFor([&] { return workbench.hasModel(); }, patience) && settle(workbench) &&
           !workbench.data();
}

inline ui::Preset presetNamed(const QString &name)
{
    for (const ui::Preset &preset : ui::presets())
        if (preset.name == name)
            return preset;
    qFatal("no preset is called %s", qPrintable(name));
}

inline void setBits(LayerSettings &settings, int bits)
{
    settings.quantize = QuantizeSettings{};
    settings.quantize->bits = bits;
}

inline int layerNamed(const ui::Workbench &workbench, const char *name)
{
    return static_cast<int>(workbench.model().layerIndex(name));
}

/// As the inspector does it. @param dragging the control has not come to rest
inline void editBits(ui::Workbench &workbench, const char *layer, int bits, bool dragging = false)
{
    workbench.editor().editLayers(
        {layerNamed(workbench, layer)}, [bits](LayerSettings &s) { setBits(s, bits); },
        QStringLiteral("Bits → %1").arg(bits), dragging);
}

} // namespace lathe::test
