// lathe train: from a graph to a network that knows something, and what comes between.
#include "tests/cli/program.h"
#include "tests/support/chosenclasses.h"

#include <csignal>
#include <sys/resource.h>
#include <sys/types.h>

using namespace lathe::test;

class TstTrain : public QObject {
    Q_OBJECT
private slots:
    void init();
    void learns_andSaysSo();
    void sameSeed_givesTheSameFile();
    void document_hasItsKeys();
    void teacher_isEnough();
    void teacherOfOtherClasses_isSaidWhich();
    void teacherOfSomeClasses_leavesTheOthersToLabels();
    void preprocessing_isTheTeachersWhereThereIsNoOther();
    void progress_isOneObjectALine();
    void precision_thatWasChosenIsInThePlan();
    void memory_isToldAndBounded();
    void plan_isFollowedAndKept();
    void otherEpochs_pruneAllThatThePlanSays();
    void killed_goesOnAsIfItHadNot();
    void fullDisk_atACheckpoint_isToldOnce();
    void cancelled_keepsTheBest();
    void refused_data();
    void refused();
    void halves_stayHalves();
    void otherVerbs_doNotLoadTheEngine();

private:
    QString path(const QString &name) const { return m_folder->filePath(name); }
    QByteArray content(const QString &name) const
    {
        QFile file(path(name));
        return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray("not there");
    }
    /// The sample model with only these classes, in this order.
    void writeTeacher(const QString &name, const std::vector<int64_t> &classes) const
    {
        QFile file(sampleModel());
        onnx::ModelProto model;
        QVERIFY(file.open(QIODevice::ReadOnly) && model.ParseFromString(file.readAll().toStdString()));
        chooseClasses(*model.mutable_graph(), classes);
        writeFile(path(name), QByteArray::fromStdString(model.SerializeAsString()));
    }
    QStringList training(const QString &output, const QStringList &more = {}) const
    {
        return QStringList{"train",        path("g.onnx"),
                           "--train",      samplePath() + ":train",
                           "--preprocess", samplePath("digits.preprocessor_config.json"),
                           "--threads",    "1",
                           "-o",           path(output)} +
               more;
    }
    std::unique_ptr<QTemporaryDir> m_folder;
};

void TstTrain::init()
{
    if (!hasEngine())
        QSKIP("built without training");
    m_folder = std::make_unique<QTemporaryDir>();
    LATHE_EXPECT_EXIT(runLathe({"network", "mlp:64-32-10", "-o", path("g.onnx")}), 0);
}

void TstTrain::learns_andSaysSo()
{
    const Run run = runLathe(training("o.onnx", {"--epochs", "60", "--data", samplePath() + ":test"}));
    LATHE_EXPECT_EXIT(run, 0);
    for (const char *word : {"Written", "After", "Best", "validation samples", "Top-1"})
        QVERIFY2(run.out.contains(word), run.report());
    const Run evaluated = runLathe({"evaluate", path("o.onnx"), "--data", samplePath() + ":test", "--json"});
    LATHE_EXPECT_EXIT(evaluated, 0);
    QVERIFY2(number(evaluated.json(), "top1") > 0.92, evaluated.out);
    // The preprocessing is beside it.
    QCOMPARE(evaluated.json()["preprocessing"].toObject()["origin"].toString(), "beside_model");
}

void TstTrain::sameSeed_givesTheSameFile()
{
    const QStringList fresh{"--epochs", "2", "--from", "fresh", "--seed"};
    LATHE_EXPECT_EXIT(runLathe(training("a.onnx", fresh + QStringList{"3"})), 0);
    LATHE_EXPECT_EXIT(runLathe(training("b.onnx", fresh + QStringList{"3"})), 0);
    LATHE_EXPECT_EXIT(runLathe(training("c.onnx", fresh + QStringList{"4"})), 0);
    QCOMPARE(content("a.onnx"), content("b.onnx"));
    QVERIFY(content("a.onnx") != content("c.onnx"));
}

