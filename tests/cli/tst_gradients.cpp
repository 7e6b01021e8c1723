// Pruning by gradients on the sample.
#include "tests/cli/program.h"

using namespace lathe::test;

class TstGradients : public QObject {
    Q_OBJECT

private slots:
    void initTestCase();
    void withoutTheEngine_oneSentenceSaysWhatToInstall();
    void withoutData_isRefusedWithTheWayOut();
    void sameData_givesTheSameBytes_data();
    void sameData_givesTheSameBytes();
    void overAllLayers_losesLessThanMagnitude();
    void sensitivity_goesByThem();
    void recipeOfIt_isVerified();

private:
    QString path(const QString &name) const { return m_folder.filePath(name); }
    Run compressed(const QString &settings, const QString &to, const QStringList &more = {}) const
    {
        return runLathe(QStringList{"compress", sampleModel(), "--set", settings, "-o", path(to), "--json",
                                    "--calibrate", samplePath() + ":test#first"} +
                        more);
    }
    QTemporaryDir m_folder;
};

void TstGradients::initTestCase()
{
    QVERIFY(m_folder.isValid());
    qputenv("XDG_CACHE_HOME", path("cache").toUtf8());
}

void TstGradients::withoutTheEngine_oneSentenceSaysWhatToInstall()
{
    const QString alone = path("lathe");
    QVERIFY(QFile::copy(programPath(), alone)); // with no engine beside it
    QProcess process;
    process.start(alone, {"compress", sampleModel(), "--set", "*:prune=0.5,prune.method=taylor",
                          "--calibrate", samplePath() + ":test", "-o", path("none.onnx")});
    const Run run = finish(process);
    QCOMPARE(run.exitCode, lathe::exitCodeFor(lathe::ErrorCode::Unsupported));
    QVERIFY2(
        run.err.endsWith("lathe: Training needs liblathe-train.so, which is not there: install the package "
                         "lathe-train.\n"),
        run.report());
    QVERIFY(!QFile::exists(path("none.onnx")));
}

void TstGradients::withoutData_isRefusedWithTheWayOut()
{
    const Run run = runLathe(
        {"compress", sampleModel(), "--set", "*:prune=0.5,prune.method=fisher", "-o", path("refused.onnx")});
    QVERIFY2(run.exitCode == 2, run.report());
    QVERIFY2(run.err.contains("(50 % pruned (Fisher)) goes by gradients and needs data") &&
                 run.err.contains("--calibrate"),
             run.report());
}

void TstGradients::sameData_givesTheSameBytes_data()
{
    QTest::addColumn<QString>("method");
    for (const char *method : {"taylor", "taylor2", "fisher", "movement"})
        QTest::newRow(method) << method;
}

void TstGradients::sameData_givesTheSameBytes()
{
    if (!hasEngine())
        QSKIP("this build has no engine");
    QFETCH(QString, method);
    const QString rule = "*:prune=0.6,prune.scope=global,prune.method=" + method;
    const QStringList threads{"1", "2", "2"};
    QByteArray first;
    for (int i = 0; i < 3; ++i) {
        if (i < 2) // the last one finds what was kept
            QDir(path("cache")).removeRecursively();
        const Run run = compressed(rule, "same.onnx", {"--threads", threads[i]});
        QVERIFY2(run.exitCode == 0, run.report());
        QFile file(path("same.onnx"));
        QVERIFY(file.open(QIODevice::ReadOnly));
        const QByteArray bytes = file.readAll();
        if (i == 0)
            first = bytes;
        QVERIFY(bytes == first);
    }
}

void TstGradients::overAllLayers_losesLessThanMagnitude()
{
    if (!hasEngine())
        QSKIP("this build has no engine");
    const auto lost = [this](const QString &method) {
        const Run run = compressed("*:prune=0.8,prune.scope=global,prune.method=" + method, method + ".onnx",
                                   {"--data", samplePath() + ":test#second"});
        return run.json()["measured"]["comparison"]["kl_nats"].toDouble(1e9);
    };
    const double magnitude = lost("magnitude"), fisher = lost("fisher"), random = lost("random");
    QVERIFY2(fisher < magnitude && fisher < random,
             qPrintable(QString("%1, magnitude %2, random %3").arg(fisher).arg(magnitude).arg(random)));
}

void TstGradients::sensitivity_goesByThem()
{
    if (!hasEngine())
        QSKIP("this build has no engine");
    const Run run = runLathe({"sensitivity", sampleModel(), "--set", "*:prune=0.5,prune.method=taylor",
                              "--data", samplePath() + ":test", "--json"});
    QVERIFY2(run.exitCode == 0, run.report());
    const QJsonArray layers = run.json()["layers"].toArray();
    QVERIFY(layers.size() > 3);
    for (const QJsonValue &layer : layers)
        QVERIFY(layer["kl_nats"].toDouble() >= 0 && layer["output_difference"].toDouble() > 0);
    QVERIFY(run.json()["calibration"].toString().contains("first half"));
}

void TstGradients::recipeOfIt_isVerified()
{
    if (!hasEngine())
        QSKIP("this build has no engine");
    const Run run = compressed("*:prune=0.5,prune.method=taylor2", "verified.onnx");
    QVERIFY2(run.exitCode == 0, run.report());
    const Run verified = runLathe({"verify", path("verified.onnx"), "--against", sampleModel(), "--calibrate",
                                   samplePath() + ":test#first"});
    QVERIFY2(verified.exitCode == 0, verified.report());
}

QTEST_GUILESS_MAIN(TstGradients)
#include "tst_gradients.moc"
