// Loops on several threads: each item once, errors, Cancel, loops inside loops.
#include "core/base/error.h"
#include "core/base/parallel.h"

#include <QTest>
#include <algorithm>
#include <atomic>
#include <map>
#include <mutex>
#include <new>
#include <thread>
#include <vector>

using namespace lathe;

namespace {

JobContext on(int threads, std::stop_token stop = {})
{
    return {std::move(stop), {}, threads};
}

/// Counts who is inside at once.
class Crowd {
public:
    void enter()
    {
        const int now = ++m_inside;
        for (int most = m_most; now > most && !m_most.compare_exchange_weak(most, now);) {
        }
        std::this_thread::yield();
    }
    void leave() { --m_inside; }
    int most() const { return m_most; }

private:
    std::atomic<int> m_inside = 0;
    std::atomic<int> m_most = 0;
};

template <class Fn>
QString refusal(ErrorCode code, const Fn &action)
{
    try {
        action();
        return "it worked";
    } catch (const Error &e) {
        return e.code() == code ? QString(e.what()) : QString("WRONG CODE: ") + e.what();
    }
}

} // namespace

class TstParallel : public QObject {
    Q_OBJECT
private slots:
    void parallelFor_doesEachOnce_data();
    void parallelFor_doesEachOnce();
    void parallelFor_throwsTheFirstError();
    void parallelFor_stopsWhenTold();
    void stoppedBefore_doesNothing();
    void items_startInOrder();
    void anyException_comesThrough();
    void nested_doesEachOnce_data();
    void nested_doesEachOnce();
    void nested_neverTakesMoreThreads_data();
    void nested_neverTakesMoreThreads();
    void nested_underALock_goesOn();
    void nested_getsIdleThreads();
    void nested_errorEndsBoth();
    void nested_stopsWhenTold();
    void loopsBesideEachOther_doNotMix();
};

void TstParallel::parallelFor_doesEachOnce_data()
{
    QTest::addColumn<int>("count");
    QTest::addColumn<int>("threads");
    QTest::newRow("nothing") << 0 << 4;
    QTest::newRow("one") << 1 << 4;
    QTest::newRow("one thread") << 1000 << 1;
    QTest::newRow("several threads") << 1000 << 4;
    QTest::newRow("all cores") << 1000 << 0;
}

void TstParallel::parallelFor_doesEachOnce()
{
    QFETCH(int, count);
    QFETCH(int, threads);
    std::vector<std::atomic<int>> done(static_cast<size_t>(count));
    parallelFor(done.size(), JobContext{{}, {}, threads}, [&](size_t i) { ++done[i]; });
    QVERIFY(std::all_of(done.begin(), done.end(), [](const auto &d) { return d == 1; }));
}

void TstParallel::parallelFor_throwsTheFirstError()
{
    std::atomic<int> started = 0;
    const auto run = [&] {
        parallelFor(100000, JobContext{{}, {}, 4}, [&](size_t i) {
            ++started;
            if (i == 10)
                throw Error(ErrorCode::NumericFailure, Message::verbatim("ten"));
        });
    };
    QCOMPARE(refusal(ErrorCode::NumericFailure, run), QString("ten"));
    QVERIFY(started < 100000);
}

void TstParallel::parallelFor_stopsWhenTold()
{
    std::stop_source stop;
    std::atomic<int> started = 0;
    const auto run = [&] {
        parallelFor(100000, JobContext{stop.get_token(), {}, 2}, [&](size_t) {
            if (++started >= 5)
                stop.request_stop();
        });
    };
    QVERIFY_EXCEPTION_THROWN(run(), Cancelled);
    QVERIFY(started < 10);
}

void TstParallel::stoppedBefore_doesNothing()
{
    std::stop_source stop;
    stop.request_stop();
    std::atomic<int> started = 0;
    for (const int threads : {1, 4})
        QVERIFY_EXCEPTION_THROWN(parallelFor(10, on(threads, stop.get_token()), [&](size_t) { ++started; }),
                                 Cancelled);
    QCOMPARE(started.load(), 0);
    parallelFor(0, on(4, stop.get_token()), [&](size_t) { ++started; });
    QCOMPARE(started.load(), 0);
}

void TstParallel::items_startInOrder()
{
    std::map<std::thread::id, std::vector<size_t>> ofThreads;
    std::mutex mutex;
    parallelFor(2000, on(4), [&](size_t i) {
        const std::lock_guard lock(mutex);
        ofThreads[std::this_thread::get_id()].push_back(i);
    });
    for (const auto &[thread, items] : ofThreads)
        QVERIFY(std::ranges::is_sorted(items));
    QVERIFY(ofThreads.size() <= 4);
}

