// Every fault a user can cause: one sentence on stderr, nothing on stdout, the documented exit code, no file
// left.
#include "tests/cli/program.h"
#include "tests/support/graphbuilder.h"

#include <csignal>
#include <limits>
#include <sys/resource.h>

using namespace lathe::test;

class TstBadInput : public QObject {
    Q_OBJECT

private slots:
    void init();
    void arguments_areRefused_data();
    void arguments_areRefused();
    void models_areRefused_data();
    void models_areRefused();
    void nanWeights_areShownButNotCompressed();
    void modelThatCannotRun_isWrittenOnlyWithoutProof();
    void modelWithoutWeights_isInspectedButNothingMatches();
    void recipes_areRefusedByKey_data();
    void recipes_areRefusedByKey();
    void targets_areRefused_data();
    void targets_areRefused();
    void fullDisk_leavesTheTargetAsItWas_data();
    void fullDisk_leavesTheTargetAsItWas();
    void fullStandardOutput_isAnError();
    void sourceAsTarget_isRefused();
    void dataSets_areRefused_data();
    void dataSets_areRefused();
    void failure_withJson_leavesStdoutEmpty();

private:
    QString path(const QString &name) const { return m_folder->filePath(name); }
    void writeModel(const QString &name, const GraphBuilder &graph) const
    {
        writeFile(path(name), QByteArray::fromStdString(graph.bytes()));
    }
    /// One sentence for a person: starts with the program's name, ends with a full stop, holds the words.
    void expectRefused(const Run &run, int exitCode, const QStringList &words) const;

    std::unique_ptr<QTemporaryDir> m_folder;
};

void TstBadInput::init()
{
    m_folder = std::make_unique<QTemporaryDir>();
    QVERIFY(m_folder->isValid());
}

void TstBadInput::expectRefused(const Run &run, int exitCode, const QStringList &words) const
{
    LATHE_EXPECT_EXIT(run, exitCode);
    QCOMPARE(run.out, QByteArray());
    const QString text = QString::fromUtf8(run.err);
    const QString last = text.trimmed().section('\n', -1);
    QVERIFY2(last.startsWith("lathe: ") && last.endsWith('.'), run.err);
    for (const QString &word : words)
        QVERIFY2(last.contains(word, Qt::CaseInsensitive), qPrintable(word + " is not in " + text));
}

