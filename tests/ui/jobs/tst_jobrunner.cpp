#include "ui/jobs/jobrunner.h"

#include <QSignalSpy>
#include <QtTest>

using namespace lathe;
using namespace lathe::ui;

namespace {

/// Works until it is told to stop.
int runForever(const JobContext &ctx)
{
    for (;;) {
        ctx.throwIfCancelled();
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
}

} // namespace

class TstJobRunner : public QObject {
    Q_OBJECT
private slots:
    void newerJob_dropsTheOlderAnswer();
    void done_neverRunsInsideStart();
    void exception_arrivesAsOutcome_data();
    void exception_arrivesAsOutcome();
    void cancel_endsAJobThatNeverWould();
    void cancelledJob_sharesTheRunnerWithTheNext();
    void abandon_dropsTheAnswer();
    void parts_arriveInOrderBeforeDone();
    void progress_arrivesInTheGuiThreadAndIsThinned();
    void destructor_waitsForTheWorker();
};

void TstJobRunner::newerJob_dropsTheOlderAnswer()
{
    JobRunner runner;
    QVector<int> answers;
    const auto keep = [&](const Outcome<int> &outcome) { answers << std::get<int>(outcome); };
    for (int i = 0; i < 20; ++i)
        runner.start([i](const JobContext &) { return i; }, keep);
    QTRY_VERIFY(!runner.isRunning());
    QTest::qWait(20); // none comes late
    QCOMPARE(answers, QVector<int>{19});
}

void TstJobRunner::done_neverRunsInsideStart()
{
    JobRunner runner;
    bool done = false;
    runner.start([](const JobContext &) { return 1; }, [&](const Outcome<int> &) { done = true; });
    QThread::msleep(50);
    QVERIFY(!done);
    QVERIFY(runner.isRunning());
    QTRY_VERIFY(done);
    QVERIFY(!runner.isRunning());
}

void TstJobRunner::exception_arrivesAsOutcome_data()
{
    QTest::addColumn<int>("kind");
    QTest::addColumn<int>("code");
    QTest::newRow("our own error") << 0 << int(ErrorCode::MalformedModel);
    QTest::newRow("out of memory") << 1 << int(ErrorCode::OutOfMemory);
    QTest::newRow("another exception") << 2 << int(ErrorCode::Internal);
}

void TstJobRunner::exception_arrivesAsOutcome()
{
    QFETCH(int, kind);
    QFETCH(int, code);
    JobRunner runner;
    std::optional<ErrorCode> seen;
    runner.start(
        [kind](const JobContext &) {
            if (kind == 0)
                throw Error(ErrorCode::MalformedModel, Message::verbatim("bad"));
            if (kind == 1)
                throw std::bad_alloc();
            throw std::logic_error("odd");
        },
        [&](const Outcome<std::monostate> &outcome) { seen = std::get<Error>(outcome).code(); });
    QTRY_VERIFY(seen.has_value());
    QCOMPARE(int(*seen), code);
}

void TstJobRunner::cancel_endsAJobThatNeverWould()
{
    JobRunner runner;
    bool cancelled = false;
    std::atomic<bool> begun = false;
    const auto job = [&begun](const JobContext &ctx) {
        begun = true;
        return runForever(ctx);
    };
    runner.start(
        job, [&](const Outcome<int> &outcome) { cancelled = std::holds_alternative<Cancelled>(outcome); });
    QTRY_VERIFY(begun);
    QVERIFY(runner.isRunning() && !cancelled);
    runner.cancel();
    QTRY_VERIFY_WITH_TIMEOUT(cancelled, 60000);
}

void TstJobRunner::cancelledJob_sharesTheRunnerWithTheNext()
{
    JobRunner runner;
    QSignalSpy started(&runner, &JobRunner::started);
    QSignalSpy finished(&runner, &JobRunner::finished);
    int answer = 0;
    runner.start(runForever, [&](const Outcome<int> &) { answer = -1; });
    runner.start([](const JobContext &) { return 7; },
                 [&](const Outcome<int> &o) { answer = std::get<int>(o); });
    QTRY_COMPARE(answer, 7);
    QCOMPARE(started.size(), 1); // busy all along: nothing to flicker
    QCOMPARE(finished.size(), 1);
}

void TstJobRunner::abandon_dropsTheAnswer()
{
    JobRunner runner;
    bool done = false;
    runner.start(runForever, [&](const Outcome<int> &) { done = true; });
    runner.abandon();
    QVERIFY(!runner.isRunning());
    QTest::qWait(50); // none comes late
    QVERIFY(!done);
}

void TstJobRunner::parts_arriveInOrderBeforeDone()
{
    JobRunner runner;
    QVector<int> seen;
    runner.startStreaming<int>(
        [](const JobContext &, const auto &deliver) {
            for (int i = 0; i < 100; ++i)
                deliver(i);
            return 100;
        },
        [&](const int &part) { seen << part; },
        [&](const Outcome<int> &outcome) { seen << std::get<int>(outcome); });
    QTRY_COMPARE(seen.size(), 101);
    for (int i = 0; i <= 100; ++i)
        QCOMPARE(seen[i], i);
}

void TstJobRunner::progress_arrivesInTheGuiThreadAndIsThinned()
{
    JobRunner runner;
    int reports = 0;
    double last = -1.0;
    connect(&runner, &JobRunner::progressed, this, [&](double fraction) {
        QCOMPARE(QThread::currentThread(), thread());
        QVERIFY(fraction >= last);
        last = fraction;
        ++reports;
    });
    bool done = false;
    runner.start(
        [](const JobContext &ctx) {
            for (int i = 0; i <= 100000; ++i)
                ctx.checkpoint(i / 100000.0, Message::verbatim("counting"));
        },
        [&](const Outcome<std::monostate> &) { done = true; });
    QTRY_VERIFY(done);
    QCOMPARE(last, 1.0);
    QVERIFY2(reports > 10 && reports < 1100, qPrintable(QString::number(reports)));
}

void TstJobRunner::destructor_waitsForTheWorker()
{
    std::atomic<bool> inside = false;
    {
        JobRunner runner;
        runner.start(
            [&inside](const JobContext &ctx) {
                inside = true;
                const auto leave = qScopeGuard([&] { inside = false; });
                return runForever(ctx);
            },
            [](const Outcome<int> &) { QFAIL("an answer after the end"); });
        QTRY_VERIFY(inside);
    }
    QVERIFY(!inside);
}

QTEST_GUILESS_MAIN(TstJobRunner)
#include "tst_jobrunner.moc"
