// lathe recover, on the sample.
#include "tests/cli/program.h"

using namespace lathe::test;

class TstRecover : public QObject {
    Q_OBJECT

private slots:
    void initTestCase();
    void withoutGradients_bringsPointsBack();
    void document_hasItsKeys();
    void sameOptions_giveTheSameBytes();
    void text_saysWhatEachStepBrought();
    void labels_areNotNeeded();
    void data_areNotNeededForMeans();
    void filesFromElsewhere_keepTheirZeros();
    void wrongOptions_areRefused_data();
    void wrongOptions_areRefused();
    void failing_leavesNothing();

private:
    QString path(const QString &name) const { return m_folder.filePath(name); }
    QStringList command(const QStringList &more) const
    {
        return QStringList{
                   "recover", sampleModel(),        "--train", samplePath() + ":train", "--train-samples",
                   "128",     "--without-gradients"} +
               more;
    }
    QTemporaryDir m_folder;
};

void TstRecover::initTestCase()
{
    QVERIFY(m_folder.isValid());
    qputenv("XDG_CACHE_HOME", path("cache").toUtf8());
}

void TstRecover::withoutGradients_bringsPointsBack()
{
    const Run run = runLathe(command({"--set", "*:bits=2,range=mse", "--data", samplePath() + ":test", "-o",
                                      path("small.onnx"), "--json"}));
    LATHE_EXPECT_EXIT(run, 0);
    const QJsonObject before = run.json()["before"].toObject(), after = run.json()["after"].toObject();
    QVERIFY2(number(after, "top1") > number(before, "top1") + 0.01, run.report());
    QVERIFY(number(after, "held_out_kl_nats") < 0.7 * number(before, "held_out_kl_nats"));
    LATHE_EXPECT_EXIT(runLathe({"verify", path("small.onnx"), "--against", sampleModel()}), 0);
    // What encoding anew has tried already is not tried once more.
    QStringList steps;
    for (const QJsonValue &step : run.json()["steps"].toArray())
        steps << step["step"].toString();
    QCOMPARE(steps, (QStringList{"encoding", "normalizations"}));
}

void TstRecover::document_hasItsKeys()
{
    const Run run = runLathe(command({"--set", "*:bits=3", "--only", "bias,refit", "-o", path("small.onnx"),
                                      "--save-tuning", path("small.tuning.npz"), "--json"}));
    LATHE_EXPECT_EXIT(run, 0);
    const QJsonObject json = run.json();
    LATHE_EXPECT_KEYS(json, "file", "source", "size_bytes", "source_size_bytes", "recipe", "train", "samples",
                      "held_out_samples", "gradients", "before", "after", "steps", "seconds", "stopped",
                      "data", "tuning", "tuning_sha256", "certificate", "issues");
    QCOMPARE(json["steps"].toArray().size(), 2);
    const QJsonObject step = json["steps"][0].toObject();
    LATHE_EXPECT_KEYS(step, "step", "kept", "changed", "before", "after", "seconds");
    QCOMPARE(step["step"].toString(), QString("bias"));
    QCOMPARE(json["stopped"].toString(), QString("finished"));
    QCOMPARE(json["tuning_sha256"].toString().size(), 64);
    QCOMPARE(json["samples"].toInt() + json["held_out_samples"].toInt(), 128);
    QVERIFY(json["data"].isNull());
}

void TstRecover::sameOptions_giveTheSameBytes()
{
    QByteArray first;
    for (const char *threads : {"1", "2"}) {
        const Run run = runLathe(command({"--set", "*:prune=0.6", "--only", "refit", "--threads", threads,
                                          "-o", path("small.onnx"), "--json"}));
        LATHE_EXPECT_EXIT(run, 0);
        const QByteArray hash = run.json()["certificate"]["sha256"].toString().toUtf8();
        if (first.isEmpty())
            first = hash;
        QCOMPARE(hash, first);
    }
}

void TstRecover::text_saysWhatEachStepBrought()
{
    const Run run = runLathe(command({"--set", "*:prune=0.6", "--only", "bias,refit", "--data",
                                      samplePath() + ":test", "-o", path("small.onnx")}));
    LATHE_EXPECT_EXIT(run, 0);
    for (const char *text : {"as compressed", "bias", "refit", "Top-1 of the original", "Top-1 recovered"})
        QVERIFY2(run.out.contains(text), run.report());
}

void TstRecover::labels_areNotNeeded()
{
    const QString folder = path("images");
    QVERIFY(QDir().mkpath(folder));
    QFile::copy(samplePath("test-images-idx3-ubyte.gz"), folder + "/images.gz");
    lathe::test::writeFile(folder + "/dataset.json", R"({"format":"idx","images":"images.gz"})");
    const Run run =
        runLathe({"recover", sampleModel(), "--train", folder, "--train-samples", "64", "--without-gradients",
                  "--only", "refit", "--set", "*:bits=3", "-o", path("small.onnx")});
    LATHE_EXPECT_EXIT(run, 0);
}