void TstBadInput::arguments_areRefused_data()
{
    QTest::addColumn<QStringList>("arguments");
    QTest::addColumn<QStringList>("words");
    const QStringList compress{"compress", sampleModel(), "-o", "never.onnx"};
    QTest::newRow("no verb") << QStringList{} << QStringList{"--help"};
    QTest::newRow("unknown verb") << QStringList{"shrink"} << QStringList{"shrink"};
    QTest::newRow("unknown option") << QStringList{"inspect", sampleModel(), "--fast"}
                                    << QStringList{"--fast"};
    QTest::newRow("no model") << QStringList{"inspect"} << QStringList{"model", "lathe inspect --help"};
    QTest::newRow("no data") << QStringList{"evaluate", sampleModel()} << QStringList{"--data"};
    QTest::newRow("limit is no number")
        << QStringList{"evaluate", sampleModel(), "--data", "x", "--limit", "many"} << QStringList{"--limit"};
    QTest::newRow("limit is negative")
        << QStringList{"evaluate", sampleModel(), "--data", "x", "--limit", "-5"} << QStringList{"--limit"};
    QTest::newRow("no threads") << QStringList{"inspect", sampleModel(), "--threads", "0"}
                                << QStringList{"--threads"};
    QTest::newRow("no output") << QStringList{"compress", sampleModel(), "--set", "*:bits=8"}
                               << QStringList{"--output"};
    QTest::newRow("no settings") << compress << QStringList{"--set", "--recipe"};
    QTest::newRow("unknown form") << compress + QStringList{"--set", "*:bits=8", "--form", "tiny"}
                                  << QStringList{"--form", "tiny", "qdq4"};
    QTest::newRow("unknown key") << compress + QStringList{"--set", "*:bitz=8"} << QStringList{"bitz"};
    QTest::newRow("bits out of range") << compress + QStringList{"--set", "*:bits=9"} << QStringList{"bits"};
    QTest::newRow("ratio out of range")
        << compress + QStringList{"--set", "*:prune=1.5"} << QStringList{"prune"};
    QTest::newRow("no colon") << compress + QStringList{"--set", "bits=8"} << QStringList{"bits=8"};
    QTest::newRow("unknown layer") << compress + QStringList{"--set", "convolution*:bits=8"}
                                   << QStringList{"convolution*"};
    QTest::newRow("unknown layer to analyze") << QStringList{"analyze", sampleModel(), "--layer", "nothing*"}
                                              << QStringList{"nothing*", "lathe inspect"};
    QTest::newRow("unknown preset") << QStringList{"evaluate",   sampleModel(),  "--data",
                                                   samplePath(), "--preprocess", "nosuch"}
                                    << QStringList{"nosuch", "imagenet"};
    QTest::newRow("sensitivity without data")
        << QStringList{"sensitivity", sampleModel()} << QStringList{"--data"};
    QTest::newRow("sensitivity of no layer")
        << QStringList{"sensitivity", sampleModel(), "--data", samplePath(), "--set", "nothing:bits=4"}
        << QStringList{"nothing"};
    QTest::newRow("sensitivity on no samples")
        << QStringList{"sensitivity", sampleModel(), "--data", samplePath(), "--samples", "0"}
        << QStringList{"--samples"};
    QTest::newRow("one model to compare")
        << QStringList{"compare", sampleModel(), "--data", samplePath()} << QStringList{"models"};
    QTest::newRow("verify without recipe")
        << QStringList{"verify", sampleModel(), "--against", sampleModel()} << QStringList{"recipe"};
}

void TstBadInput::arguments_areRefused()
{
    QFETCH(QStringList, arguments);
    QFETCH(QStringList, words);
    expectRefused(runLathe(arguments, m_folder->path()), 2, words);
    QCOMPARE(entries(m_folder->path()), QStringList());
}

void TstBadInput::models_areRefused_data()
{
    QTest::addColumn<int>("exitCode");
    QTest::addColumn<QString>("file"); ///< made by models_areRefused()
    QTest::newRow("missing") << 3 << "missing.onnx";
    QTest::newRow("a folder") << 3 << "folder.onnx";
    QTest::newRow("empty") << 4 << "empty.onnx";
    QTest::newRow("truncated") << 4 << "truncated.onnx";
    QTest::newRow("text") << 4 << "text.onnx";
    QTest::newRow("an image") << 4 << "image.onnx";
    QTest::newRow("cyclic") << 4 << "cyclic.onnx";
    QTest::newRow("declares more than it holds") << 4 << "bomb.onnx";
    QTest::newRow("no graph") << 4 << "nograph.onnx";
}

void TstBadInput::models_areRefused()
{
    QFile sample(sampleModel());
    QVERIFY(sample.open(QIODevice::ReadOnly));
    const QByteArray whole = sample.readAll();
    QVERIFY(QDir(m_folder->path()).mkdir("folder.onnx"));
    writeFile(path("empty.onnx"), "");
    writeFile(path("truncated.onnx"), whole.left(whole.size() / 2));
    writeFile(path("text.onnx"), "This is not a model at all, but a letter to a friend.\n");
    writeFile(path("image.onnx"), QByteArray::fromHex("89504e470d0a1a0a0000000d49484452"));
    GraphBuilder cyclic;
    cyclic.input("x", {1, 4}).random("w", {4, 4}).output("y");
    cyclic.node("Add", {"x", "b"}, {"a"}).node("MatMul", {"a", "w"}, {"b"}).node("Relu", {"b"}, {"y"});
    writeModel("cyclic.onnx", cyclic);
    GraphBuilder bomb;
    bomb.input("x", {1, 4}).random("w", {4, 4}).output("y").node("MatMul", {"x", "w"}, {"y"});
    bomb.proto().mutable_graph()->mutable_initializer(0)->set_dims(0, int64_t(1) << 40);
    writeModel("bomb.onnx", bomb);
    GraphBuilder noGraph;
    noGraph.proto().clear_graph();
    writeModel("nograph.onnx", noGraph);

    QFETCH(int, exitCode);
    QFETCH(QString, file);
    expectRefused(runLathe({"inspect", path(file)}), exitCode, {file});
    const QStringList before = entries(m_folder->path());
    expectRefused(runLathe({"compress", path(file), "--set", "*:bits=8", "-o", path("out.onnx")}), exitCode,
                  {file});
    QCOMPARE(entries(m_folder->path()), before);
}

