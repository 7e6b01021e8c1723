// Ctrl+C: long work stops soon, says so, leaves nothing behind.
#include "tests/cli/program.h"
#include "tests/support/graphbuilder.h"

#include <csignal>

using namespace lathe::test;

class TstInterruption : public QObject {
    Q_OBJECT

private slots:
    void initTestCase();
    void signal_stopsALongEvaluation_data();
    void signal_stopsALongEvaluation();
    void signal_duringCompress_leavesNoFile();
    void ignoredSignal_staysIgnored();
    void progress_isTenLinesAtMost();

private:
    QString path(const QString &name) const { return m_folder.filePath(name); }
    QStringList longWork() const
    {
        return {"evaluate", path("slow.onnx"), "--data", samplePath() + ":train", "--json"};
    }
    QTemporaryDir m_folder;
};

void TstInterruption::initTestCase()
{
    QVERIFY(m_folder.isValid());
    // The sample's images through one large matrix again and again: a minute of work. The matrix depends on
    // the input, because the runtime would prepare a constant one for each node, which cannot be interrupted.
    GraphBuilder graph;
    graph.input("x", {-1, 1, 8, 8})
        .output("y")
        .random("in", {64, 2048}, 0.1F)
        .random("w", {2048, 2048}, 0.02F);
    graph.node("ReduceMin", {"x"}, {"zero"}, {{"keepdims", int64_t(0)}})
        .node("Add", {"w", "zero"}, {"matrix"});
    graph.node("Flatten", {"x"}, {"flat"}).node("MatMul", {"flat", "in"}, {"h0"});
    constexpr int depth = 400;
    for (int i = 0; i < depth; ++i)
        graph.node("MatMul", {"h" + std::to_string(i), "matrix"}, {"h" + std::to_string(i + 1)});
    graph.random("out", {2048, 10}).node("MatMul", {"h" + std::to_string(depth), "out"}, {"y"});
    writeFile(path("slow.onnx"), QByteArray::fromStdString(graph.bytes()));
}

void TstInterruption::signal_stopsALongEvaluation_data()
{
    QTest::addColumn<int>("signal");
    QTest::newRow("SIGINT") << SIGINT;
    QTest::newRow("SIGTERM") << SIGTERM;
}

void TstInterruption::signal_stopsALongEvaluation()
{
    QFETCH(int, signal);
    QProcess process;
    process.start(programPath(), longWork());
    QVERIFY(process.waitForStarted());
    QVERIFY2(!process.waitForFinished(3000), process.readAllStandardError());
    QElapsedTimer timer;
    timer.start();
    ::kill(static_cast<pid_t>(process.processId()), signal);
    const Run run = finish(process, 30'000);
    LATHE_EXPECT_EXIT(run, 130);
    QVERIFY2(timer.elapsed() < 5000,
             qPrintable(QString::number(timer.elapsed()))); // generous: a shared machine
    QCOMPARE(run.out, QByteArray());
    QVERIFY2(run.err.contains("lathe: cancelled."), run.err);
}

void TstInterruption::signal_duringCompress_leavesNoFile()
{
    const QTemporaryDir target;
    QProcess process;
    process.start(programPath(),
                  {"compress", path("slow.onnx"), "--set", "*:bits=8", "--data", samplePath() + ":train",
                   "-o", target.filePath("out.onnx"), "--report", target.filePath("report.html")});
    QVERIFY(process.waitForStarted());
    QVERIFY2(!process.waitForFinished(3000), process.readAllStandardError());
    ::kill(static_cast<pid_t>(process.processId()), SIGINT);
    LATHE_EXPECT_EXIT(finish(process, 30'000), 130);
    QCOMPARE(entries(target.path()), QStringList());
}

void TstInterruption::ignoredSignal_staysIgnored()
{
    QProcess process;
    process.setChildProcessModifier([] { std::signal(SIGINT, SIG_IGN); }); // as nohup and scripts do
    process.start(programPath(), longWork());
    QVERIFY(process.waitForStarted());
    QVERIFY(!process.waitForFinished(1000));
    ::kill(static_cast<pid_t>(process.processId()), SIGINT);
    QVERIFY2(!process.waitForFinished(1500), process.readAllStandardError());
    ::kill(static_cast<pid_t>(process.processId()), SIGTERM);
    LATHE_EXPECT_EXIT(finish(process, 30'000), 130);
}

void TstInterruption::progress_isTenLinesAtMost()
{
    const QStringList arguments{"evaluate", path("slow.onnx"), "--data", samplePath(), "--limit", "8"};
    const Run run = runLathe(arguments);
    LATHE_EXPECT_EXIT(run, 0);
    QVERIFY2(run.err.count(" %, ") <= 10, run.err);
    QVERIFY2(!run.err.contains('\r') && !run.err.contains('\x1b'),
             run.err); // no bar where there is no terminal
    const Run quiet = runLathe(arguments + QStringList{"--quiet"});
    QVERIFY2(!quiet.err.contains(" %, "), quiet.err);
}

QTEST_GUILESS_MAIN(TstInterruption)
#include "tst_interruption.moc"
