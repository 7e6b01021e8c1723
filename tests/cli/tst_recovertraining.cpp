// lathe recover with training, on the sample.
#include "tests/cli/program.h"

#include <csignal>

using namespace lathe::test;

class TstRecoverTraining : public QObject {
    Q_OBJECT

private slots:
    void initTestCase();
    void withoutOptions_bringsTheSampleBack();
    void document_hasItsKeys();
    void tuning_makesTheSameFileAgain();
    void filesFromElsewhere_keepTheirZeros();
    void labels_areNotNeeded();
    void only_saysWhatComesBefore();
    void augment_isForWhatGoesWithoutGradients();
    void missingData_areSaidBeforeTraining();
    void fewSamples_areEnough();
    void unmeasuredDifferences_areNone();
    void resume_goesOn();
    void resumed_isJudgedAsBefore();
    void otherCheckpoints_areRefused();
    void signal_keepsTheBest();
    void wrongOptions_areRefused_data();
    void wrongOptions_areRefused();
    void explodingLoss_isNamed();

private:
    QString path(const QString &name) const { return m_folder.filePath(name); }
    QByteArray content(const QString &name) const
    {
        QFile file(path(name));
        return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
    }
    QString plan(const QByteArray &step) const
    {
        writeFile(path("p.json"), R"({"lathe_plan": 1, "steps": [)" + step + "]}");
        return path("p.json");
    }
    QStringList command(const QStringList &more) const
    {
        return QStringList{"recover", sampleModel(), "--train", samplePath() + ":train"} + more;
    }
    QStringList quick(const QStringList &more) const
    {
        return command(QStringList{"--set", "*:bits=2,range=mse", "--plan",
                                   plan(R"({"epochs": 3, "rate": 0.001, "batch": 32, "changes":
                                            {"statistics": false}, "losses": {"labels": 0.5,
                                            "distillation": 1, "temperature": 2}})")} +
                       more);
    }
    QTemporaryDir m_folder;
};

void TstRecoverTraining::initTestCase()
{
    if (!hasEngine())
        QSKIP("built without training");
    QVERIFY(m_folder.isValid());
    qputenv("XDG_CACHE_HOME", path("cache").toUtf8());
}

void TstRecoverTraining::withoutOptions_bringsTheSampleBack()
{
    const Run run = runLathe(command({"--set", "*:bits=2,range=mse", "--data", samplePath() + ":test", "-o",
                                      path("small.onnx"), "--json"}));
    LATHE_EXPECT_EXIT(run, 0);
    QVERIFY2(number(run.json()["before"].toObject(), "top1") < 0.92, run.report());
    QVERIFY2(number(run.json()["after"].toObject(), "top1") >= 0.97, run.report());
    LATHE_EXPECT_EXIT(runLathe({"verify", path("small.onnx"), "--against", sampleModel()}), 0);
}

void TstRecoverTraining::document_hasItsKeys()
{
    const Run run = runLathe(quick(
        {"--data", samplePath() + ":test", "-o", path("o.onnx"), "--progress", path("p.jsonl"), "--json"}));
    LATHE_EXPECT_EXIT(run, 0);
    const QJsonObject json = run.json();
    LATHE_EXPECT_KEYS(json, "file", "before", "after", "steps", "seconds", "tuning_sha256", "stopped",
                      "training", "gradients");
    QVERIFY(json["gradients"].toBool());
    QCOMPARE(json["stopped"].toString(), QString("finished"));
    LATHE_EXPECT_KEYS(json["training"].toObject(), "engine", "plan", "epochs", "best", "better", "seconds",
                      "resumed", "notes", "blocks");
    QCOMPARE(json["steps"].toArray().last()["step"].toString(), QString("training"));
    const QByteArrayList lines = content("p.jsonl").trimmed().split('\n');
    QCOMPARE(QJsonDocument::fromJson(lines.last()).object()["event"].toString(), QString("end"));
    const Run text = runLathe(quick({"-o", path("o.onnx")}));
    QVERIFY2(text.out.contains("training") && text.out.contains("blocks"), text.report());
}

