// What kills, other programs and strange surroundings do to the program: a sentence, nothing lost, nothing
// left.
#include "tests/cli/program.h"
#include "tests/support/graphbuilder.h"
#include "tests/support/smallmodels.h"

#include <csignal>
#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

using namespace lathe::test;

class TstFaults : public QObject {
    Q_OBJECT

private slots:
    void init();
    void changedData_isASentence_data();
    void changedData_isASentence();
    void killAtARename_isCompletedByTheNextStart_data();
    void killAtARename_isCompletedByTheNextStart();
    void kill_leavesNothingBehindTheNextStart();
    void reportThatDoesNotFit_leavesTheOldModel();
    void outputsThatAreInputs_areRefused_data();
    void outputsThatAreInputs_areRefused();
    void closedStreams_areNoOutput_data();
    void closedStreams_areNoOutput();
    void fewDescriptors_areSaid();
    void names_doNotDriveTheTerminal();
    void modes_areThoseOfTheUmask();

private:
    QString path(const QString &name) const { return m_folder->filePath(name); }
    static QByteArray read(const QString &path)
    {
        QFile file(path);
        return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray("not there");
    }
    QByteArray content(const QString &name) const { return read(path(name)); }
    Run run(const QStringList &arguments, const QList<QPair<QString, QString>> &fault = {}) const
    {
        QProcessEnvironment environment = m_environment;
        for (const auto &[name, value] : fault)
            environment.insert(name, value);
        if (!fault.isEmpty()) {
            environment.insert("LD_PRELOAD", LATHE_FAULTS);
            environment.insert("ASAN_OPTIONS", "verify_asan_link_order=0");
        }
        return runLathe(arguments, m_folder->path(), environment);
    }
    QStringList compressing(const QString &model, const QString &output) const
    {
        return {"compress", model, "--set", "*:bits=8", "--no-verify", "-o", output, "--quiet"};
    }

    std::unique_ptr<QTemporaryDir> m_folder, m_state;
    QProcessEnvironment m_environment;
};

void TstFaults::init()
{
    m_folder = std::make_unique<QTemporaryDir>();
    m_state = std::make_unique<QTemporaryDir>();
    QVERIFY(m_folder->isValid() && m_state->isValid());
    m_environment = QProcessEnvironment::systemEnvironment();
    m_environment.insert("XDG_STATE_HOME", m_state->path());
    m_environment.insert("TMPDIR", m_state->path());
}

void TstFaults::changedData_isASentence_data()
{
    QTest::addColumn<QString>("file");
    QTest::addColumn<QStringList>("arguments");
    QTest::addColumn<bool>("replaced");
    const QStringList quantize{"compress", "big.onnx", "--set", "*:bits=8", "-o", "out.onnx", "--quiet"};
    for (const bool replaced : {false, true}) {
        const char *how = replaced ? "replaced" : "truncated";
        QTest::addRow("external data %s", how) << "big.data" << quantize << replaced;
        QTest::addRow("external data of a model inspected %s", how)
            << "big.data" << QStringList{"inspect", "big.onnx"} << replaced;
        QTest::addRow("external data packed %s", how)
            << "big.data" << QStringList{"pack", "big.onnx", "-o", "out.lathez"} << replaced;
        QTest::addRow("model %s", how) << "big.onnx" << quantize << replaced;
        QTest::addRow("archive %s", how)
            << "big.lathez" << QStringList{"unpack", "big.lathez", "-o", "out.onnx"} << replaced;
        QTest::addRow("numpy data %s", how)
            << "set/x.npy" << QStringList{"evaluate", "big.onnx", "--data", "set"} << replaced;
    }
}

