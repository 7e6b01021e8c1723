// Channels and blocks that go, by lathe compress: what is written, what is said of it, what is refused.
#include "tests/cli/program.h"

using namespace lathe::test;

class TstChannels : public QObject {
    Q_OBJECT
private slots:
    void channels_makeTheWeightsSmaller();
    void block_leavesItsLayersWithoutWeights();
    void narrowFile_isHeldAgainstItsOrigin();
    void narrowFile_goesThroughTheArchive();
    void nothingThatGoes_changesNoShape();
    void channelsGoBeforeWeights();
    void sensitivity_triesWhatGoesByItself();
    void refused_data();
    void refused();
    void stays_data();
    void stays();

private:
    QString path(const QString &name) const { return m_folder.filePath(name); }
    Run compress(const QStringList &arguments, const QString &model = sampleModel()) const
    {
        return runLathe(QStringList{"compress", model} + arguments + QStringList{"-o", path("o.onnx")});
    }
    QTemporaryDir m_folder;
};

namespace {

QJsonObject layerOf(const Run &run, const QString &name)
{
    for (const QJsonValue layer : run.json()["layers"].toArray())
        if (layer.toObject()["name"] == name)
            return layer.toObject();
    return {};
}

} // namespace

void TstChannels::channels_makeTheWeightsSmaller()
{
    const Run run = compress({"--set", "conv1:channels=0.5", "--json"});
    LATHE_EXPECT_EXIT(run, 0);
    const QJsonArray producer = layerOf(run, "conv1")["weight_shape"].toArray();
    QCOMPARE(layerOf(run, "conv1")["source_weight_shape"].toArray()[0].toInt(), 16);
    QCOMPARE(producer[0].toInt(), 8);
    QCOMPARE(layerOf(run, "conv2")["source_weight_shape"].toArray()[1].toInt(), 16);
    QCOMPARE(layerOf(run, "conv2")["weight_shape"].toArray()[1].toInt(), 8);
    QCOMPARE(layerOf(run, "fc1")["weight_shape"], layerOf(run, "fc1")["source_weight_shape"]);
    QVERIFY(run.json()["macs"].toInteger() < run.json()["source_macs"].toInteger());
    const Run table = compress({"--set", "conv1:channels=0.5"});
    QVERIFY2(QRegularExpression("Parameters +Left ").match(table.out).hasMatch(), table.out);
    const QJsonObject inspected = runLathe({"inspect", path("o.onnx"), "--json"}).json();
    QCOMPARE(inspected["layers"].toArray()[0].toObject()["shape"].toArray()[0].toInt(), 8);
}

void TstChannels::block_leavesItsLayersWithoutWeights()
{
    LATHE_EXPECT_EXIT(runLathe({"network", "resnet20", "-o", path("r.onnx")}), 0);
    const QJsonArray blocks = runLathe({"groups", path("r.onnx"), "--json"}).json()["blocks"].toArray();
    QVERIFY(!blocks.isEmpty());
    const QJsonArray inside = blocks[0].toObject()["layers"].toArray();
    const Run run = compress({"--set", inside[0].toString() + ":drop=true", "--json"}, path("r.onnx"));
    LATHE_EXPECT_EXIT(run, 0);
    for (const QJsonValue name : inside) {
        QVERIFY2(layerOf(run, name.toString())["weight_shape"].isNull(), run.out);
        QCOMPARE(layerOf(run, name.toString())["size_bytes"].toInt(), 0);
    }
    QVERIFY(run.json()["certificate"]["passed"].toBool());
}

void TstChannels::narrowFile_isHeldAgainstItsOrigin()
{
    LATHE_EXPECT_EXIT(compress({"--set", "*:channels=0.3"}), 0);
    LATHE_EXPECT_EXIT(runLathe({"verify", path("o.onnx"), "--against", sampleModel()}), 0);
    // The same channels of another model are another file.
    LATHE_EXPECT_EXIT(runLathe({"network", "lenet5", "-o", path("other.onnx")}), 0);
    const Run other = runLathe({"verify", path("o.onnx"), "--against", path("other.onnx")});
    LATHE_EXPECT_EXIT(other, 10);
    QVERIFY2(other.err.contains("does not do what its recipe says"), other.report());
}

void TstChannels::narrowFile_goesThroughTheArchive()
{
    LATHE_EXPECT_EXIT(compress({"--set", "*:channels=0.3,bits=4"}), 0);
    LATHE_EXPECT_EXIT(runLathe({"pack", path("o.onnx"), "-o", path("o.lathez")}), 0);
    LATHE_EXPECT_EXIT(runLathe({"unpack", path("o.lathez"), "-o", path("again.onnx")}), 0);
    QFile packed(path("o.onnx")), unpacked(path("again.onnx"));
    QVERIFY(packed.open(QIODevice::ReadOnly) && unpacked.open(QIODevice::ReadOnly));
    QVERIFY(packed.readAll() == unpacked.readAll());
}