void TstRecoverTraining::tuning_makesTheSameFileAgain()
{
    LATHE_EXPECT_EXIT(runLathe(quick({"-o", path("a.onnx"), "--save-tuning", path("a.tuning.npz")})), 0);
    LATHE_EXPECT_EXIT(runLathe({"compress", sampleModel(), "--set", "*:bits=2,range=mse", "--tuning",
                                path("a.tuning.npz"), "-o", path("b.onnx")}),
                      0);
    QVERIFY(content("a.onnx") == content("b.onnx"));
}

void TstRecoverTraining::filesFromElsewhere_keepTheirZeros()
{
    LATHE_EXPECT_EXIT(runLathe({"compress", sampleModel(), "--set", "*:prune=0.8", "--storage", "dense", "-o",
                                path("pruned.onnx")}),
                      0);
    const auto sparsity = [](const QString &file) {
        double sum = 0.0;
        for (const QJsonValue &layer : runLathe({"analyze", file, "--json"}).json()["layers"].toArray())
            sum += layer["sparsity"].toDouble();
        return sum;
    };
    const Run run = runLathe({"recover", path("pruned.onnx"), "--teacher", sampleModel(), "--train",
                              samplePath() + ":train", "--seconds", "10", "--data", samplePath() + ":test",
                              "-o", path("o.onnx"), "--json"});
    LATHE_EXPECT_EXIT(run, 0);
    QVERIFY2(number(run.json()["after"].toObject(), "top1") > number(run.json()["before"].toObject(), "top1"),
             run.report());
    QVERIFY(std::abs(sparsity(path("o.onnx")) - sparsity(path("pruned.onnx"))) < 1e-6);
}

void TstRecoverTraining::labels_areNotNeeded()
{
    const QString folder = path("images");
    QVERIFY(QDir().mkpath(folder));
    QFile::copy(samplePath("train-images-idx3-ubyte.gz"), folder + "/images.gz");
    writeFile(folder + "/dataset.json", R"({"format":"idx","images":"images.gz"})");
    const Run run = runLathe({"recover", sampleModel(), "--train", folder, "--set", "*:bits=2", "--seconds",
                              "5", "-o", path("o.onnx"), "--json"});
    LATHE_EXPECT_EXIT(run, 0);
    const QByteArray notes = QJsonDocument(run.json()["training"].toObject()["notes"].toArray()).toJson();
    QVERIFY2(notes.contains("learns from the teacher alone"), notes);
}

void TstRecoverTraining::augment_isForWhatGoesWithoutGradients()
{
    const auto fitted = [this](const QStringList &more) {
        const Run run =
            runLathe(quick(QStringList{"--only", "refit,training", "-o", path("o.onnx"), "--json"} + more));
        return run.json()["steps"].toArray()[0].toObject();
    };
    const QJsonObject plain = fitted({}), augmented = fitted({"--augment", "2"});
    QCOMPARE(plain["step"].toString(), QString("refit"));
    QCOMPARE(augmented["step"].toString(), QString("refit"));
    QVERIFY(number(plain, "after") != number(augmented, "after"));
    QVERIFY(number(plain, "after") != number(fitted({"--columns", "256"}), "after"));
}

void TstRecoverTraining::missingData_areSaidBeforeTraining()
{
    const Run run = runLathe(quick(
        {"--data", path("nowhere"), "-o", path("unmeasured.onnx"), "--progress", path("unmeasured.jsonl")}));
    LATHE_EXPECT_EXIT(run, 3);
    QVERIFY2(run.err.contains("nowhere"), run.report());
    QVERIFY2(!content("unmeasured.jsonl").contains("epoch"), content("unmeasured.jsonl"));
    // Nor are others than the model's found out afterwards.
    QVERIFY(QDir().mkpath(path("other")));
    writeFile(path("other/x.npy"),
              QByteArray("\x93NUMPY\x01\x00\x76\x00", 10) +
                  QByteArray("{'descr': '<f4', 'fortran_order': False, 'shape': (4, 3), }")
                      .leftJustified(117, ' ') +
                  '\n' + QByteArray(48, '\0'));
    writeFile(path("other/dataset.json"), R"({"format": "numpy", "inputs": "x.npy"})");
    const Run other = runLathe(quick(
        {"--data", path("other"), "-o", path("unmeasured.onnx"), "--progress", path("unmeasured.jsonl")}));
    QVERIFY2(other.exitCode > 0, other.report());
    QVERIFY2(!content("unmeasured.jsonl").contains("epoch"), content("unmeasured.jsonl"));
}

