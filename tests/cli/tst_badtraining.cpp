// Everything that can be wrong with what is trained: one sentence, the exit code that is documented, and
// nothing half-written. What goes wrong in the middle of it is in train_trainer and cli_train.
#include "tests/cli/program.h"
#include "tests/support/graphbuilder.h"

#include <QTemporaryDir>

using namespace lathe::test;

namespace {

using lathe::makeTensor;

/// Digits in, scores of `classes` out; with a batch normalization, or an operator that has no gradient.
GraphBuilder perceptron(int64_t classes, bool normalized, bool untrainable)
{
    GraphBuilder graph;
    graph.input("x", {-1, 64}).output("y", {-1, classes});
    graph.random("w1", {16, 64}, 0.2F).random("w2", {classes, 16}, 0.3F);
    graph.node("Gemm", {"x", "w1"}, {"h"}, {{"transB", int64_t{1}}}, "fc1");
    std::string last = "h";
    if (normalized) {
        const std::vector<float> ones(16, 1.0F), zeros(16, 0.0F);
        graph.constant("scale", makeTensor({16}, ones)).constant("shift", makeTensor({16}, zeros));
        graph.constant("mean", makeTensor({16}, zeros)).constant("variance", makeTensor({16}, ones));
        graph.node("BatchNormalization", {last, "scale", "shift", "mean", "variance"}, {"n"}, {}, "norm");
        last = "n";
    }
    if (untrainable) {
        graph.node("DynamicQuantizeLinear", {last}, {"q", "s", "z"}, {}, "grid");
        graph.node("DequantizeLinear", {"q", "s", "z"}, {"d"}, {}, "back");
        last = "d";
    }
    graph.node("Relu", {last}, {"r"}, {}, "relu");
    graph.node("Gemm", {"r", "w2"}, {"y"}, {{"transB", int64_t{1}}}, "fc2");
    return graph;
}

GraphBuilder teacherOfTwoInputs()
{
    GraphBuilder graph;
    graph.input("a", {-1, 64}).input("b", {-1, 64}).output("y", {-1, 10}).random("w", {10, 64});
    graph.node("Add", {"a", "b"}, {"sum"});
    graph.node("Gemm", {"sum", "w"}, {"y"}, {{"transB", int64_t{1}}}, "fc");
    return graph;
}

} // namespace

class TstBadTraining : public QObject {
    Q_OBJECT

private slots:
    void initTestCase();
    void refused_data();
    void refused();
    void recovering_offersTheWayWithoutGradients();
    void checkpointOfAnother_isRefused_data();
    void checkpointOfAnother_isRefused();
    void explodingLoss_namesStepAndLayer();

private:
    QString path(const QString &name) const { return m_folder.filePath(name); }
    void write(const QString &name, const GraphBuilder &graph) const
    {
        writeFile(path(name), QByteArray::fromStdString(graph.bytes()));
    }
    QStringList training(const QString &graph, const QStringList &more) const
    {
        QStringList all{
            "train",       path(graph), "--preprocess", samplePath("digits.preprocessor_config.json"),
            "--threads",   "1",         "--quiet",      "-o",
            path("o.onnx")};
        if (!more.contains("--train"))
            all += {"--train", samplePath() + ":train"};
        return all + more;
    }
    QTemporaryDir m_folder;
};

void TstBadTraining::initTestCase()
{
    if (!hasEngine())
        QSKIP("built without training");
    write("good.onnx", perceptron(10, false, false));
    write("other.onnx", perceptron(10, true, false));
    write("seven.onnx", perceptron(7, false, false));
    write("untrainable.onnx", perceptron(10, false, true));
    write("two.onnx", teacherOfTwoInputs());
    GraphBuilder wide;
    wide.input("x", {-1, 80}).output("y", {-1, 10}).random("w", {10, 80});
    wide.node("Gemm", {"x", "w"}, {"y"}, {{"transB", int64_t{1}}}, "fc");
    write("wide.onnx", wide);
    QVERIFY(QDir().mkpath(path("plain")));
    QVERIFY(QFile::copy(samplePath("train-images-idx3-ubyte.gz"), path("plain/images.gz")));
    writeFile(path("plain/dataset.json"), R"({"format":"idx","images":"images.gz"})");
    const auto plan = [this](const QString &name, const QByteArray &step) {
        writeFile(path(name), R"({"lathe_plan": 1, "steps": [)" + step + "]}");
    };
    plan("single.json", R"({"epochs": 1, "batch": 1})");
    plan("taught.json", R"({"epochs": 1, "losses": {"labels": 0, "distillation": 1}})");
    plan("short.json", R"({"epochs": 1})");
    plan("long.json", R"({"epochs": 2})");
    plan("wild.json", R"({"epochs": 5, "rate": 1000, "optimizer": {"kind": "sgd"}})");
}

