// --tuning of the verbs that take a recipe, on the sample.
#include "tests/cli/program.h"

#include <QCryptographicHash>

using namespace lathe::test;

class TstTuning : public QObject {
    Q_OBJECT

private slots:
    void initTestCase();
    void recipeAndTuning_makeTheSameBytes();
    void file_saysWhatItCarries();
    void verify_takesTheTuning();
    void verify_tellsOtherValues();
    void verify_needsNoTuning();
    void otherSettings_areLeftOut();
    void evaluate_measuresWhatTheyMake();
    void compare_measuresWhatTheyMake();
    void compare_knowsMacsByThem();
    void recipesAreNeeded_data();
    void recipesAreNeeded();
    void badTunings_areRefused_data();
    void badTunings_areRefused();
    void tuning_isNotWrittenOver();

private:
    QString path(const QString &name) const { return m_folder.filePath(name); }
    static QByteArray content(const QString &file)
    {
        QFile opened(file);
        return opened.open(QIODevice::ReadOnly) ? opened.readAll() : QByteArray();
    }
    Run recovered(const QString &set, const QString &to) const
    {
        return runLathe({"recover", sampleModel(), "--set", set, "--train", samplePath() + ":test#first",
                         "--train-samples", "64", "--without-gradients", "--only", "refit", "-o",
                         path(to + ".onnx"), "--save-tuning", path(to + ".tuning.npz"), "--save-recipe",
                         path(to + ".recipe.json"), "--json"});
    }
    Run compressed(const QStringList &more, const QString &to) const
    {
        return runLathe(QStringList{"compress", sampleModel(), "-o", path(to), "--json", "--recipe",
                                    path("a.recipe.json"), "--tuning", path("a.tuning.npz")} +
                        more);
    }
    QTemporaryDir m_folder;
};

void TstTuning::initTestCase()
{
    QVERIFY(m_folder.isValid());
    qputenv("XDG_CACHE_HOME", path("cache").toUtf8());
    const Run run = recovered("*:bits=3", "a");
    LATHE_EXPECT_EXIT(run, 0);
    QVERIFY(QFile::exists(path("a.tuning.npz")));
    LATHE_EXPECT_EXIT(recovered("*:prune=0.5,prune.method=obs", "obs"), 0);
}

void TstTuning::recipeAndTuning_makeTheSameBytes()
{
    LATHE_EXPECT_EXIT(compressed({}, "again.onnx"), 0);
    QVERIFY(content(path("again.onnx")) == content(path("a.onnx")));
    // By data, and without them.
    const Run obs = runLathe({"compress", sampleModel(), "-o", path("obs2.onnx"), "--recipe",
                              path("obs.recipe.json"), "--tuning", path("obs.tuning.npz")});
    LATHE_EXPECT_EXIT(obs, 0);
    QVERIFY(content(path("obs2.onnx")) == content(path("obs.onnx")));
    const Run plain =
        runLathe({"compress", sampleModel(), "-o", path("plain.onnx"), "--recipe", path("a.recipe.json")});
    LATHE_EXPECT_EXIT(plain, 0);
    QVERIFY(content(path("plain.onnx")) != content(path("a.onnx")));
}

void TstTuning::file_saysWhatItCarries()
{
    const Run run = compressed({"--report", path("a.html")}, "again.onnx");
    LATHE_EXPECT_EXIT(run, 0);
    const QString hash = run.json()["tuning"]["sha256"].toString();
    QCOMPARE(hash.size(), 64);
    QVERIFY(content(path("again.onnx")).contains(hash.toUtf8()));
    QVERIFY(content(path("a.html")).contains(hash.toUtf8()));
    for (const QJsonValue &layer : run.json()["layers"].toArray())
        QVERIFY(layer["trained"].toBool());
    const Run plain = runLathe(
        {"compress", sampleModel(), "-o", path("plain.onnx"), "--recipe", path("a.recipe.json"), "--json"});
    QVERIFY(plain.json()["tuning"].isNull());
    QVERIFY(plain.json()["layers"][0]["trained"].isNull());
}

