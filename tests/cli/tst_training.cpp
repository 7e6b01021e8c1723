// Training from the command line: libtorch is loaded by what trains and by nothing else, and its speed is
// told.
#include "tests/cli/program.h"

#include <QTemporaryDir>
#include <cmath>

using namespace lathe::test;

class TstTraining : public QObject {
    Q_OBJECT

private slots:
    void otherVerbs_doNotLoadTheEngine_data();
    void otherVerbs_doNotLoadTheEngine();
    void bench_comparesWithTheNetworkWrittenByHand_data();
    void bench_comparesWithTheNetworkWrittenByHand();
    void bench_timesAnyModelAndItsNodes();
    void bench_ofNothing_isRefused();
    void kernels_areChosenForLibtorchToo();
    void withoutTheEngine_oneSentenceSaysWhatToInstall();

private:
    QTemporaryDir m_folder;

    /// Files that the dynamic loader has opened in a run.
    QByteArray loadedBy(const QStringList &arguments, int expected = 0)
    {
        QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
        environment.insert("LD_DEBUG", "files");
        environment.insert("LD_DEBUG_OUTPUT", m_folder.filePath("loaded"));
        const Run run = runLathe(arguments, {}, environment);
        if (run.exitCode != expected) {
            qWarning("%s", run.report().constData());
            return {};
        }
        QByteArray all;
        const QDir folder(m_folder.path());
        for (const QString &name : folder.entryList({"loaded*"})) {
            QFile file(folder.filePath(name));
            if (file.open(QIODevice::ReadOnly))
                all += file.readAll();
            file.remove();
        }
        return all;
    }
};

void TstTraining::otherVerbs_doNotLoadTheEngine_data()
{
    QTest::addColumn<QStringList>("arguments");
    QTest::newRow("version") << QStringList{"--version"};
    QTest::newRow("help") << QStringList{"--help"};
    QTest::newRow("inspect") << QStringList{"inspect", sampleModel()};
    QTest::newRow("evaluate") << QStringList{"evaluate", sampleModel(), "--data", samplePath(), "--quiet"};
    QTest::newRow("compress") << QStringList{
        "compress", sampleModel(), "--set", "*:bits=4", "-o", m_folder.filePath("small.onnx"), "--quiet"};
}

void TstTraining::otherVerbs_doNotLoadTheEngine()
{
    QFETCH(QStringList, arguments);
    const QByteArray loaded = loadedBy(arguments);
    QVERIFY(loaded.contains("libonnx")); // it was watched
    QVERIFY(!loaded.contains("libtorch") && !loaded.contains("liblathe-train"));
}

void TstTraining::bench_comparesWithTheNetworkWrittenByHand_data()
{
    QTest::addColumn<QString>("network");
    QTest::newRow("perceptron") << "mlp:784-30-10";
    QTest::newRow("lenet5") << "lenet5:4-6-20";
    QTest::newRow("resnet20") << "resnet20";
}

void TstTraining::bench_comparesWithTheNetworkWrittenByHand()
{
    if (!hasEngine())
        QSKIP("built without training");
    QFETCH(QString, network);
    const Run run =
        runLathe({"bench", "train", network, "--batch", "4", "--repeats", "3", "--json", "--quiet"});
    QVERIFY2(run.exitCode == 0, run.report());
    const QJsonObject json = run.json();
    QVERIFY(json["seconds"].toDouble() > 0 && json["reference_seconds"].toDouble() > 0 &&
            json["bfloat16_seconds"].toDouble() > 0);
    const double ratio = json["seconds"].toDouble() / json["reference_seconds"].toDouble();
    QVERIFY(std::abs(json["ratio"].toDouble() - ratio) < 1e-6 * ratio);
    // The same network: the same loss of the first step.
    QVERIFY2(std::abs(json["loss"].toDouble() - json["reference_loss"].toDouble()) < 1e-4, run.out);
    QCOMPARE(json["batch"].toInt(), 4);
    QVERIFY(json["engine"].toString().startsWith("libtorch "));
}

void TstTraining::bench_timesAnyModelAndItsNodes()
{
    if (!hasEngine())
        QSKIP("built without training");
    const Run run = runLathe({"bench", "train", sampleModel(), "--batch", "8", "--repeats", "3", "--profile",
                              "--json", "--quiet"});
    QVERIFY2(run.exitCode == 0, run.report());
    const QJsonObject json = run.json();
    QVERIFY(!json.contains("ratio"));
    const QJsonArray nodes = json["nodes"].toArray();
    double forward = 0, backward = 0;
    for (const QJsonValue &node : nodes) {
        forward += node["forward_seconds"].toDouble();
        backward += node["backward_seconds"].toDouble();
        if (node["operator"].toString() == "Conv")
            QVERIFY(node["forward_seconds"].toDouble() > 0 && node["backward_seconds"].toDouble() > 0);
    }
    QVERIFY(nodes.size() > 6 && forward > 0 && backward > 0);
}

void TstTraining::bench_ofNothing_isRefused()
{
    const Run run = runLathe({"bench", "train", "lenet6"});
    QCOMPARE(run.exitCode, int(lathe::exitUsage));
    QVERIFY2(run.err.contains("There is no network \"lenet6\""), run.report());
}

/// BLIS 0.9 and 1.1 know numbers alone and take any name for AVX-512: the program makes a number of it before
/// libtorch's copy is loaded.
void TstTraining::kernels_areChosenForLibtorchToo()
{
    if (!hasEngine())
        QSKIP("built without training");
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    environment.insert("BLIS_ARCH_TYPE", "haswell");
    environment.insert("BLIS_ARCH_DEBUG", "1");
    const Run run = runLathe({"bench", "train", "mlp:4-2", "--repeats", "1", "--quiet"}, {}, environment);
    QVERIFY2(run.exitCode == 0, run.report());
    const QByteArray told = run.out + run.err;
    if (!told.contains("libblis: selecting"))
        QSKIP("libtorch multiplies by another library than BLIS");
    QCOMPARE(told.count("libblis: selecting"), told.count("'haswell'"));
}

void TstTraining::withoutTheEngine_oneSentenceSaysWhatToInstall()
{
    const QString alone = m_folder.filePath("lathe");
    QVERIFY(QFile::copy(programPath(), alone)); // with no engine beside it
    QProcess process;
    process.start(alone, {"bench", "train", "mlp:4-2"});
    const Run run = finish(process);
    QCOMPARE(run.exitCode, lathe::exitCodeFor(lathe::ErrorCode::Unsupported));
    QCOMPARE(run.err,
             QByteArray("lathe: Training needs liblathe-train.so, which is not there: install the package "
                        "lathe-train.\n"));
}

QTEST_GUILESS_MAIN(TstTraining)
#include "tst_training.moc"