void TstTrain::document_hasItsKeys()
{
    const Run run =
        runLathe(training("o.onnx", {"--epochs", "2", "--data", samplePath() + ":test", "--json"}));
    LATHE_EXPECT_EXIT(run, 0);
    const QJsonObject json = run.json();
    LATHE_EXPECT_KEYS(json, "file", "size_bytes", "source", "data", "training_samples", "validation_samples",
                      "preprocessing", "engine", "plan", "before", "after", "steps", "seconds",
                      "seconds_waiting_for_data", "stopped", "resumed", "notes", "measured");
    QCOMPARE(json["stopped"].toString(), "done");
    QCOMPARE(json["steps"].toArray().size(), 3);
    QVERIFY(json["engine"].toString().startsWith("libtorch"));
    const QJsonObject measured = json["measured"].toObject();
    LATHE_EXPECT_KEYS(measured, "data", "top1", "top1_low", "top1_high");
    QVERIFY(number(json["after"].toObject()["validation"].toObject(), "accuracy") >
            number(json["before"].toObject(), "accuracy"));
}

void TstTrain::teacher_isEnough()
{
    const Run run = runLathe(training("o.onnx", {"--teacher", sampleModel(), "--epochs", "60", "--json"}));
    LATHE_EXPECT_EXIT(run, 0);
    QCOMPARE(run.json()["plan"].toObject()["name"].toString(), "distill");
    QVERIFY(number(run.json()["after"].toObject()["validation"].toObject(), "accuracy") > 0.85);
}

void TstTrain::teacherOfOtherClasses_isSaidWhich()
{
    writeTeacher("t.onnx", {3, 0, 9, 1, 8, 2, 7, 4, 6, 5});
    const QStringList taught{"--teacher", path("t.onnx"), "--epochs", "60", "--json"};
    const Run wrong = runLathe(training("o.onnx", taught));
    LATHE_EXPECT_EXIT(wrong, 2);
    QVERIFY2(wrong.err.contains("--teacher-classes 3,0,9,1,8,2,7,4,6,5 "), wrong.err);
    const Run right =
        runLathe(training("o.onnx", taught + QStringList{"--teacher-classes", "3,0,9,1,8,2,7,4,6,5"}));
    LATHE_EXPECT_EXIT(right, 0);
    QVERIFY(number(right.json()["teacher"].toObject(), "accuracy") > 0.9);
    QVERIFY(number(right.json()["after"].toObject()["validation"].toObject(), "accuracy") > 0.85);

    writeTeacher("few.onnx", {7, 1, 4});
    const Run few = runLathe(training("o.onnx", {"--teacher", path("few.onnx")}));
    LATHE_EXPECT_EXIT(few, 2);
    QVERIFY2(few.err.contains("3 classes apart, the student 10") && few.err.contains("--teacher-classes"),
             few.err);
    LATHE_EXPECT_EXIT(runLathe(training("o.onnx", {"--teacher-classes", "1,2"})), 2); // of whom
}

void TstTrain::teacherOfSomeClasses_leavesTheOthersToLabels()
{
    writeTeacher("t.onnx", {7, 1, 4});
    const QStringList some{"--teacher", path("t.onnx"), "--teacher-classes", "7,1,4", "--epochs"};
    const Run run = runLathe(training("o.onnx", some + QStringList{"40", "--json"}));
    LATHE_EXPECT_EXIT(run, 0);
    QVERIFY2(run.err.contains("knows 3 of the 10 classes"), run.err);
    QCOMPARE(
        run.json()["plan"].toObject()["steps"].toArray()[0].toObject()["losses"].toObject()["labels"].toInt(),
        1);
    QVERIFY(number(run.json()["after"].toObject()["validation"].toObject(), "accuracy") > 0.85); // of all ten
    const Run text = runLathe(training("o.onnx", some + QStringList{"1"}));
    QVERIFY2(text.out.contains("knows 3 of the classes") && text.out.contains("Memory"), text.report());
    const Run refused = runLathe(training("o.onnx", some + QStringList{"1", "--preset", "distill"}));
    LATHE_EXPECT_EXIT(refused, 2);
    QVERIFY2(refused.err.contains("only 3 of the 10 classes"), refused.err);
}