void TstTuning::verify_takesTheTuning()
{
    const Run run = runLathe(
        {"verify", path("a.onnx"), "--against", sampleModel(), "--tuning", path("a.tuning.npz"), "--json"});
    LATHE_EXPECT_EXIT(run, 0);
    bool told = false;
    for (const QJsonValue &check : run.json()["checks"].toArray())
        told |= check["name"] == "carries these trained values" && check["result"] == "passed";
    QVERIFY2(told, run.report());
    LATHE_EXPECT_EXIT(runLathe({"verify", path("obs.onnx"), "--against", sampleModel(), "--tuning",
                                path("obs.tuning.npz")}),
                      0);
}

void TstTuning::verify_tellsOtherValues()
{
    LATHE_EXPECT_EXIT(recovered("*:bits=3,range=mse", "b"), 0);
    const Run run =
        runLathe({"verify", path("a.onnx"), "--against", sampleModel(), "--tuning", path("b.tuning.npz")});
    LATHE_EXPECT_EXIT(run, 10);
    LATHE_EXPECT_EXIT(
        runLathe({"compress", sampleModel(), "-o", path("plain.onnx"), "--recipe", path("a.recipe.json")}),
        0);
    const Run none = runLathe(
        {"verify", path("plain.onnx"), "--against", sampleModel(), "--tuning", path("a.tuning.npz")});
    LATHE_EXPECT_EXIT(none, 10);
    QVERIFY2(none.out.contains("says nothing of trained values"), none.report());
}

void TstTuning::verify_needsNoTuning()
{
    LATHE_EXPECT_EXIT(runLathe({"verify", path("a.onnx"), "--against", sampleModel()}), 0);
}

void TstTuning::otherSettings_areLeftOut()
{
    const Run run = compressed({"--set", "fc1:bits=5"}, "other.onnx");
    LATHE_EXPECT_EXIT(run, 0);
    int carried = 0, left = 0;
    for (const QJsonValue &layer : run.json()["layers"].toArray()) {
        carried += layer["trained"].toBool() ? 1 : 0;
        if (layer["name"] == "fc1") {
            QVERIFY(layer["trained"].isBool() && !layer["trained"].toBool());
            ++left;
        }
    }
    QVERIFY(carried > 0 && left == 1);
    QVERIFY2(run.err.contains("fc1 was trained with other settings, and its trained weights are left out."),
             run.report());
}

void TstTuning::evaluate_measuresWhatTheyMake()
{
    const QStringList data{"--data", samplePath() + ":test", "--limit", "200", "--json"};
    const Run file = runLathe(QStringList{"evaluate", path("a.onnx")} + data);
    LATHE_EXPECT_EXIT(file, 0);
    const Run made = runLathe(QStringList{"evaluate", sampleModel(), "--recipe", path("a.recipe.json"),
                                          "--tuning", path("a.tuning.npz")} +
                              data);
    LATHE_EXPECT_EXIT(made, 0);
    const QJsonObject a = file.json(), b = made.json();
    for (const char *key : {"top1", "loss", "samples", "size_bytes"})
        QVERIFY2(a[key] == b[key], made.report());
    QCOMPARE(b["tuning"]["sha256"].toString().size(), 64);
    QVERIFY(b["recipe"].isObject() && !a.contains("recipe"));
    const Run plain =
        runLathe(QStringList{"evaluate", sampleModel(), "--recipe", path("a.recipe.json")} + data);
    LATHE_EXPECT_EXIT(plain, 0);
    QVERIFY2(plain.json()["loss"] != b["loss"] && plain.json()["tuning"].isNull(), plain.report());
    // By methods that go by data, which the trained values make needless.
    const Run obs = runLathe(QStringList{"evaluate", sampleModel(), "--recipe", path("obs.recipe.json"),
                                         "--tuning", path("obs.tuning.npz")} +
                             data);
    LATHE_EXPECT_EXIT(obs, 0);
    QVERIFY2(!obs.err.contains("half"), obs.report());
}

