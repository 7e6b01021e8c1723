// Ctrl+C: long work stops soon, says so, leaves nothing behind.
#include "tests/cli/program.h"
#include "tests/support/endless.h"

#include <csignal>
#include <unistd.h>

using namespace lathe::test;

namespace {

/// For the sample's images: each batch goes as many steps as its brightest pixel, 1 or a little less, says.
std::string steppingBytes(float steps)
{
    GraphBuilder graph;
    graph.input("x", {-1, 1, 8, 8}).output("y").random("out", {64, 10});
    graph.constant("many", lathe::makeTensor({}, std::vector<float>{steps}));
    graph.node("Flatten", {"x"}, {"flat"}).node("ReduceMax", {"x"}, {"most"}, {{"keepdims", int64_t(0)}});
    graph.node("Mul", {"most", "many"}, {"t"});
    return addLoop(graph, "t", "flat", "h", 64).node("MatMul", {"h", "out"}, {"y"}, {}, "fc").bytes();
}

} // namespace

class TstInterruption : public QObject {
    Q_OBJECT

private slots:
    void initTestCase();
    void signal_stopsALongEvaluation_data();
    void signal_stopsALongEvaluation();
    void signal_stopsALongTrialOfALayer();
    void signal_duringCompress_leavesNoFile();
    void ignoredSignal_staysIgnored();
    void progress_isTenLinesAtMost();

private:
    QString path(const QString &name) const { return m_folder.filePath(name); }
    QStringList longWork() const
    {
        return {"evaluate", path("endless.onnx"), "--data", samplePath() + ":train", "--json"};
    }
    /// Waits until the program heeds signals and has used the processor for longer than starting takes.
    static bool isAtWork(const QProcess &process);
    QTemporaryDir m_folder;
};

void TstInterruption::initTestCase()
{
    QVERIFY(m_folder.isValid());
    writeFile(path("slow.onnx"), QByteArray::fromStdString(steppingBytes(20'000.0F)));
    writeFile(path("endless.onnx"), QByteArray::fromStdString(steppingBytes(1e12F)));
}

bool TstInterruption::isAtWork(const QProcess &process)
{
    const auto isSo = [&] {
        QFile status(QString("/proc/%1/status").arg(process.processId()));
        QFile stat(QString("/proc/%1/stat").arg(process.processId()));
        if (!status.open(QIODevice::ReadOnly) || !stat.open(QIODevice::ReadOnly))
            return false;
        const auto number = [](const QByteArray &text, int base) {
            return text.trimmed().toULongLong(nullptr, base);
        };
        const QByteArray facts = status.readAll(), line = stat.readAll();
        const qsizetype at = facts.indexOf("SigCgt:");
        const bool heeds = at >= 0 && (number(facts.mid(at + 7, 17), 16) >> (SIGTERM - 1) & 1) != 0;
        const QList<QByteArray> fields = line.mid(line.lastIndexOf(')') + 2).split(' ');
        return heeds && fields.size() > 12 && number(fields[11], 10) > qulonglong(sysconf(_SC_CLK_TCK));
    };
    return QTest::qWaitFor(isSo, 120'000);
}

void TstInterruption::signal_stopsALongEvaluation_data()
{
    QTest::addColumn<int>("signal");
    QTest::newRow("SIGINT") << SIGINT;
    QTest::newRow("SIGTERM") << SIGTERM;
    QTest::newRow("SIGHUP") << SIGHUP;
}

void TstInterruption::signal_stopsALongEvaluation()
{
    QFETCH(int, signal);
    QProcess process;
    process.start(programPath(), longWork());
    QVERIFY(process.waitForStarted());
    QVERIFY(isAtWork(process));
    ::kill(static_cast<pid_t>(process.processId()), signal);
    const Run run = finish(process);
    LATHE_EXPECT_EXIT(run, 130);
    QCOMPARE(run.out, QByteArray());
    QVERIFY2(run.err.contains("lathe: cancelled."), run.err);
}

void TstInterruption::signal_stopsALongTrialOfALayer()
{
    QProcess process;
    process.start(programPath(), {"sensitivity", path("endless.onnx"), "--set", "*:bits=8", "--data",
                                  samplePath() + ":train", "--json"});
    QVERIFY(process.waitForStarted());
    QVERIFY(isAtWork(process));
    ::kill(static_cast<pid_t>(process.processId()), SIGINT);
    const Run run = finish(process);
    LATHE_EXPECT_EXIT(run, 130);
    QCOMPARE(run.out, QByteArray());
}

void TstInterruption::signal_duringCompress_leavesNoFile()
{
    const QTemporaryDir target;
    QProcess process;
    process.start(programPath(),
                  {"compress", path("endless.onnx"), "--set", "*:bits=8", "--data", samplePath() + ":train",
                   "-o", target.filePath("out.onnx"), "--report", target.filePath("report.html")});
    QVERIFY(process.waitForStarted());
    QVERIFY(isAtWork(process));
    ::kill(static_cast<pid_t>(process.processId()), SIGINT);
    LATHE_EXPECT_EXIT(finish(process), 130);
    QCOMPARE(entries(target.path()), QStringList());
}

void TstInterruption::ignoredSignal_staysIgnored()
{
    QProcess process;
    process.setChildProcessModifier([] { std::signal(SIGINT, SIG_IGN); }); // as nohup and scripts do
    process.start(programPath(), longWork());
    QVERIFY(process.waitForStarted());
    QVERIFY(isAtWork(process));
    ::kill(static_cast<pid_t>(process.processId()), SIGINT);
    QVERIFY2(!process.waitForFinished(1500), process.readAllStandardError());
    ::kill(static_cast<pid_t>(process.processId()), SIGTERM);
    LATHE_EXPECT_EXIT(finish(process), 130);
}

void TstInterruption::progress_isTenLinesAtMost()
{
    const QStringList arguments{"evaluate", path("slow.onnx"), "--data", samplePath()};
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