void TstRecoverTraining::fewSamples_areEnough()
{
    LATHE_EXPECT_EXIT(runLathe(command({"--set", "*:bits=2,range=mse", "--train-samples", "4", "--seconds",
                                        "5", "-o", path("few.onnx")})),
                      0);
    LATHE_EXPECT_EXIT(runLathe({"verify", path("few.onnx"), "--against", sampleModel()}), 0);
}

/// Where nothing judges, no difference is 0.
void TstRecoverTraining::unmeasuredDifferences_areNone()
{
    const Run run = runLathe(quick({"--validation", "0", "-o", path("o.onnx")}));
    LATHE_EXPECT_EXIT(run, 0);
    for (const char *row : {"(?m)^as compressed +- +- ", "(?m)^training +\\d+ +- +yes "})
        QVERIFY2(QString::fromUtf8(run.out).contains(QRegularExpression(row)), run.report());
}

void TstRecoverTraining::resume_goesOn()
{
    const QStringList all = quick({"-o", path("o.onnx"), "--checkpoint", path("c"), "--resume", "--json"});
    LATHE_EXPECT_EXIT(runLathe(all), 0);
    const QByteArray first = content("o.onnx");
    const Run again = runLathe(all);
    LATHE_EXPECT_EXIT(again, 0);
    QVERIFY(again.json()["training"].toObject()["resumed"].toBool());
    QVERIFY(content("o.onnx") == first);
}

void TstRecoverTraining::resumed_isJudgedAsBefore()
{
    const QStringList all{"--set",   "*:bits=2", "--seconds",    "15",    "--checkpoint",
                          path("v"), "-o",       path("o.onnx"), "--json"};
    const QStringList share{"--validation", "0.2"};
    LATHE_EXPECT_EXIT(runLathe(command(all + share)), 0);
    for (const QStringList &more : {QStringList{"--resume"}, QStringList{"--resume"} + share}) {
        const Run again = runLathe(command(all + more));
        LATHE_EXPECT_EXIT(again, 0);
        const QJsonObject training = again.json()["training"].toObject();
        QVERIFY2(training["resumed"].toBool(), again.report());
        QCOMPARE(number(training["plan"].toObject(), "validation"), 0.2);
    }
}

void TstRecoverTraining::otherCheckpoints_areRefused()
{
    QFile::remove(path("c"));
    LATHE_EXPECT_EXIT(runLathe(quick({"-o", path("o.onnx"), "--checkpoint", path("c")})), 0);
    const Run other = runLathe(command({"--set", "*:bits=3", "--plan", path("p.json"), "-o", path("no.onnx"),
                                        "--checkpoint", path("c"), "--resume"}));
    QVERIFY2(other.exitCode != 0 && other.err.contains("c"), other.report());
    QVERIFY(!QFile::exists(path("no.onnx")));
    writeFile(path("c"), "no checkpoint");
    QVERIFY(runLathe(quick({"-o", path("no.onnx"), "--checkpoint", path("c"), "--resume"})).exitCode != 0);
    QVERIFY(!QFile::exists(path("no.onnx")));
}