void TstBadInput::nanWeights_areShownButNotCompressed()
{
    lathe::Tensor weight = randomTensor({4, 4}, 7);
    weight.as<float>()[3] = std::numeric_limits<float>::quiet_NaN();
    weight.as<float>()[5] = std::numeric_limits<float>::infinity();
    GraphBuilder graph;
    graph.input("x", {1, 4})
        .constant("w", weight)
        .output("y")
        .node("MatMul", {"x", "w"}, {"y"}, {}, "broken");
    writeModel("nan.onnx", graph);

    LATHE_EXPECT_EXIT(runLathe({"inspect", path("nan.onnx")}), 0);
    const Run analyzed = runLathe({"analyze", path("nan.onnx"), "--json"});
    LATHE_EXPECT_EXIT(analyzed, 0);
    const QJsonObject layer = analyzed.json()["layers"][0].toObject();
    QCOMPARE(layer["moments"]["non_finite"].toInt(), 2);
    QVERIFY(layer["effective_rank"].isNull());
    for (const char *settings : {"*:bits=8", "*:rank=2", "*:prune=0.5"})
        expectRefused(runLathe({"compress", path("nan.onnx"), "--set", settings, "-o", path("out.onnx")}), 6,
                      {"broken"});
    QCOMPARE(entries(m_folder->path()), QStringList{"nan.onnx"});
}

void TstBadInput::modelThatCannotRun_isWrittenOnlyWithoutProof()
{
    GraphBuilder graph;
    graph.input("x", {1, 4}).random("w", {4, 4}).output("y");
    graph.node("MatMul", {"x", "w"}, {"h"}, {}, "fc").node("NoSuchOperator", {"h"}, {"y"});
    writeModel("foreign.onnx", graph);
    const QStringList compress{"compress", path("foreign.onnx"), "--set", "*:prune=0.5",
                               "-o",       path("out.onnx")};
    expectRefused(runLathe(compress), 5, {"foreign.onnx", "NoSuchOperator", "--no-verify"});
    QCOMPARE(entries(m_folder->path()), QStringList{"foreign.onnx"});
    LATHE_EXPECT_EXIT(runLathe(compress + QStringList{"--no-verify"}), 0);
}

void TstBadInput::modelWithoutWeights_isInspectedButNothingMatches()
{
    GraphBuilder graph;
    graph.input("x", {1, 4}).output("y").node("Relu", {"x"}, {"y"});
    writeModel("plain.onnx", graph);
    const Run run = runLathe({"inspect", path("plain.onnx")});
    LATHE_EXPECT_EXIT(run, 0);
    QVERIFY2(run.out.contains("No layer"), run.out);
    LATHE_EXPECT_EXIT(runLathe({"analyze", path("plain.onnx")}), 0);
    expectRefused(runLathe({"compress", path("plain.onnx"), "--set", "*:bits=8", "-o", path("out.onnx")}), 2,
                  {"plain.onnx", "nothing to compress"});
}