/// Before each read of the file in turn, until there are no more.
void TstFaults::changedData_isASentence()
{
    QFETCH(QString, file);
    QFETCH(QStringList, arguments);
    QFETCH(bool, replaced);
    GraphBuilder graph;
    graph.input("x", {1, 256}).random("w", {1024, 256}).random("v", {64, 1024}).output("y", {1, 64});
    graph.node("Gemm", {"x", "w"}, {"h"}, {{"transB", int64_t(1)}}, "fc1");
    graph.node("Gemm", {"h", "v"}, {"y"}, {{"transB", int64_t(1)}}, "fc2");
    QByteArray data;
    for (auto &tensor : *graph.proto().mutable_graph()->mutable_initializer()) {
        const QByteArray offset = QByteArray::number(data.size());
        data += QByteArray::fromStdString(tensor.raw_data());
        makeExternal(&tensor, {{"location", "big.data"}, {"offset", offset.toStdString()}});
    }
    auto restore = [&, archive = QByteArray()]() mutable {
        writeFile(path("big.onnx"), QByteArray::fromStdString(graph.bytes()));
        writeFile(path("big.data"), data);
        QDir(m_folder->path()).mkdir("set");
        QByteArray header("{'descr': '<f4', 'fortran_order': False, 'shape': (4, 256), }");
        header = header.leftJustified(117, ' ') + '\n';
        writeFile(path("set/x.npy"), QByteArray("\x93NUMPY\x01\x00\x76\x00", 10) + header + data.left(4096));
        writeFile(path("set/dataset.json"), R"({"format": "numpy", "inputs": "x.npy"})");
        writeFile(path("other"), "another");
        if (archive.isEmpty()) {
            LATHE_EXPECT_EXIT(run({"pack", "big.onnx", "-o", "big.lathez"}), 0);
            archive = content("big.lathez");
        }
        writeFile(path("big.lathez"), archive);
    };
    restore();
    const QString tried = QTest::currentDataTag();
    int failures = 0;
    for (int n = 1; n <= 60; ++n) {
        restore();
        QList<QPair<QString, QString>> fault{{"LATHE_TRUNCATE_AT_READ", QString::number(n)},
                                             {"LATHE_TRUNCATE", path(file)}};
        if (replaced)
            fault.append({"LATHE_RENAME_AT_READ", path("other")});
        const Run result = run(arguments, fault);
        QVERIFY2(result.exitCode >= 0, (tried.toUtf8() + ": killed at read " + QByteArray::number(n)));
        QVERIFY2(result.exitCode != 1, result.report());
        const bool untouched = QFileInfo(path(file)).size() > 10;
        failures += result.exitCode != 0;
        if (result.exitCode != 0) {
            QVERIFY2(result.err.startsWith("lathe: ") && result.err.trimmed().endsWith('.'), result.err);
            QCOMPARE(result.out, QByteArray());
            QVERIFY2(!QFileInfo::exists(path("out.onnx")) && !QFileInfo::exists(path("out.lathez")),
                     result.report());
        }
        QFile::remove(path("out.onnx"));
        QFile::remove(path("out.lathez"));
        if (untouched)
            break; // there is no such read any more
        QVERIFY2(n < 60, "the file is read without end");
    }
    if (replaced)
        QVERIFY2(failures <= 1, "what is open stays as it was"); // opened for the first time after it
    else
        QVERIFY2(failures > 0 || tried.contains("inspected"), "nothing was ever read");
}

void TstFaults::killAtARename_isCompletedByTheNextStart_data()
{
    QTest::addColumn<QStringList>("nextStart");
    QTest::addColumn<bool>("remembered");
    QTest::addColumn<QString>("report");
    QTest::newRow("of anything") << QStringList{"--version"} << true << "m.html";
    QTest::newRow("that reads the model") << QStringList{"inspect", "m.onnx"} << false << "m.html";
    QTest::newRow("of anything, report in another folder")
        << QStringList{"--version"} << true << "reports/m.html";
}