void TstTrain::preprocessing_isTheTeachersWhereThereIsNoOther()
{
    QVERIFY(QFile::copy(sampleModel(), path("t.onnx")));
    QVERIFY(QFile::copy(samplePath("digits.preprocessor_config.json"), path("t.preprocessor_config.json")));
    const QStringList taught{"train",     path("g.onnx"), "--train",     samplePath() + ":train",
                             "--teacher", path("t.onnx"), "--epochs",    "1",
                             "--json",    "-o",           path("o.onnx")};
    const Run run = runLathe(taught);
    LATHE_EXPECT_EXIT(run, 0);
    QVERIFY2(run.err.contains("that of the teacher is used"), run.err);
    QVERIFY(number(run.json()["teacher"].toObject(), "accuracy") > 0.9);
    writeFile(path("g.preprocessor_config.json"), R"({"do_rescale": true, "rescale_factor": 0.5})");
    const Run refused = runLathe(taught);
    LATHE_EXPECT_EXIT(refused, 2);
    QVERIFY2(refused.err.contains("--preprocess") && refused.err.contains("t.onnx"), refused.err);
}

void TstTrain::precision_thatWasChosenIsInThePlan()
{
    writeFile(path("p.json"), R"({"lathe_plan": 1, "steps": [{"epochs": 1, "precision": "auto"}]})");
    const Run run = runLathe(training("o.onnx", {"--plan", path("p.json"), "--json"}));
    LATHE_EXPECT_EXIT(run, 0);
    const QString chosen =
        run.json()["plan"].toObject()["steps"].toArray()[0].toObject()["precision"].toString();
    QVERIFY2(chosen == "fp32" || chosen == "bf16", qPrintable(chosen));
    QVERIFY(content("o.onnx").contains("\"precision\":\"" + chosen.toUtf8() + '"'));
}

void TstTrain::memory_isToldAndBounded()
{
    const Run run = runLathe(training("o.onnx", {"--epochs", "1", "--memory", "4000", "--json"}));
    LATHE_EXPECT_EXIT(run, 0);
    const double peak = number(run.json(), "peak_memory_bytes");
    QVERIFY(peak > 1e7 && peak < 4e9);
    QVERIFY(run.json()["notes"].toArray().isEmpty());
    const Run little = runLathe(training("o.onnx", {"--epochs", "1", "--memory", "20"}));
    LATHE_EXPECT_EXIT(little, 7);
    QVERIFY2(little.err.contains("20 MB are too little"), little.err);
}

void TstTrain::progress_isOneObjectALine()
{
    LATHE_EXPECT_EXIT(runLathe(training("o.onnx", {"--epochs", "2", "--progress", path("p.jsonl")})), 0);
    QStringList events;
    for (const QByteArray &line : content("p.jsonl").trimmed().split('\n')) {
        const QJsonObject object = QJsonDocument::fromJson(line).object();
        events << object["event"].toString();
        if (events.last() == "update")
            LATHE_EXPECT_KEYS(object, "step", "epoch", "epochs", "updates", "rate", "loss", "fraction",
                              "seconds", "seconds_left");
        if (events.last() == "epoch")
            LATHE_EXPECT_KEYS(object, "epoch", "loss", "validation", "zeros", "best");
    }
    QCOMPARE(events.count("epoch"), 3);
    QVERIFY(events.contains("update"));
    QCOMPARE(events.last(), "end");
    const Run run = runLathe(training("o.onnx", {"--epochs", "1", "--progress", "-", "--json"}));
    LATHE_EXPECT_EXIT(run, 0);
    for (const QByteArray &line : run.err.trimmed().split('\n'))
        QVERIFY2(QJsonDocument::fromJson(line).isObject(), line);
    QVERIFY(!run.json().isEmpty());
}