void TstChannels::nothingThatGoes_changesNoShape()
{
    const Run run = compress({"--set", "*:channels=0", "--json"});
    LATHE_EXPECT_EXIT(run, 0);
    for (const QJsonValue layer : run.json()["layers"].toArray())
        QCOMPARE(layer["weight_shape"], layer["source_weight_shape"]);
    QCOMPARE(run.json()["macs"], run.json()["source_macs"]);
    QVERIFY(!compress({"--set", "*:channels=0"}).out.contains("Left"));
}

/// A layer that loses both: half of what is left is zero, not half of what there was.
void TstChannels::sensitivity_triesWhatGoesByItself()
{
    const QStringList rule{"--set", "conv*:channels=0.25,bits=4"};
    const QStringList on{"sensitivity", sampleModel(), "--data", samplePath(), "--samples", "16"};
    const Run run = runLathe(on + rule + QStringList{"--json"});
    LATHE_EXPECT_EXIT(run, 0);
    const QJsonArray removals = run.json()["removals"].toArray(), layers = run.json()["layers"].toArray();
    QVERIFY2(!removals.isEmpty() && !layers.isEmpty(), run.out);
    for (qsizetype i = 0; i < removals.size(); ++i) {
        const QJsonObject cost = removals[i].toObject();
        LATHE_EXPECT_KEYS(cost, "layer", "kind", "channels", "removed", "saved_bytes", "saved_macs",
                          "kl_nats", "output_difference");
        QCOMPARE(cost["removed"].toInt(), cost["channels"].toInt() / 4);
        QVERIFY(cost["saved_bytes"].toInt() > 0 && cost["saved_macs"].toInt() > 0);
        QVERIFY(i == 0 || cost["kl_nats"].toDouble() <= removals[i - 1].toObject()["kl_nats"].toDouble());
    }
    const Run text = runLathe(on + rule);
    QVERIFY2(text.out.contains("MACs saved") && text.out.contains("4 of 16 channels"), text.out);
}

void TstChannels::channelsGoBeforeWeights()
{
    for (const QStringList &sets : {QStringList{"--set", "conv2:channels=0.5", "--set", "conv2:prune=0.5"},
                                    QStringList{"--set", "conv2:prune=0.5", "--set", "conv2:channels=0.5"}}) {
        const Run run = compress(sets + QStringList{"--json"});
        LATHE_EXPECT_EXIT(run, 0);
        QCOMPARE(layerOf(run, "conv2")["weight_shape"].toArray()[0].toInt(), 16);
        QCOMPARE(layerOf(run, "conv2")["sparsity"].toDouble(), 0.5);
    }
}

void TstChannels::refused_data()
{
    QTest::addColumn<QString>("settings");
    QTest::addColumn<QString>("says");
    QTest::newRow("nothing would be left") << "*:channels=1"
                                           << "below 1";
    QTest::newRow("less than nothing") << "*:channels=-0.1"
                                       << "0 or more";
    QTest::newRow("budget out of reach") << "*:channels.budget=macs:0.01%"
                                         << "0.2 % of the model's MACs at least";
    QTest::newRow("no budget of that kind") << "*:channels.budget=joules:50%"
                                            << "macs";
    QTest::newRow("no such criterion") << "*:channels=0.3,channels.criterion=l3"
                                       << "l1";
    QTest::newRow("criterion without data") << "*:channels=0.3,channels.criterion=energy"
                                            << "data";
    QTest::newRow("no channels kept") << "*:channels.keep=0"
                                      << "1";
}

void TstChannels::refused()
{
    QFETCH(QString, settings);
    QFETCH(QString, says);
    const Run run = compress({"--set", settings});
    QVERIFY2(run.exitCode == 2, run.report());
    QVERIFY2(run.err.contains(says.toUtf8()) && run.err.count('\n') == 1, run.report());
}

void TstChannels::stays_data()
{
    QTest::addColumn<QString>("settings");
    QTest::addColumn<QString>("says");
    QTest::newRow("output of the model") << "fc3:channels=0.5"
                                         << "No channel of `fc3` can go: they are part of the output logits.";
    QTest::newRow("rounded to more than there is")
        << "conv1:channels=0.5,channels.round=1000"
        << "Nothing of `conv1` goes: a multiple of 1000 shall stay, but it has only 16 channels.";
    QTest::newRow("more kept than there is")
        << "conv1:channels.keep=4096"
        << "Nothing of `conv1` goes: 4096 of its channels shall stay, but it has 16.";
    QTest::newRow("no block around it") << "fc1:drop=true"
                                        << "fc1 stays: its output has another shape than anything before it.";
}

void TstChannels::stays()
{
    QFETCH(QString, settings);
    QFETCH(QString, says);
    const Run run = compress({"--set", settings});
    LATHE_EXPECT_EXIT(run, 0);
    QVERIFY2(run.err.contains("lathe: note: " + says.toUtf8()), run.report());
    QVERIFY2(!run.out.contains("Left"), run.out);
}

QTEST_GUILESS_MAIN(TstChannels)
#include "tst_channels.moc"