void TstFaults::killAtARename_isCompletedByTheNextStart()
{
    QFETCH(QStringList, nextStart);
    QFETCH(bool, remembered);
    QFETCH(QString, report);
    QDir(m_folder->path()).mkpath(QFileInfo(report).path());
    const QStringList arguments =
        compressing(sampleModel(), "m.onnx") +
        QStringList{"--preprocess", "minus1to1", "--data",        samplePath(), "--limit", "8",
                    "--report",     report,      "--save-recipe", "m.json"};
    const QStringList names{"m.onnx", "m.preprocessor_config.json", report, "m.json"};
    const auto files = [&] {
        QList<QByteArray> all;
        for (const QString &name : names)
            all << content(name);
        return all;
    };
    LATHE_EXPECT_EXIT(run(arguments), 0);
    const QList<QByteArray> after = files();
    const auto putOld = [&] {
        writeFile(path("m.onnx"), read(sampleModel()));
        writeFile(path("m.preprocessor_config.json"), read(samplePath("digits.preprocessor_config.json")));
        writeFile(path(report), "old");
        writeFile(path("m.json"), "old");
    };
    putOld();
    const QList<QByteArray> before = files();
    int n = 1, completed = 0, rolledBack = 0;
    for (;; ++n) {
        putOld();
        const Run killed = run(arguments, {{"LATHE_KILL_AT_RENAME", QString::number(n)}});
        if (killed.exitCode == 0)
            break;
        QCOMPARE(killed.exitCode, -1);
        // No reader ever meets one model with the pixels of another.
        const QByteArray model = content("m.onnx"), pixels = content("m.preprocessor_config.json");
        QVERIFY2(model == "not there" || (model == after[0]) == (pixels == after[1]),
                 qPrintable(QString("rename %1").arg(n)));
        run(nextStart, {{"XDG_STATE_HOME", remembered ? m_state->path() : path("nowhere")}});
        QVERIFY2(files() == before || files() == after, qPrintable(QString("rename %1").arg(n)));
        (files() == after ? completed : rolledBack) += 1;
        QCOMPARE(entries(m_folder->path()).size(), names.size());
        QCOMPARE(entries(path("reports")).size(), report.startsWith("reports") ? 1 : 0);
    }
    QVERIFY2(completed >= 4 && rolledBack >= 4, qPrintable(QString("%1, %2").arg(completed).arg(rolledBack)));
    QCOMPARE(files(), after);
}

void TstFaults::kill_leavesNothingBehindTheNextStart()
{
    for (int n = 1; n <= 3; ++n) {
        run(compressing(sampleModel(), "m.onnx"), {{"LATHE_KILL_AT_RENAME", QString::number(n)}});
        LATHE_EXPECT_EXIT(run({"--version"}), 0);
        const QStringList left = entries(m_folder->path());
        QVERIFY2(left.isEmpty() || left == QStringList({"m.onnx", "m.preprocessor_config.json"}),
                 qPrintable(left.join(' ')));
    }
    LATHE_EXPECT_EXIT(run({"--version"}), 0);
    QCOMPARE(entries(m_state->filePath("lathe/staging")), QStringList());
}

void TstFaults::reportThatDoesNotFit_leavesTheOldModel()
{
    writeFile(path("tiny.onnx"), QByteArray::fromStdString(smallGraph().bytes()));
    writeFile(path("m.onnx"), "old");
    writeFile(path("m.html"), "old report");
    QProcess process;
    process.setProcessEnvironment(m_environment);
    process.setWorkingDirectory(m_folder->path());
    process.setChildProcessModifier([] { // the model fits, the page does not
        const rlimit limit{2'000, 2'000};
        ::setrlimit(RLIMIT_FSIZE, &limit);
    });
    process.start(programPath(), compressing("tiny.onnx", "m.onnx") + QStringList{"--report", "m.html"});
    const Run result = finish(process);
    LATHE_EXPECT_EXIT(result, 8);
    QVERIFY2(result.err.contains("Cannot write m.html"), result.err);
    QCOMPARE(content("m.onnx"), QByteArray("old"));
    QCOMPARE(content("m.html"), QByteArray("old report"));
    QCOMPARE(entries(m_folder->path()).size(), 3);
}

void TstFaults::outputsThatAreInputs_areRefused_data()
{
    QTest::addColumn<QStringList>("options");
    QTest::addColumn<int>("exitCode");
    const auto row = [](const char *name, const QStringList &options, int exitCode = 2) {
        QTest::newRow(name) << options << exitCode;
    };
    const QStringList output{"-o", "out.onnx"};
    row("report is the result", {"-o", "out.onnx", "--report", "./out.onnx"});
    row("recipe is the result", {"-o", "out.onnx", "--save-recipe", "out.onnx"});
    row("report is the recipe", output + QStringList{"--save-recipe", "x", "--report", "x"});
    row("result is the recipe that is read", {"-o", "in.json", "--recipe", "in.json"});
    row("report is the recipe that is read",
        output + QStringList{"--report", "in.json", "--recipe", "in.json"});
    row("result is the preprocessing", {"-o", "pixels.json", "--preprocess", "pixels.json"});
    row("result describes the data", {"-o", "set/dataset.json", "--data", "set"});
    row("result describes the calibration", {"-o", "set/dataset.json", "--calibrate", "set"});
    row("result is the data", {"-o", "set/x.npy", "--data", "set:test"});
    row("result is external data", {"-o", "w.data"});
    row("result's data would be the source's", {"-o", "w"});
    row("report is external data", output + QStringList{"--report", "w.data"});
    row("report is the pixels of the result",
        output + QStringList{"--report", "out.preprocessor_config.json"});
    row("report is the pixels of the source",
        output + QStringList{"--report", "in.preprocessor_config.json"});
    row("recipe is the model", output + QStringList{"--save-recipe", "link"});
    row("result is a device", {"-o", "/dev/null"}, 8);
    row("report is a device", output + QStringList{"--report", "/dev/stderr"}, 8);
    row("result is a pipe", {"-o", "pipe"}, 8);
}