void TstRecoverTraining::signal_keepsTheBest()
{
    QProcess process;
    process.start(programPath(),
                  command({"--set", "*:bits=2,range=mse", "--plan", plan(R"({"epochs": 5000})"), "-o",
                           path("best.onnx"), "--progress", path("best.jsonl")}));
    QVERIFY(process.waitForStarted());
    QTRY_VERIFY_WITH_TIMEOUT(content("best.jsonl").count("\"epoch\"") > 60, 300'000);
    ::kill(static_cast<pid_t>(process.processId()), SIGINT);
    const Run run = finish(process);
    LATHE_EXPECT_EXIT(run, 130);
    QVERIFY2(run.err.contains("holds the best so far"), run.report());
    LATHE_EXPECT_EXIT(runLathe({"verify", path("best.onnx"), "--against", sampleModel()}), 0);
}

void TstRecoverTraining::only_saysWhatComesBefore()
{
    const auto steps = [this](const QString &only) {
        const Run run = runLathe(quick({"--only", only, "-o", path("o.onnx"), "--json"}));
        QStringList names;
        for (const QJsonValue &step : run.json()["steps"].toArray())
            names << step.toObject()["step"].toString();
        return names.join(',');
    };
    QCOMPARE(steps("training"), QString("training"));
    QCOMPARE(steps("training,bias"), QString("bias,training"));
    QCOMPARE(steps("blocks,training"), QString("blocks,training"));
}

void TstRecoverTraining::wrongOptions_areRefused_data()
{
    QTest::addColumn<QStringList>("more");
    QTest::addColumn<int>("code");
    QTest::addColumn<QString>("text");
    const QStringList bits{"--set", "*:bits=3"};
    QTest::newRow("no recipe") << QStringList{} << 2 << "Nothing says how to compress";
    QTest::newRow("nothing compressed") << QStringList{"--set", "*:bits=off"} << 2 << "nothing to recover";
    QTest::newRow("no such preset") << bits + QStringList{"--preset", "magic"} << 2 << "magic";
    QTest::newRow("no such plan") << bits + QStringList{"--plan", "none.json"} << 3 << "none.json";
    QTest::newRow("resume without a checkpoint") << bits + QStringList{"--resume"} << 2 << "--checkpoint";
    QTest::newRow("plan without gradients")
        << bits + QStringList{"--without-gradients", "--seconds", "5"} << 2 << "nothing is trained";
    QTest::newRow("views that nothing is fitted to")
        << bits + QStringList{"--only", "training", "--augment", "2"} << 2 << "--augment";
    QTest::newRow("columns beside a ramp")
        << bits + QStringList{"--preset", "gradual", "--columns", "512"} << 2 << "little by little";
    QTest::newRow("only what trains not") << bits + QStringList{"--only", "refit"} << 2 << "name training";
    QTest::newRow("training without gradients")
        << bits + QStringList{"--without-gradients", "--only", "refit,blocks"} << 2 << "no blocks";
    QTest::newRow("too little memory") << bits + QStringList{"--memory", "20"} << 7 << "20 MB are too little";
    QTest::newRow("checkpoint is the model") << bits + QStringList{"--checkpoint", sampleModel()} << 2 << "";
}

void TstRecoverTraining::wrongOptions_areRefused()
{
    QFETCH(QStringList, more);
    QFETCH(int, code);
    QFETCH(QString, text);
    const Run run = runLathe(command(more + QStringList{"-o", path("refused.onnx")}));
    LATHE_EXPECT_EXIT(run, code);
    QVERIFY2(run.err.contains(text.toUtf8()), run.report());
    QVERIFY(!QFile::exists(path("refused.onnx")));
    const Run untaught =
        runLathe({"recover", sampleModel(), "--set", "*:bits=3", "-o", path("refused.onnx")});
    LATHE_EXPECT_EXIT(untaught, 2);
    QVERIFY2(untaught.err.contains("--train"), untaught.report());
}

void TstRecoverTraining::explodingLoss_isNamed()
{
    const Run run = runLathe(command({"--set", "*:bits=3", "--plan",
                                      plan(R"({"epochs": 20, "rate": 1000, "optimizer": {"kind": "sgd"}})"),
                                      "-o", path("exploded.onnx")}));
    LATHE_EXPECT_EXIT(run, 6);
    QVERIFY2(run.err.contains("step 1 of the plan"), run.report());
}

QTEST_GUILESS_MAIN(TstRecoverTraining)
#include "tst_recovertraining.moc"