void TstBadInput::recipes_areRefusedByKey_data()
{
    QTest::addColumn<QByteArray>("recipe");
    QTest::addColumn<QString>("word");
    QTest::newRow("no JSON") << QByteArray("bits=8") << "recipe.json";
    QTest::newRow("unknown key")
        << QByteArray(R"({"lathe_recipe": 1, "rules": [{"layers": "*", "qantize": {"bits": 4}}]})")
        << "qantize";
    QTest::newRow("wrong type")
        << QByteArray(R"({"lathe_recipe": 1, "rules": [{"layers": "*", "quantize": {"bits": "4"}}]})")
        << "bits";
    QTest::newRow("newer schema") << QByteArray(R"({"lathe_recipe": 99, "rules": []})") << "99";
    QTest::newRow("no recipe") << QByteArray(R"({"rules": []})") << "lathe_recipe";
}

void TstBadInput::recipes_areRefusedByKey()
{
    QFETCH(QByteArray, recipe);
    QFETCH(QString, word);
    writeFile(path("recipe.json"), recipe);
    expectRefused(
        runLathe({"compress", sampleModel(), "--recipe", path("recipe.json"), "-o", path("out.onnx")}), 2,
        {"recipe.json", word});
    expectRefused(
        runLathe({"compress", sampleModel(), "--recipe", path("none.json"), "-o", path("out.onnx")}), 3,
        {"none.json"});
    QCOMPARE(entries(m_folder->path()), QStringList{"recipe.json"});
}

void TstBadInput::targets_areRefused_data()
{
    QTest::addColumn<QString>("option"); // permission bits are not among the rows: root passes them all
    QTest::addColumn<QString>("target");
    for (const QString option : {"-o", "--save-recipe", "--report"}) {
        QTest::addRow("%s in a missing folder", qPrintable(option)) << option << "no/such/folder/out";
        QTest::addRow("%s below a file", qPrintable(option)) << option << "file/out";
        QTest::addRow("%s is a folder", qPrintable(option)) << option << "folder";
    }
    QTest::newRow("-o where no file can be made") << "-o"
                                                  << "/proc/out";
}

void TstBadInput::targets_areRefused()
{
    QFETCH(QString, option);
    QFETCH(QString, target);
    writeFile(path("file"), "content");
    QVERIFY(QDir(m_folder->path()).mkdir("folder"));
    QStringList arguments{"compress", sampleModel(), "--set", "*:bits=8", option, target};
    if (option != "-o")
        arguments += {"-o", "out.onnx"};
    expectRefused(runLathe(arguments, m_folder->path()), 8, {target});
    QCOMPARE(entries(m_folder->path()), (QStringList{"file", "folder"}));
    QCOMPARE(entries(path("folder")), QStringList());
}

void TstBadInput::fullDisk_leavesTheTargetAsItWas_data()
{
    QTest::addColumn<bool>("existing");
    QTest::newRow("new target") << false;
    QTest::newRow("existing target") << true;
}

void TstBadInput::fullDisk_leavesTheTargetAsItWas()
{
    QFETCH(bool, existing);
    if (existing)
        writeFile(path("out.onnx"), "precious");
    QProcess process;
    process.setChildProcessModifier([] { // a file may grow to 16 kB and no further
        const rlimit limit{16'384, 16'384};
        ::setrlimit(RLIMIT_FSIZE, &limit);
    });
    process.start(programPath(), {"compress", sampleModel(), "--set", "*:bits=8", "-o", path("out.onnx")});
    expectRefused(finish(process), 8, {path("out.onnx")});
    QCOMPARE(entries(m_folder->path()), existing ? QStringList{"out.onnx"} : QStringList());
    if (existing)
        QCOMPARE(QFileInfo(path("out.onnx")).size(), 8);
}

void TstBadInput::fullStandardOutput_isAnError()
{
    QProcess process;
    process.setStandardOutputFile("/dev/full");
    process.start(programPath(), {"inspect", sampleModel()});
    expectRefused(finish(process), 8, {"standard output"});
}

