// What Lathe promises about its bundled sample, by the commands that a new user types.
#include "tests/cli/program.h"

using namespace lathe::test;

class TstAcceptance : public QObject {
    Q_OBJECT

private slots:
    void init();
    void sample_isReadRightAtLeast97PercentOfTheTime();
    void eightBits_shrinkAtLeast3point7TimesAndKeepAccuracy();
    void threeBits_costThreeBitsOnDisk();
    void rankOnOneLayerAndPruningOnAnother_isProvenByTwoRuntimes();
    void sampleRecipe_givesTheSameFileTwice();

private:
    QString path(const QString &name) const { return m_folder->filePath(name); }
    Run compress(const QStringList &settings, const QString &name) const
    {
        return runLathe(QStringList{"compress", sampleModel()} + settings +
                        QStringList{"-o", path(name), "--json"});
    }
    std::unique_ptr<QTemporaryDir> m_folder;
};

void TstAcceptance::init()
{
    m_folder = std::make_unique<QTemporaryDir>();
    QVERIFY(m_folder->isValid());
}

void TstAcceptance::sample_isReadRightAtLeast97PercentOfTheTime()
{
    const Run run = runLathe({"evaluate", sampleModel(), "--data", samplePath(), "--json"});
    LATHE_EXPECT_EXIT(run, 0);
    QVERIFY2(number(run.json(), "top1") >= 0.97, run.out);
    QVERIFY2(number(run.json(), "samples") >= 500, run.out);
    QVERIFY(QFileInfo(sampleModel()).size() < 2'000'000);
}

void TstAcceptance::eightBits_shrinkAtLeast3point7TimesAndKeepAccuracy()
{
    const Run run = compress({"--set", "*:bits=8"}, "q8.onnx");
    LATHE_EXPECT_EXIT(run, 0);
    QVERIFY2(number(run.json(), "ratio") >= 3.7, run.out);
    QCOMPARE(number(run.json(), "size_bytes"), double(QFileInfo(path("q8.onnx")).size()));

    const Run before = runLathe({"evaluate", sampleModel(), "--data", samplePath(), "--json"});
    const Run after = runLathe({"evaluate", path("q8.onnx"), "--data", samplePath(), "--json"});
    LATHE_EXPECT_EXIT(after, 0);
    const double change = number(after.json(), "top1") - number(before.json(), "top1");
    QVERIFY2(std::abs(change) <= 0.005, after.out);
    QCOMPARE(after.json()["preprocessing"]["origin"].toString(), QString("beside_model"));
    QCOMPARE(after.json()["preprocessing"]["settings"], before.json()["preprocessing"]["settings"]);
}

void TstAcceptance::threeBits_costThreeBitsOnDisk()
{
    const Run run = compress({"--set", "*:bits=3"}, "q3.onnx");
    LATHE_EXPECT_EXIT(run, 0);
    const double original = double(QFileInfo(sampleModel()).size());
    QVERIFY2(double(QFileInfo(path("q3.onnx")).size()) <= 3.3 / 32.0 * original + 20'000, run.out);
}

void TstAcceptance::rankOnOneLayerAndPruningOnAnother_isProvenByTwoRuntimes()
{
    const Run run = compress({"--set", "fc1:rank=16", "--set", "conv2:prune=0.6"}, "mixed.onnx");
    LATHE_EXPECT_EXIT(run, 0);
    const Run verified = runLathe({"verify", path("mixed.onnx"), "--against", sampleModel(), "--json"});
    LATHE_EXPECT_EXIT(verified, 0);
    const QJsonObject certificate = verified.json();
    QVERIFY(certificate["passed"].toBool());
    QVERIFY(number(certificate, "max_relative_difference") <= 1e-4);
    bool runtime = false, openCv = false;
    for (const QJsonValue check : certificate["checks"].toArray()) {
        const bool passed = check["result"] == "passed";
        runtime |= passed && check["name"].toString().contains("ONNX Runtime");
        openCv |= passed && check["name"].toString().contains("OpenCV");
    }
    QVERIFY2(runtime && openCv, verified.out);
}

void TstAcceptance::sampleRecipe_givesTheSameFileTwice()
{
    const QStringList recipe{"--recipe", samplePath("digits.recipe.json")};
    LATHE_EXPECT_EXIT(compress(recipe, "a.onnx"), 0);
    LATHE_EXPECT_EXIT(compress(recipe, "b.onnx"), 0);
    QFile a(path("a.onnx")), b(path("b.onnx"));
    QVERIFY(a.open(QIODevice::ReadOnly) && b.open(QIODevice::ReadOnly));
    QVERIFY(a.readAll() == b.readAll());
}

QTEST_GUILESS_MAIN(TstAcceptance)
#include "tst_acceptance.moc"
