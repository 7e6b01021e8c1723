// Files that are right are written, what cannot be compared is said to be so, and figures that there are not
// are not printed.
#include "tests/cli/program.h"
#include "tests/support/graphbuilder.h"
#include "tests/support/samplefiles.h"

using namespace lathe;
using namespace lathe::test;

namespace {

/// Rows that the model takes only in dozens; no size that is made up is one.
GraphBuilder choosy()
{
    Tensor shape = makeTensor(ElementType::Int64, {2});
    shape.as<int64_t>()[0] = -1;
    shape.as<int64_t>()[1] = 768;
    GraphBuilder graph;
    graph.input("x", {-1, 1, 64}).output("y", {}).constant("s", shape).random("w", {768, 32}, 0.1F);
    graph.node("Reshape", {"x", "s"}, {"r"}).node("MatMul", {"r", "w"}, {"y"}, {}, "fc");
    return graph;
}

} // namespace

class TstProving : public QObject {
    Q_OBJECT
private slots:
    void init() { QVERIFY(m_folder.isValid()); }
    void whatCannotBeCompared_isNotCalledWrong();
    void withoutLabels_thereIsNoTop1Difference();
    void longNames_areShortenedInTablesOnly();

private:
    QString path(const QString &name) const { return m_folder.filePath(name); }
    void save(const QString &name, const GraphBuilder &graph) const
    {
        writeText(path(name).toStdString(), graph.bytes());
    }
    QTemporaryDir m_folder;
};

void TstProving::whatCannotBeCompared_isNotCalledWrong()
{
    save("choosy.onnx", choosy());
    const QStringList command{"compress", path("choosy.onnx"), "--set", "*:bits=8", "-o", path("out.onnx")};
    const Run run = runLathe(command);
    LATHE_EXPECT_EXIT(run, 5);
    QVERIFY2(run.err.contains("Nothing can be proven") && run.err.contains("give samples") &&
                 run.err.contains("--no-verify"),
             run.report());
    QVERIFY(!QFile::exists(path("out.onnx")));

    LATHE_EXPECT_EXIT(runLathe(command + QStringList{"--no-verify"}), 0);
    const Run verified = runLathe({"verify", path("out.onnx"), "--against", path("choosy.onnx"), "--json"});
    LATHE_EXPECT_EXIT(verified, 5);
    const QJsonObject document = verified.json();
    QVERIFY(!document["passed"].toBool() && document["unproven"].isString());
    for (const QJsonValue check : document["checks"].toArray())
        if (check["name"] == "stored weights")
            QCOMPARE(check["result"].toString(), QString("passed")); // they need no inputs
}

void TstProving::withoutLabels_thereIsNoTop1Difference()
{
    GraphBuilder graph;
    graph.input("x", {-1, 32}).output("y", {-1, 16}).random("w", {32, 16}, 0.3F);
    graph.node("MatMul", {"x", "w"}, {"y"}, {}, "fc");
    save("plain.onnx", graph);
    const std::filesystem::path data = path("data").toStdString();
    writeText(data / "dataset.json", R"({"format": "numpy", "inputs": "x.npy"})");
    writeNpy(data / "x.npy", randomTensor({40, 32}, 3));
    const QString model = path("plain.onnx"), small = path("two.onnx"), report = path("report.html");
    const QStringList samples{"--data", path("data")};
    const QStringList command = QStringList{"compress", model, "--set", "*:bits=2", "-o", small} + samples;
    const QList<QStringList> verbs{command + QStringList{"--report", report},
                                   QStringList{"compare", model, small} + samples,
                                   QStringList{"evaluate", small, "--against", model} + samples};
    for (const QStringList &verb : verbs) {
        const Run text = runLathe(verb);
        LATHE_EXPECT_EXIT(text, 0);
        QVERIFY2(!text.out.contains("points"), text.report());
        const Run json = runLathe(verb + QStringList{"--json"});
        LATHE_EXPECT_EXIT(json, 0);
        QVERIFY2(json.out.contains("\"top1_difference\": null") ||
                     json.out.contains("\"top1_difference\":null"),
                 json.report());
        QVERIFY2(json.out.contains("\"agreement\""), json.report());
    }
    QFile page(report);
    QVERIFY(page.open(QIODevice::ReadOnly));
    QVERIFY(!page.readAll().contains(" points"));
}

void TstProving::longNames_areShortenedInTablesOnly()
{
    const std::string name = "start" + std::string(100'000, 'n') + "end";
    GraphBuilder graph;
    graph.input("x", {1, 8}).output("y", {});
    std::string last = "x";
    for (int i = 0; i < 300; ++i) {
        const std::string number = std::to_string(i);
        graph.random("w" + number, {8, 8})
            .node("MatMul", {last, "w" + number}, {"h" + number}, {}, i == 0 ? name : "fc" + number);
        last = "h" + number;
    }
    graph.node("Relu", {last}, {"y"});
    save("long.onnx", graph);
    const Run text = runLathe({"inspect", path("long.onnx")});
    LATHE_EXPECT_EXIT(text, 0);
    QVERIFY2(text.out.size() < 200'000, qPrintable(QString::number(text.out.size())));
    QVERIFY(text.out.contains("startnnn") && text.out.contains("nnnend") && text.out.contains("…"));
    const Run json = runLathe({"inspect", path("long.onnx"), "--json"});
    LATHE_EXPECT_EXIT(json, 0);
    QVERIFY(json.out.contains(QByteArray::fromStdString(name)));
}

QTEST_GUILESS_MAIN(TstProving)
#include "tst_proving.moc"