void TstTrain::plan_isFollowedAndKept()
{
    writeFile(path("p.json"), R"({"lathe_plan": 1, "name": "mine", "steps": [
        {"epochs": 4, "rate": 0.003, "prune": {"to": 0.8, "epochs": 2, "every": 5, "regrow": 0.1}},
        {"epochs": 1, "rate": 0.0005}]})");
    const Run run = runLathe(training("o.onnx", {"--plan", path("p.json"), "--json"}));
    LATHE_EXPECT_EXIT(run, 0);
    QVERIFY(content("o.onnx").contains("lathe.plan"));
    QCOMPARE(run.json()["plan"].toObject()["name"].toString(), "mine");
    QVERIFY(std::abs(number(run.json()["after"].toObject(), "zeros") - 0.8) < 0.001);
    double zeros = 0, all = 0;
    const Run seen = runLathe({"analyze", path("o.onnx"), "--json"});
    for (const QJsonValue &value : seen.json()["layers"].toArray()) {
        const QJsonObject layer = value.toObject();
        const double size = number(layer, "rows") * number(layer, "cols");
        zeros += number(layer["sparsity"].toObject(), "element") * size;
        all += size;
    }
    QVERIFY2(std::abs(zeros / all - 0.8) < 0.001, seen.report());
}

void TstTrain::otherEpochs_pruneAllThatThePlanSays()
{
    const Run run = runLathe(training("o.onnx", {"--preset", "gradual", "--epochs", "3", "--json"}));
    LATHE_EXPECT_EXIT(run, 0);
    QVERIFY2(std::abs(number(run.json()["after"].toObject(), "zeros") - 0.9) < 0.001, run.report());
    writeFile(path("p.json"), R"({"lathe_plan": 1, "steps": [{"steps": 20, "prune": {"epochs": 8}}]})");
    const Run refused = runLathe(training("o.onnx", {"--plan", path("p.json")}));
    LATHE_EXPECT_EXIT(refused, 2);
    QVERIFY2(refused.err.contains("Step 1 of the plan: prune: epochs is 8"), refused.report());
}

void TstTrain::killed_goesOnAsIfItHadNot()
{
    const QStringList much{"--epochs",     "12",      "--from",   "fresh",
                           "--checkpoint", path("c"), "--resume", "--quiet"};
    LATHE_EXPECT_EXIT(runLathe(training("whole.onnx", {"--epochs", "12", "--from", "fresh"})), 0);
    bool killedInside = false;
    for (int attempt = 0; attempt < 40 && !QFile::exists(path("o.onnx")); ++attempt) {
        QProcess process;
        process.start(programPath(), training("o.onnx", much));
        QVERIFY(process.waitForStarted());
        const QByteArray before = content("c");
        while (process.state() == QProcess::Running && content("c") == before)
            process.waitForFinished(5); // until there is another checkpoint
        killedInside = killedInside || process.state() == QProcess::Running;
        process.kill();
        process.waitForFinished();
    }
    QVERIFY(killedInside);
    LATHE_EXPECT_EXIT(runLathe(training("o.onnx", much)), 0);
    QCOMPARE(content("o.onnx"), content("whole.onnx"));
}

void TstTrain::fullDisk_atACheckpoint_isToldOnce()
{
    QProcess process;
    process.setChildProcessModifier([] { // the model fits, its checkpoint does not
        const rlimit limit{24'000, 24'000};
        ::setrlimit(RLIMIT_FSIZE, &limit);
    });
    process.start(programPath(), training("o.onnx", {"--epochs", "3", "--checkpoint", path("c"), "--json"}));
    const Run run = finish(process);
    LATHE_EXPECT_EXIT(run, 0);
    QCOMPARE(run.err.count("Training goes on without it"), 1);
    QCOMPARE(run.json()["notes"].toArray().size(), 1);
    QVERIFY(!QFile::exists(path("c")) && QFile::exists(path("o.onnx")));
    for (const QString &name : entries(m_folder->path()))
        QVERIFY2(!name.startsWith('.'), qPrintable(name));
}