void TstTuning::compare_measuresWhatTheyMake()
{
    const Run run =
        runLathe({"compare", sampleModel(), path("a.onnx"), "--recipe", path("a.recipe.json"), "--tuning",
                  path("a.tuning.npz"), "--data", samplePath() + ":test", "--limit", "200", "--json"});
    LATHE_EXPECT_EXIT(run, 0);
    const QJsonArray models = run.json()["models"].toArray();
    QCOMPARE(models.size(), 3);
    for (const char *key : {"top1", "loss", "size_bytes", "comparison"})
        QVERIFY2(models[1][key] == models[2][key], run.report());
    QCOMPARE(models[2]["file"], models[0]["file"]);
    QCOMPARE(models[2]["tuning"]["sha256"].toString().size(), 64);
    QVERIFY(!models[1].toObject().contains("recipe"));
    const Run alone = runLathe({"compare", sampleModel(), "--recipe", path("a.recipe.json"), "--tuning",
                                path("a.tuning.npz"), "--data", samplePath() + ":test", "--limit", "64"});
    LATHE_EXPECT_EXIT(alone, 0);
    QVERIFY2(alone.out.contains("digits.onnx by the recipe, with trained values"), alone.report());
}

/// Of a file whose recipe went by data, as these values are what it carries.
void TstTuning::compare_knowsMacsByThem()
{
    const QStringList command{"compare", sampleModel(), path("obs.onnx"), "--data", samplePath() + ":test",
                              "--limit", "64",          "--json"};
    const auto macs = [](const Run &run) { return run.json()["models"][1]["macs"]; };
    QVERIFY(macs(runLathe(command)).isNull());
    QVERIFY(macs(runLathe(command + QStringList{"--tuning", path("obs.tuning.npz")})).toInt() > 0);
    QVERIFY(macs(runLathe(command + QStringList{"--tuning", path("a.tuning.npz")})).isNull());
}

void TstTuning::recipesAreNeeded_data()
{
    QTest::addColumn<QStringList>("command");
    QTest::addColumn<QString>("sentence");
    QTest::newRow("evaluate") << QStringList{"evaluate", sampleModel(), "--tuning", path("a.tuning.npz")}
                              << "Trained values are laid over a recipe";
    QTest::newRow("compare") << QStringList{"compare", sampleModel(), "--tuning", path("a.tuning.npz")}
                             << "A comparison needs two models";
}

void TstTuning::recipesAreNeeded()
{
    QFETCH(QStringList, command);
    QFETCH(QString, sentence);
    const Run run = runLathe(command + QStringList{"--data", samplePath()});
    LATHE_EXPECT_EXIT(run, 2);
    QVERIFY2(run.err.contains(sentence.toUtf8()) && run.err.count('\n') == 1, run.report());
}

void TstTuning::badTunings_areRefused_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<int>("code");
    QTest::addColumn<QString>("sentence");
    QTest::newRow("no zip") << QByteArray("hello") << 9 << "is no .npz file";
    QTest::newRow("cut") << content(path("a.tuning.npz")).left(700) << 9 << "bad.tuning.npz";
    QTest::newRow("missing") << QByteArray() << 3 << "there is no such file";
}

void TstTuning::badTunings_areRefused()
{
    QFETCH(QByteArray, bytes);
    QFETCH(int, code);
    QFETCH(QString, sentence);
    QFile::remove(path("bad.tuning.npz"));
    if (!bytes.isEmpty())
        lathe::test::writeFile(path("bad.tuning.npz"), bytes);
    const Run run = runLathe({"compress", sampleModel(), "--set", "*:bits=3", "-o", path("bad.onnx"),
                              "--tuning", path("bad.tuning.npz")});
    LATHE_EXPECT_EXIT(run, code);
    QVERIFY2(run.err.contains(sentence.toUtf8()) && run.err.count('\n') == 1, run.report());
    QVERIFY(!QFile::exists(path("bad.onnx")));
}

void TstTuning::tuning_isNotWrittenOver()
{
    const QByteArray before = content(path("a.tuning.npz"));
    const Run run = runLathe({"compress", sampleModel(), "--recipe", path("a.recipe.json"), "--tuning",
                              path("a.tuning.npz"), "-o", path("a.tuning.npz")});
    LATHE_EXPECT_EXIT(run, 2);
    QVERIFY(content(path("a.tuning.npz")) == before);
}

QTEST_GUILESS_MAIN(TstTuning)
#include "tst_tuning.moc"