void TstBadInput::sourceAsTarget_isRefused()
{
    const QString model = path("model.onnx");
    QVERIFY(QFile::copy(sampleModel(), model));
    QVERIFY(QFile::link(model, path("link.onnx")));
    for (const QString &target : {model, m_folder->path() + "/./model.onnx", path("link.onnx")})
        expectRefused(runLathe({"compress", model, "--set", "*:bits=8", "-o", target}), 2, {"source"});
    expectRefused(runLathe({"compress", model, "--set", "*:bits=8", "-o", path("o.onnx"), "--report", model}),
                  2, {"source"});
    QCOMPARE(QFileInfo(model).size(), QFileInfo(sampleModel()).size());
}

void TstBadInput::dataSets_areRefused_data()
{
    QTest::addColumn<int>("exitCode");
    QTest::addColumn<QByteArray>("description");
    QTest::addColumn<QString>("word");
    QTest::newRow("missing folder") << 3 << QByteArray() << "none";
    QTest::newRow("no JSON") << 9 << QByteArray("format = idx") << "dataset.json";
    QTest::newRow("unknown format") << 9 << QByteArray(R"({"format": "tape"})") << "image_list";
    QTest::newRow("unknown key") << 9
                                 << QByteArray(R"({"format": "image_list", "labels": "l.txt", "lables": 1})")
                                 << "lables";
    QTest::newRow("missing image") << 9 << QByteArray(R"({"format": "image_list", "labels": "missing.txt"})")
                                   << "nowhere.png";
    QTest::newRow("damaged image") << 9 << QByteArray(R"({"format": "image_list", "labels": "damaged.txt"})")
                                   << "damaged.png";
    QTest::newRow("label out of range")
        << 9 << QByteArray(R"({"format": "image_list", "labels": "range.txt"})") << "77";
    QTest::newRow("wrong shape") << 9 << QByteArray(R"({"format": "image_list", "labels": "large.txt"})")
                                 << "8";
    QTest::newRow("truncated IDX")
        << 9 << QByteArray(R"({"format": "idx", "images": "short.idx", "labels": "short.idx"})")
        << "short.idx";
}

void TstBadInput::dataSets_areRefused()
{
    QFETCH(int, exitCode);
    QFETCH(QByteArray, description);
    QFETCH(QString, word);
    // 8 x 8 and 12 x 12 grey images in the plain PGM form
    writeFile(path("good.pgm"), "P5 8 8 255\n" + QByteArray(64, 'a'));
    writeFile(path("large.pgm"), "P5 12 12 255\n" + QByteArray(144, 'a'));
    writeFile(path("damaged.png"), "not an image");
    writeFile(path("missing.txt"), "good.pgm 1\nnowhere.png 2\n");
    writeFile(path("damaged.txt"), "good.pgm 1\ndamaged.png 2\n");
    writeFile(path("range.txt"), "good.pgm 1\ngood.pgm 77\n");
    writeFile(path("large.txt"), "large.pgm 1\n");
    writeFile(path("short.idx"), QByteArray::fromHex("00000803000000100000"));
    if (!description.isEmpty())
        writeFile(path("dataset.json"), description);
    const QString folder = description.isEmpty() ? path("none") : m_folder->path();
    expectRefused(runLathe({"evaluate", sampleModel(), "--data", folder}), exitCode, {word});
    expectRefused(
        runLathe({"compress", sampleModel(), "--set", "*:bits=8", "--data", folder, "-o", path("out.onnx")}),
        exitCode, {word});
    QVERIFY(!QFile::exists(path("out.onnx")));
}

void TstBadInput::failure_withJson_leavesStdoutEmpty()
{
    expectRefused(runLathe({"inspect", path("none.onnx"), "--json"}), 3, {"none.onnx"});
    expectRefused(runLathe({"inspect", path("none.onnx"), "--json", "--quiet"}), 3, {"none.onnx"});
    expectRefused(runLathe({"evaluate", sampleModel(), "--data", path("none"), "--json"}), 3, {"none"});
}

QTEST_GUILESS_MAIN(TstBadInput)
#include "tst_badinput.moc"
