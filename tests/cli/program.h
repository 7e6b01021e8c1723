#pragma once
// Runs the built program as a user would.
#include "app/exitcode.h"
#include "tests/support/places.h"

#include <QDir>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QProcessEnvironment>
#include <QtTest>

namespace lathe::test {

struct Run {
    int exitCode = -1; ///< -1: it crashed, was killed by a signal or did not end
    QByteArray out, err;

    /// Constant, so that [] reads and never inserts.
    const QJsonObject json() const { return QJsonDocument::fromJson(out).object(); }
    /// What a failing check needs to show.
    QByteArray report() const
    {
        return "exit code " + QByteArray::number(exitCode) + "\nstdout: " + out + "\nstderr: " + err;
    }
};

inline QString programPath()
{
    return QString::fromStdString(builtPath("lathe"));
}

/// Whether the program was built with what trains.
inline bool hasEngine()
{
    return QFile::exists(QString::fromStdString(builtPath("liblathe-train.so")));
}

inline QString samplePath(const QString &name = {})
{
    return QString::fromStdString(sourcePath("resources/sample")) + (name.isEmpty() ? "" : "/" + name);
}

inline QString sampleModel()
{
    return samplePath("digits.onnx");
}

inline Run finish(QProcess &process, int timeoutMilliseconds = 600'000)
{
    Run run;
    if (!process.waitForFinished(timeoutMilliseconds)) {
        process.kill();
        process.waitForFinished();
    } else if (process.exitStatus() == QProcess::NormalExit) {
        run.exitCode = process.exitCode();
    }
    run.out = process.readAllStandardOutput();
    run.err = process.readAllStandardError();
    return run;
}

inline Run runLathe(const QStringList &arguments, const QString &folder = {},
                    const QProcessEnvironment &environment = QProcessEnvironment::systemEnvironment())
{
    QProcess process;
    process.setWorkingDirectory(folder);
    process.setProcessEnvironment(environment);
    process.start(programPath(), arguments);
    return finish(process);
}

inline void writeFile(const QString &path, const QByteArray &content)
{
    QFile file(path);
    QVERIFY2(file.open(QIODevice::WriteOnly) && file.write(content) == content.size(), qPrintable(path));
}

/// Everything in a folder, hidden files too: nothing may be left behind.
inline QStringList entries(const QString &folder)
{
    return QDir(folder).entryList(QDir::AllEntries | QDir::Hidden | QDir::System | QDir::NoDotAndDotDot);
}

inline double number(const QJsonObject &object, const char *key)
{
    return object.value(QLatin1String(key)).toDouble(qQNaN());
}

} // namespace lathe::test

/// `ran` is run once: QVERIFY2 asks for its message even where all is well.
#define LATHE_EXPECT_EXIT(ran, code)                                                                         \
    do {                                                                                                     \
        const lathe::test::Run &ranOnce = (ran);                                                             \
        QVERIFY2(ranOnce.exitCode == (code), ranOnce.report().constData());                                  \
    } while (false)
#define LATHE_EXPECT_KEYS(object, ...)                                                                       \
    for (const char *key : {__VA_ARGS__})                                                                    \
    QVERIFY2((object).contains(QLatin1String(key)), key)