void TstParallel::anyException_comesThrough()
{
    for (const int threads : {1, 3}) {
        QVERIFY_EXCEPTION_THROWN(parallelFor(9, on(threads), [](size_t) { throw std::bad_alloc(); }),
                                 std::bad_alloc);
        QVERIFY_EXCEPTION_THROWN(parallelFor(9, on(threads), [](size_t) { throw 7; }), int);
    }
    std::atomic<int> done = 0; // the next loop knows nothing of it
    parallelFor(9, on(3), [&](size_t) { ++done; });
    QCOMPARE(done.load(), 9);
}

void TstParallel::nested_doesEachOnce_data()
{
    QTest::addColumn<int>("outer");
    QTest::addColumn<int>("inner");
    for (const int outer : {1, 2, 3})
        for (const int inner : {1, 2, 8})
            QTest::addRow("%d over %d", outer, inner) << outer << inner;
}

void TstParallel::nested_doesEachOnce()
{
    QFETCH(int, outer);
    QFETCH(int, inner);
    constexpr size_t items = 20;
    std::vector<std::atomic<int>> done(items * items * items);
    parallelFor(items, on(outer), [&](size_t i) {
        parallelFor(items, on(inner), [&](size_t j) {
            parallelFor(items, on(inner), [&](size_t k) { ++done[(i * items + j) * items + k]; });
        });
    });
    QVERIFY(std::ranges::all_of(done, [](const auto &d) { return d == 1; }));
}

void TstParallel::nested_neverTakesMoreThreads_data()
{
    QTest::addColumn<int>("threads");
    for (const int threads : {1, 2, 3, 5})
        QTest::addRow("%d", threads) << threads;
}

void TstParallel::nested_neverTakesMoreThreads()
{
    QFETCH(int, threads);
    Crowd crowd;
    for (const size_t items : {size_t(2), size_t(7)}) // fewer and more than the threads
        parallelFor(items, on(threads), [&](size_t) {
            parallelFor(50, on(threads), [&](size_t) {
                crowd.enter();
                crowd.leave();
            });
        });
    QVERIFY(crowd.most() >= 1);
    QVERIFY2(crowd.most() <= threads, qPrintable(QString::number(crowd.most())));
}

void TstParallel::nested_underALock_goesOn()
{
    std::mutex mutex;
    std::once_flag once;
    int sum = 0; // by the lock's leave
    for (int round = 0; round < 50; ++round)
        parallelFor(8, on(4), [&](size_t) {
            const std::lock_guard lock(mutex);
            std::call_once(once, [&] { parallelFor(100, on(4), [](size_t) {}); });
            std::atomic<int> inside = 0;
            parallelFor(30, on(4), [&](size_t) { ++inside; });
            sum += inside;
        });
    QCOMPARE(sum, 50 * 8 * 30);
}

void TstParallel::nested_getsIdleThreads()
{
    if (std::thread::hardware_concurrency() < 2)
        QSKIP("This machine has one processor.");
    // Of two items one ends at once; the other loops until two threads have met inside its loop.
    std::atomic<bool> met = false;
    parallelFor(2, on(2), [&](size_t i) {
        while (i == 1 && !met) {
            std::atomic<int> inside = 0;
            parallelFor(2, on(2), [&](size_t) {
                ++inside;
                for (int patience = 0; patience < 1000 && !met; ++patience) {
                    if (inside == 2)
                        met = true;
                    std::this_thread::yield();
                }
                --inside;
            });
        }
    });
    QVERIFY(met);
}

void TstParallel::nested_errorEndsBoth()
{
    std::atomic<int> started = 0;
    const auto run = [&] {
        parallelFor(1000, on(3), [&](size_t i) {
            parallelFor(1000, on(3), [&](size_t j) {
                ++started;
                if (i == 1 && j == 7)
                    throw Error(ErrorCode::NumericFailure, Message::verbatim("seven of one"));
            });
        });
    };
    QCOMPARE(refusal(ErrorCode::NumericFailure, run), QString("seven of one"));
    QVERIFY(started < 1000000);
}

void TstParallel::nested_stopsWhenTold()
{
    std::stop_source stop;
    const JobContext ctx = on(2, stop.get_token());
    std::atomic<int> started = 0;
    const auto run = [&] {
        parallelFor(1000, ctx, [&](size_t) {
            parallelFor(1000, ctx, [&](size_t) {
                if (++started >= 5)
                    stop.request_stop();
            });
        });
    };
    QVERIFY_EXCEPTION_THROWN(run(), Cancelled);
    QVERIFY(started < 10);
}

void TstParallel::loopsBesideEachOther_doNotMix()
{
    // A thread that waits for its loop does no item of another's: it may hold what that wants.
    std::mutex mutex;
    std::atomic<int> done = 0;
    std::vector<std::jthread> jobs;
    for (int job = 0; job < 4; ++job)
        jobs.emplace_back([&] {
            for (int round = 0; round < 100; ++round) {
                const std::lock_guard lock(mutex);
                parallelFor(10, on(3), [&](size_t) { ++done; });
            }
        });
    jobs.clear();
    QCOMPARE(done.load(), 4 * 100 * 10);
}

QTEST_GUILESS_MAIN(TstParallel)
#include "tst_parallel.moc"