void TstRecover::data_areNotNeededForMeans()
{
    const Run run = runLathe({"recover", sampleModel(), "--without-gradients", "--set", "*:prune=0.3", "-o",
                              path("small.onnx"), "--data", samplePath() + ":test", "--json"});
    LATHE_EXPECT_EXIT(run, 0);
    QCOMPARE(run.json()["steps"].toArray().size(), 1);
    QVERIFY(run.json()["train"].isNull() && run.json()["before"]["held_out_kl_nats"].isNull());
    const Run fitted = runLathe({"recover", sampleModel(), "--without-gradients", "--set", "*:prune=0.3",
                                 "-o", path("small.onnx"), "--columns", "512"});
    LATHE_EXPECT_EXIT(fitted, 2);
    QVERIFY2(fitted.err.contains("--train"), fitted.report());
}

void TstRecover::filesFromElsewhere_keepTheirZeros()
{
    LATHE_EXPECT_EXIT(runLathe({"compress", sampleModel(), "--set", "*:prune=0.6", "--storage", "dense", "-o",
                                path("pruned.onnx")}),
                      0);
    const auto sparsity = [](const QString &file) {
        double sum = 0.0;
        for (const QJsonValue &layer : runLathe({"analyze", file, "--json"}).json()["layers"].toArray())
            sum += layer["sparsity"].toDouble();
        return sum;
    };
    const QStringList teacher{"recover",
                              path("pruned.onnx"),
                              "--teacher",
                              sampleModel(),
                              "--train",
                              samplePath() + ":train",
                              "--train-samples",
                              "128",
                              "--without-gradients"};
    const Run run =
        runLathe(teacher + QStringList{"--data", samplePath() + ":test", "-o", path("small.onnx"), "--json"});
    LATHE_EXPECT_EXIT(run, 0);
    QVERIFY2(number(run.json()["after"].toObject(), "held_out_kl_nats") <
                 0.7 * number(run.json()["before"].toObject(), "held_out_kl_nats"),
             run.report());
    QVERIFY(std::abs(sparsity(path("small.onnx")) - sparsity(path("pruned.onnx"))) < 1e-6);
    QCOMPARE(run.json()["source"].toString(), sampleModel());
    LATHE_EXPECT_EXIT(runLathe(teacher + QStringList{"--set", "*:bits=3", "-o", path("small2.onnx")}), 2);
}

void TstRecover::wrongOptions_areRefused_data()
{
    QTest::addColumn<QStringList>("more");
    QTest::addColumn<int>("code");
    QTest::addColumn<QString>("text");
    QTest::newRow("no recipe") << QStringList{} << 2 << "Nothing says how to compress";
    QTest::newRow("unknown step") << QStringList{"--set", "*:bits=3", "--only", "magic"} << 2 << "magic";
    QTest::newRow("too few columns") << QStringList{"--set", "*:bits=3", "--columns", "10"} << 2
                                     << "--columns";
    QTest::newRow("too few samples") << QStringList{"--set", "*:bits=3", "--train-samples", "8"} << 2
                                     << "Recovery needs 16 samples";
    QTest::newRow("no such layer") << QStringList{"--set", "none*:bits=3"} << 2 << "none*";
    QTest::newRow("nothing compressed") << QStringList{"--set", "*:bits=off"} << 2 << "nothing to recover";
    QTest::newRow("nothing to calibrate")
        << QStringList{"--set", "*:bits=3", "--only", "calibration"} << 2 << "calibration";
    QTest::newRow("output is the model")
        << QStringList{"--set", "*:bits=3", "--save-tuning", sampleModel()} << 2 << "";
}

void TstRecover::wrongOptions_areRefused()
{
    QFETCH(QStringList, more);
    QFETCH(int, code);
    QFETCH(QString, text);
    QStringList all{"recover", sampleModel(), "--train", samplePath() + ":train", "--without-gradients"};
    const Run run = runLathe(all + more + QStringList{"-o", path("refused.onnx")});
    LATHE_EXPECT_EXIT(run, code);
    QVERIFY2(run.err.contains(text.toUtf8()), run.report());
    QVERIFY(!QFile::exists(path("refused.onnx")));
}

void TstRecover::failing_leavesNothing()
{
    const QString folder = path("empty");
    QVERIFY(QDir().mkpath(folder));
    const Run run = runLathe({"recover", sampleModel(), "--train", samplePath() + ":train", "--train-samples",
                              "32", "--without-gradients", "--only", "bias", "--set", "*:bits=3", "-o",
                              folder + "/none/small.onnx", "--save-tuning", folder + "/small.tuning.npz"});
    LATHE_EXPECT_EXIT(run, 8);
    QCOMPARE(entries(folder), QStringList());
}

QTEST_GUILESS_MAIN(TstRecover)
#include "tst_recover.moc"
