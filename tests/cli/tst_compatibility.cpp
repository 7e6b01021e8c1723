// What older versions wrote, in tests/data/VERSION: made once by tests/tools/makeformatfiles.py, read for
// good.
#include "tests/cli/program.h"
#include "tests/support/places.h"

#include <QTemporaryDir>

using namespace lathe::test;

namespace {

QString dataPath(const QString &name)
{
    return QString::fromStdString(sourcePath("tests/data/0.1.0/")) + name;
}

QByteArray contentOf(const QString &path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

QJsonObject jsonOf(const QString &path)
{
    return QJsonDocument::fromJson(contentOf(path)).object();
}

const QStringList forms{"dense", "qdq8", "qdq4", "matmulnbits", "sparse"};
const QStringList calibrated{"corrected", "switched", "gptq", "surgeon", "activations"};

QStringList calibrationFor(const QString &name)
{
    return calibrated.contains(name) ? QStringList{"--calibrate", dataPath("samples#first")} : QStringList();
}

/// What 0.1.0 says of settings, in today's words: it knew true and false, and said nothing of false.
QJsonObject inTodaysWords(QJsonObject settings)
{
    if (settings.contains("bits"))
        settings["bias_correction"] = settings["bias_correction"].toBool() ? "data" : "off";
    return settings;
}

void addExports()
{
    QTest::addColumn<QString>("name");
    for (const QString &file : QDir(dataPath("recipes")).entryList({"*.json"})) {
        const QString name = QFileInfo(file).baseName();
        QTest::newRow(qPrintable(name)) << name;
    }
}

} // namespace

class TstCompatibility : public QObject {
    Q_OBJECT

private slots:
    void initTestCase();
    void export_verifies_data() { addExports(); }
    void export_verifies();
    void correctedExport_verifiesWithItsData_data();
    void correctedExport_verifiesWithItsData();
    void recipe_makesTheSameModel_data() { addExports(); }
    void recipe_makesTheSameModel();
    void archive_unpacksToTheSameFile();

private:
    QString path(const QString &name) const { return m_folder.filePath(name); }
    QTemporaryDir m_folder;
};

void TstCompatibility::initTestCase()
{
    QVERIFY(m_folder.isValid());
    qputenv("XDG_CACHE_HOME", path("cache").toUtf8());
}

void TstCompatibility::export_verifies()
{
    QFETCH(QString, name);
    const Run run = runLathe(
        {"verify", dataPath("exports/" + name + ".onnx"), "--against", dataPath("net.onnx"), "--json"});
    LATHE_EXPECT_EXIT(run, 0);
    QVERIFY(run.json()["passed"].toBool());
    int compared = 0;
    for (const QJsonValue &check : run.json()["checks"].toArray())
        compared += check["name"] == "stored weights" && check["result"] == "passed";
    QVERIFY2(compared == 1, run.report());
}

void TstCompatibility::correctedExport_verifiesWithItsData_data()
{
    QTest::addColumn<QString>("name");
    QTest::newRow("all") << "corrected";
    QTest::newRow("some") << "switched";
}

void TstCompatibility::correctedExport_verifiesWithItsData()
{
    QFETCH(QString, name);
    const Run run = runLathe(
        QStringList{"verify", dataPath("exports/" + name + ".onnx"), "--against", dataPath("net.onnx")} +
        calibrationFor(name));
    LATHE_EXPECT_EXIT(run, 0);
}

/// Weights, storage and what stands in the file; a number's last figures may be those of another processor.
void TstCompatibility::recipe_makesTheSameModel()
{
    QFETCH(QString, name);
    const QString recipe = dataPath("recipes/" + name + ".json");
    QStringList arguments{"compress",         dataPath("net.onnx"), "--recipe",         recipe,  "-o",
                          path("again.onnx"), "--save-recipe",      path("again.json"), "--json"};
    if (forms.contains(name))
        arguments << "--form" << name;
    const Run run = runLathe(arguments + calibrationFor(name));
    LATHE_EXPECT_EXIT(run, 0);
    QCOMPARE(run.json()["recipe"].toObject(), jsonOf(recipe));
    QCOMPARE(contentOf(path("again.json")), contentOf(recipe)); // version 1 holds it still
    const QJsonArray before = jsonOf(dataPath("results/" + name + ".json"))["layers"].toArray();
    const QJsonArray now = run.json()["layers"].toArray();
    QCOMPARE(now.size(), before.size());
    for (qsizetype i = 0; i < now.size(); ++i) {
        QCOMPARE(now[i]["name"], before[i]["name"]);
        QCOMPARE(now[i]["settings"].toObject(), inTodaysWords(before[i]["settings"].toObject()));
        QCOMPARE(now[i]["form"], before[i]["form"]);
        QCOMPARE(now[i]["size_bytes"], before[i]["size_bytes"]);
        QCOMPARE(now[i]["rank"], before[i]["rank"]);
        for (const char *figure : {"relative_error", "sparsity"})
            QVERIFY2(std::abs(now[i][figure].toDouble() - before[i][figure].toDouble()) < 1e-4, figure);
    }
}

void TstCompatibility::archive_unpacksToTheSameFile()
{
    LATHE_EXPECT_EXIT(runLathe({"unpack", dataPath("plain.lathez"), "-o", path("same.onnx")}), 0);
    QCOMPARE(contentOf(path("same.onnx")), contentOf(dataPath("exports/plain.onnx")));
}

QTEST_GUILESS_MAIN(TstCompatibility)
#include "tst_compatibility.moc"