void TstTrain::cancelled_keepsTheBest()
{
    QProcess process;
    process.start(programPath(), training("o.onnx", {"--epochs", "100000", "--progress", path("p.jsonl")}));
    QVERIFY(process.waitForStarted());
    QTRY_VERIFY_WITH_TIMEOUT(content("p.jsonl").count("\"event\":\"epoch\"") > 3, 60'000);
    QVERIFY(process.state() == QProcess::Running); // else it has no number
    ::kill(static_cast<pid_t>(process.processId()), SIGINT);
    const Run run = finish(process);
    LATHE_EXPECT_EXIT(run, 130);
    QVERIFY2(run.err.contains("holds the best so far"), run.err);
    LATHE_EXPECT_EXIT(runLathe({"evaluate", path("o.onnx"), "--data", samplePath() + ":test", "--quiet"}), 0);
    QVERIFY(content("p.jsonl").contains("\"stopped\":\"cancelled\""));
}

void TstTrain::refused_data()
{
    QTest::addColumn<QStringList>("more");
    QTest::addColumn<int>("code");
    QTest::addColumn<QString>("word");
    QTest::newRow("two plans") << QStringList{"--plan", "x.json", "--preset", "quick"} << 2 << "--p";
    QTest::newRow("no such plan") << QStringList{"--plan", "/no/x.json"} << 3 << "x.json";
    QTest::newRow("no such preset") << QStringList{"--preset", "slow"} << 2 << "standard";
    QTest::newRow("resume from nowhere") << QStringList{"--resume"} << 2 << "--checkpoint";
    QTest::newRow("a plan with a teacher") << QStringList{"--preset", "distill"} << 2 << "teacher";
    QTest::newRow("no such teacher") << QStringList{"--teacher", "/no/x.onnx"} << 3 << "x.onnx";
    QTest::newRow("device") << QStringList{"--checkpoint", "/dev/full"} << 8 << "/dev/full";
    QTest::newRow("no such data") << QStringList{"--data", "/no/where"} << 3 << "/no/where";
}

void TstTrain::refused()
{
    QFETCH(QStringList, more);
    QFETCH(int, code);
    QFETCH(QString, word);
    const Run run = runLathe(training("o.onnx", more + QStringList{"--quiet"}));
    LATHE_EXPECT_EXIT(run, code);
    QVERIFY2(run.err.contains(word.toUtf8()) && run.err.count('\n') == 1, run.report());
    QVERIFY(!QFile::exists(path("o.onnx")));
}

void TstTrain::halves_stayHalves()
{
    const QString data = qEnvironmentVariable("LATHE_TEST_DATA");
    if (data.isEmpty())
        QSKIP("no LATHE_TEST_DATA");
    writeFile(path("p.json"), R"({"lathe_plan": 1, "validation": 0.02, "steps": [
        {"steps": 2, "batch": 4, "rate": 1e-5, "losses": {"labels": 0, "distillation": 1}}]})");
    const QString model = data + "/models/squeezenet_fp16.onnx";
    const Run run = runLathe({"train", model, "--teacher", model, "--train", data + "/imagenet-sample#first",
                              "--plan", path("p.json"), "-o", path("o.onnx"), "--json"});
    LATHE_EXPECT_EXIT(run, 0);
    const QByteArray before = [&] {
        QFile file(model);
        return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
    }();
    QVERIFY(std::abs(content("o.onnx").size() - before.size()) < 4000);
    QVERIFY(content("o.onnx") != before);
}

void TstTrain::otherVerbs_doNotLoadTheEngine()
{
    QProcess process;
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    environment.insert("LD_DEBUG", "files");
    process.setProcessEnvironment(environment);
    process.start(programPath(), {"network", "mlp:4-2", "-o", path("n.onnx")});
    const Run run = finish(process);
    QVERIFY2(run.exitCode == 0 && !run.err.contains("libtorch"), "libtorch was loaded");
}

QTEST_GUILESS_MAIN(TstTrain)
#include "tst_train.moc"