void TstFaults::outputsThatAreInputs_areRefused()
{
    QFETCH(QStringList, options);
    QFETCH(int, exitCode);
    GraphBuilder graph = smallGraph();
    const QByteArray weights = QByteArray::fromStdString(weightOf(graph)->raw_data());
    makeExternal(weightOf(graph), {{"location", "w.data"}});
    QDir(m_folder->path()).mkdir("set");
    const QMap<QString, QByteArray> inputs{
        {"in.onnx", QByteArray::fromStdString(graph.bytes())},
        {"w.data", weights},
        {"in.json", R"({"lathe_recipe": 1, "rules": [{"layers": "*", "quantize": {"bits": 4}}]})"},
        {"pixels.json", "{}"},
        {"in.preprocessor_config.json", "{}"},
        {"set/dataset.json", R"({"format": "numpy", "splits": {"test": {"inputs": "x.npy"}}})"},
        {"set/x.npy", "numbers"}};
    for (auto input = inputs.begin(); input != inputs.end(); ++input)
        writeFile(path(input.key()), input.value());
    QVERIFY(QFile::link("in.onnx", path("link")));
    QCOMPARE(::mkfifo(qPrintable(path("pipe")), 0600), 0);
    const QStringList before = entries(m_folder->path());
    const Run result = run(QStringList{"compress", "in.onnx", "--set", "*:bits=8"} + options);
    LATHE_EXPECT_EXIT(result, exitCode);
    QCOMPARE(result.err.count('\n'), 1);
    QVERIFY2(result.err.startsWith("lathe: ") && result.err.endsWith(".\n"), result.err);
    QCOMPARE(entries(m_folder->path()), before);
    for (auto input = inputs.begin(); input != inputs.end(); ++input)
        QCOMPARE(content(input.key()), input.value());
}

void TstFaults::closedStreams_areNoOutput_data()
{
    QTest::addColumn<QList<int>>("closed");
    for (const QList<int> &closed : {QList<int>{0}, {1}, {2}, {0, 1}, {1, 2}, {0, 2}, {0, 1, 2}}) {
        QByteArray name;
        for (const int fd : closed)
            name += QByteArray::number(fd);
        QTest::newRow(name) << closed;
    }
}

void TstFaults::closedStreams_areNoOutput()
{
    QFETCH(QList<int>, closed);
    QProcess process;
    process.setProcessEnvironment(m_environment);
    process.setWorkingDirectory(m_folder->path());
    process.setChildProcessModifier([closed] {
        for (const int fd : closed)
            ::close(fd);
    });
    process.start(programPath(), {"compress", sampleModel(), "--set", "*:bits=8", "-o", "out.onnx"});
    const Run result = finish(process);
    LATHE_EXPECT_EXIT(result, 0);
    LATHE_EXPECT_EXIT(run({"verify", "out.onnx", "--against", sampleModel()}), 0);
    QCOMPARE(entries(m_folder->path()).filter("onnx"), QStringList{"out.onnx"});
}