void TstBadTraining::refused_data()
{
    QTest::addColumn<QString>("graph");
    QTest::addColumn<QStringList>("more");
    QTest::addColumn<int>("code");
    QTest::addColumn<QStringList>("words");
    const QStringList taught{"--plan", path("taught.json"), "--teacher"};
    QTest::newRow("no labels for a loss of labels") << "good.onnx" << QStringList{"--train", path("plain")}
                                                    << 2 << QStringList{"no labels to learn from"};
    QTest::newRow("more classes than the model tells apart")
        << "seven.onnx" << QStringList{} << 9 << QStringList{"class index", "7 classes"};
    QTest::newRow("an operator without gradient")
        << "untrainable.onnx" << QStringList{} << 5 << QStringList{"grid (DynamicQuantizeLinear)"};
    QTest::newRow("one sample for a batch normalization")
        << "other.onnx" << QStringList{"--plan", path("single.json")} << 2
        << QStringList{"one sample in a batch", "larger batch"};
    QTest::newRow("a plan that needs a teacher, and none is given")
        << "good.onnx" << QStringList{"--plan", path("taught.json")} << 2 << QStringList{"none is given"};
    QTest::newRow("a teacher of other classes")
        << "good.onnx" << taught + QStringList{path("seven.onnx")} << 2 << QStringList{"7", "10"};
    QTest::newRow("a teacher of more inputs") << "good.onnx" << taught + QStringList{path("two.onnx")} << 2
                                              << QStringList{"two.onnx", "input \"a\""};
    QTest::newRow("a teacher of a larger input")
        << "good.onnx" << taught + QStringList{path("wide.onnx")} << 2 << QStringList{"wide.onnx", "80"};
    QTest::newRow("an image that the model does not take")
        << "wide.onnx" << QStringList{} << 9 << QStringList{"8", "80"};
    QTest::newRow("data that are not there")
        << "good.onnx" << QStringList{"--train", path("nowhere")} << 3 << QStringList{"nowhere"};
}

void TstBadTraining::refused()
{
    QFETCH(QString, graph);
    QFETCH(QStringList, more);
    QFETCH(int, code);
    QFETCH(QStringList, words);
    const QStringList before = entries(m_folder.path());
    const Run run = runLathe(training(graph, more));
    LATHE_EXPECT_EXIT(run, code);
    for (const QString &word : words)
        QVERIFY2(run.err.contains(word.toUtf8()), run.report());
    QVERIFY2(run.err.count('\n') == 1 && run.out.isEmpty(), run.report());
    QCOMPARE(entries(m_folder.path()), before);
}

void TstBadTraining::recovering_offersTheWayWithoutGradients()
{
    const Run run = runLathe(
        {"recover", path("untrainable.onnx"), "--set", "*:bits=3", "--train", samplePath() + ":train",
         "--preprocess", samplePath("digits.preprocessor_config.json"), "-o", path("o.onnx"), "--quiet"});
    LATHE_EXPECT_EXIT(run, 5);
    for (const char *word : {"grid (DynamicQuantizeLinear)", "--without-gradients"})
        QVERIFY2(run.err.contains(word), run.report());
    QVERIFY(!QFile::exists(path("o.onnx")));
}

void TstBadTraining::checkpointOfAnother_isRefused_data()
{
    QTest::addColumn<QString>("graph");
    QTest::addColumn<QStringList>("more");
    const QStringList same{"--plan", path("short.json")};
    QTest::newRow("graph") << "other.onnx" << same;
    QTest::newRow("plan") << "good.onnx" << QStringList{"--plan", path("long.json")};
    QTest::newRow("seed") << "good.onnx" << same + QStringList{"--seed", "9"};
    QTest::newRow("data") << "good.onnx" << same + QStringList{"--train", samplePath() + ":test"};
}

void TstBadTraining::checkpointOfAnother_isRefused()
{
    QFETCH(QString, graph);
    QFETCH(QStringList, more);
    const QStringList kept{"--checkpoint", path("c"), "--resume"};
    if (!QFile::exists(path("c")))
        LATHE_EXPECT_EXIT(runLathe(training("good.onnx", kept + QStringList{"--plan", path("short.json")})),
                          0);
    QFile::remove(path("o.onnx"));
    const Run run = runLathe(training(graph, kept + more));
    LATHE_EXPECT_EXIT(run, 2);
    QVERIFY2(run.err.contains("the checkpoint of another training") && run.err.count('\n') == 1,
             run.report());
    QVERIFY(!QFile::exists(path("o.onnx")));
}

void TstBadTraining::explodingLoss_namesStepAndLayer()
{
    const Run run = runLathe(training("good.onnx", {"--plan", path("wild.json")}));
    LATHE_EXPECT_EXIT(run, 6);
    QVERIFY2(run.err.contains("step 1 of the plan") && run.err.contains("fc"), run.report());
    QVERIFY2(run.err.count('\n') == 1, run.report());
}

QTEST_GUILESS_MAIN(TstBadTraining)
#include "tst_badtraining.moc"