void TstFaults::fewDescriptors_areSaid()
{
#ifdef __SANITIZE_ADDRESS__
    QSKIP("The sanitizer needs descriptors itself: it asks by a pipe which memory can be read.");
#endif
    for (const rlim_t files : {4U, 5U, 6U, 8U})
        for (const QStringList &arguments : {QStringList{"--version"},
                                             {"inspect", sampleModel()},
                                             compressing(sampleModel(), path("out.onnx"))}) {
            QProcess process;
            process.setProcessEnvironment(m_environment);
            process.setChildProcessModifier([files] {
                const rlimit limit{files, files};
                ::setrlimit(RLIMIT_NOFILE, &limit);
            });
            process.start(programPath(), arguments);
            const Run result = finish(process, 120'000);
            QCOMPARE(entries(m_folder->path()).filter(".lathe-"), QStringList());
            QVERIFY2(result.exitCode >= 0 && result.exitCode != 1, result.report());
            if (result.exitCode != 0)
                QVERIFY2(result.err.contains("open files") || result.err.contains("files are open") ||
                             result.err.contains("loading shared libraries"),
                         result.report());
        }
}

void TstFaults::names_doNotDriveTheTerminal()
{
    // A C1 escape sequence, a right-to-left override, an invisible mark, DEL, a byte that is no UTF-8.
    const std::string name = "a\xC2\x9B"
                             "31m\xE2\x80\xAE"
                             "b\xE2\x80\x8B"
                             "c\x7F"
                             "d\x9B"
                             "e\xF0\x9F\x98\x80";
    GraphBuilder graph;
    graph.input("x", {1, 4}).random("w", {3, 4}).output("y", {1, 3});
    graph.node("Gemm", {"x", "w"}, {"y"}, {{"transB", int64_t(1)}}, name);
    writeFile(path("m.onnx"), QByteArray::fromStdString(graph.bytes()));
    const auto isClean = [](const QByteArray &text) {
        return !text.contains("\xC2\x9B") && !text.contains("\xE2\x80\xAE") &&
               !text.contains("\xE2\x80\x8B") && !text.contains('\x7F') &&
               QString::fromUtf8(text).toUtf8() == text;
    };
    const QStringList compress{"compress", "m.onnx",   "--set",    "*:bits=4",
                               "-o",       "out.onnx", "--report", "r.html"};
    for (const QStringList &arguments : {QStringList{"inspect", "m.onnx"},
                                         {"inspect", "m.onnx", "--json"},
                                         {"analyze", "m.onnx"},
                                         compress,
                                         compress + QStringList{"--json"},
                                         {"analyze", "m.onnx", "--layer", "b\xC2\x9Bz"},
                                         {"inspect", "no\u202Esuch\u009Bfile"},
                                         {"\u009Bverb"},
                                         {"inspect", "m.onnx", "--\u009Boption"}}) {
        const Run result = run(arguments);
        QVERIFY2(isClean(result.out) && isClean(result.err), result.report());
    }
    QVERIFY(isClean(content("r.html")));
    const QJsonObject json = run({"inspect", "m.onnx", "--json"}).json();
    const QString told = json["layers"].toArray().first().toObject()["name"].toString();
    QVERIFY2(told.startsWith(QString::fromUtf8("a\u009B31m\u202Eb\u200Bc\u007Fd")), qPrintable(told));
    QVERIFY(told.endsWith(QString::fromUtf8("e\U0001F600")));
}

void TstFaults::modes_areThoseOfTheUmask()
{
    QProcess process;
    process.setProcessEnvironment(m_environment);
    process.setWorkingDirectory(m_folder->path());
    process.setChildProcessModifier([] { ::umask(077); });
    process.start(programPath(), compressing(sampleModel(), "m.onnx") + QStringList{"--report", "m.html"});
    LATHE_EXPECT_EXIT(finish(process), 0);
    const auto mode = [this](const QString &name) {
        struct stat info = {};
        ::stat(qPrintable(path(name)), &info);
        return info.st_mode & 07777U;
    };
    QCOMPARE(mode("m.onnx"), mode_t{0600});
    QCOMPARE(mode("m.html"), mode_t{0600});
    QCOMPARE(::chmod(qPrintable(path("m.onnx")), 0640), 0);
    QVERIFY(QFile::link("m.onnx", path("link.onnx")));
    LATHE_EXPECT_EXIT(run(compressing(sampleModel(), "link.onnx")), 0);
    QVERIFY(QFileInfo(path("link.onnx")).isSymbolicLink());
    QCOMPARE(mode("m.onnx"), mode_t{0640});
}

QTEST_GUILESS_MAIN(TstFaults)
#include "tst_faults.moc"
