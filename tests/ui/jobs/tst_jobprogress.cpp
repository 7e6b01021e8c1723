// How far and how long: nothing runs backwards, nothing jumps.
#include "ui/jobs/jobmodel.h"
#include "ui/jobs/jobprogress.h"
#include "ui/jobs/jobrunner.h"
#include "ui/jobs/jobstatus.h"
#include "ui/jobs/timeleft.h"
#include "ui/widgets/panelparts.h"

#include <QtTest>

#include <cmath>
#include <random>

using namespace lathe;
using namespace lathe::ui;

class TstJobProgress : public QObject {
    Q_OBJECT
private slots:
    void percent_neverFallsWhileJobsComeAndGo_data();
    void percent_neverFallsWhileJobsComeAndGo();
    void percent_ofOneJobIsItsOwn();
    void percent_isNotOfWhatNobodyWaitsFor();
    void timeLeft_isUnknownAtFirst();
    void timeLeft_ofEvenWorkIsRight();
    void timeLeft_isSteadyWhereStepsAreNot();
    void timeLeft_followsWorkThatSlowsDown();
    void timeLeft_runsDownBetweenReports();
    void timeLeft_isSaidNoFinerThanItIsKnown();
    void status_saysWhatHowFarAndHowLong();
    void pause_isNoTimeThatWorkTakes();
};

void TstJobProgress::percent_neverFallsWhileJobsComeAndGo_data()
{
    QTest::addColumn<int>("seed");
    for (int seed = 0; seed < 40; ++seed)
        QTest::newRow(qPrintable(QString::number(seed))) << seed;
}

/// Random sequences of jobs that begin, report, end and are replaced, whenever they like.
void TstJobProgress::percent_neverFallsWhileJobsComeAndGo()
{
    QFETCH(int, seed);
    std::mt19937 random(static_cast<unsigned>(seed));
    const auto upTo = [&](int n) { return static_cast<int>(random() % static_cast<unsigned>(n)); };
    JobModel jobs;
    qint64 now = 0;
    jobs.setClock([&now] { return now; });
    JobProgress progress(&jobs);
    std::vector<JobRunner> runners(4);
    std::vector<double> fractions(4, 0.0);
    int last = -1, said = 0;
    for (int step = 0; step < 600; ++step) {
        now += upTo(900);
        const auto which = static_cast<size_t>(upTo(4));
        switch (upTo(8)) {
        case 0:
            if (jobs.rowCount() == 1 && jobs.runnerAt(0) == &runners[which])
                last = -1;          // the work of before is over
            fractions[which] = 0.0; // takes the place of the one before, if there is one
            jobs.add(&runners[which], QStringLiteral("work"));
            break;
        case 1:
            jobs.remove(&runners[which]);
            break;
        default: // reports of several threads overtake each other
            fractions[which] = std::min(1.0, fractions[which] + 0.001 * upTo(60));
            jobs.setProgress(&runners[which], std::max(0.0, fractions[which] - 0.001 * upTo(20)), {});
            break;
        }
        if (jobs.rowCount() == 0) {
            QVERIFY(!progress.percent());
            last = -1;
            continue;
        }
        if (!progress.percent())
            continue;
        ++said;
        QVERIFY2(
            *progress.percent() >= last,
            qPrintable(QStringLiteral("%1 after %2, step %3").arg(*progress.percent()).arg(last).arg(step)));
        QVERIFY(*progress.percent() <= 100);
        last = *progress.percent();
    }
    QVERIFY(said > 50);
    for (JobRunner &runner : runners)
        jobs.remove(&runner);
}

void TstJobProgress::percent_ofOneJobIsItsOwn()
{
    JobModel jobs;
    qint64 now = 0;
    jobs.setClock([&now] { return now; });
    JobProgress progress(&jobs);
    JobRunner runner;
    jobs.add(&runner, QStringLiteral("work"));
    for (int percent = 1; percent <= 100; ++percent) {
        now += 500;
        jobs.setProgress(&runner, 0.01 * percent + 1e-6, {});
        if (progress.percent())
            QCOMPARE(*progress.percent(), percent);
    }
    QCOMPARE(progress.percent(), std::optional(100));
    jobs.remove(&runner);
    QVERIFY(!progress.percent());
}

/// After the work that was asked for comes what may be useful later: it begins anew, and is no step back.
void TstJobProgress::percent_isNotOfWhatNobodyWaitsFor()
{
    JobModel jobs;
    qint64 now = 0;
    jobs.setClock([&now] { return now; });
    JobProgress progress(&jobs);
    JobRunner asked, ahead;
    const auto work = [&](JobRunner &runner, int from, int to) {
        for (int percent = from; percent <= to; ++percent) {
            now += 500;
            jobs.setProgress(&runner, 0.01 * percent + 1e-6, {});
        }
    };
    jobs.add(&asked, QStringLiteral("work"));
    work(asked, 1, 98);
    QCOMPARE(progress.percent(), std::optional(98));
    jobs.add(&ahead, QStringLiteral("ahead"));
    jobs.setInBackground(&ahead);
    work(ahead, 1, 40);
    QCOMPARE(progress.percent(), std::optional(98)); // although it would take longer
    QVERIFY(jobs.longestRow() == 1);                 // the status bar tells of it
    jobs.remove(&asked);
    QVERIFY(!progress.percent());
    work(ahead, 41, 80);
    QVERIFY(!progress.percent());
    jobs.add(&asked, QStringLiteral("work"));
    work(asked, 1, 30);
    QCOMPARE(progress.percent(), std::optional(30));
    jobs.remove(&asked);
    jobs.remove(&ahead);
}

void TstJobProgress::timeLeft_isUnknownAtFirst()
{
    TimeLeft left;
    QVERIFY(!left.seconds(60000)); // nothing is done
    left.add(900, 0.5);
    QVERIFY(!left.seconds(900)); // too soon
    TimeLeft slow;
    slow.add(5000, 0.01);
    QVERIFY(!slow.seconds(5000)); // too little
}

void TstJobProgress::timeLeft_ofEvenWorkIsRight()
{
    TimeLeft left;
    for (int second = 1; second < 100; ++second) {
        left.add(1000 * second, 0.01 * second);
        if (const auto said = left.seconds(1000 * second))
            QVERIFY(std::abs(*said - (100 - second)) <= 2);
    }
}

/// Steps of three seconds and of a tenth in turns: what is said never leaps.
void TstJobProgress::timeLeft_isSteadyWhereStepsAreNot()
{
    TimeLeft left;
    std::mt19937 random(5);
    qint64 now = 0;
    std::optional<int> before;
    for (int step = 1; step <= 60; ++step) {
        now += random() % 2 ? 3000 : 100;
        left.add(now, step / 60.0);
        const auto said = left.seconds(now);
        if (step > 15 && said && before) {
            QVERIFY2(*said <= 2 * *before + 4 && *before <= 2 * *said + 8,
                     qPrintable(QStringLiteral("%1 after %2, step %3").arg(*said).arg(*before).arg(step)));
        }
        before = said;
    }
}

void TstJobProgress::timeLeft_followsWorkThatSlowsDown()
{
    TimeLeft left;
    qint64 now = 0;
    for (int step = 1; step <= 50; ++step)
        left.add(now += 100, 0.01 * step);
    for (int step = 51; step <= 80; ++step)
        left.add(now += 1000, 0.01 * step);
    const int said = left.seconds(now).value(); // truly 20 s, at the pace of the whole 8 s
    QVERIFY2(said >= 12 && said <= 24, qPrintable(QString::number(said)));
}

void TstJobProgress::timeLeft_runsDownBetweenReports()
{
    TimeLeft left;
    left.add(10000, 0.5);
    QCOMPARE(left.seconds(10000).value(), 10);
    QCOMPARE(left.seconds(13000).value(), 7);
    QVERIFY(left.seconds(19900).value() >= 1);
    QVERIFY(left.seconds(40000).value() > 10); // late: it will take longer than "1 s" says
}

void TstJobProgress::timeLeft_isSaidNoFinerThanItIsKnown()
{
    QCOMPARE(timeLeftText(-1), QString());
    QCOMPARE(timeLeftText(7), QString("7 s left"));
    QCOMPARE(timeLeftText(13), QString("15 s left"));
    QCOMPARE(timeLeftText(41), QString("50 s left"));
    QCOMPARE(timeLeftText(125), QString("2 min left"));
}

void TstJobProgress::status_saysWhatHowFarAndHowLong()
{
    JobModel jobs;
    qint64 now = 0;
    jobs.setClock([&now] { return now; });
    JobStatus status(&jobs);
    auto *words = status.findChild<ElidedLabel *>();
    JobRunner runner, other;
    jobs.add(&runner, QStringLiteral("Measuring the recipe"));
    QCOMPARE(words->text(), QString("Measuring the recipe"));
    now = 500;
    jobs.setProgress(&runner, 0.1, QStringLiteral("OBS: layer 3 of 53"));
    QCOMPARE(words->text(), QString("Measuring the recipe: OBS: layer 3 of 53"));
    now = 40000;
    jobs.setProgress(&runner, 0.25, QStringLiteral("OBS: layer 14 of 53"));
    QCOMPARE(words->text(), QString("OBS: layer 14 of 53, 2 min left"));
    jobs.add(&other, QStringLiteral("Exporting"));
    QCOMPARE(words->text(), QString("OBS: layer 14 of 53, 2 min left (+1)"));
    jobs.remove(&runner);
    QCOMPARE(words->text(), QString("Exporting"));
    jobs.remove(&other);
    QVERIFY(!status.isVisible());
}

void TstJobProgress::pause_isNoTimeThatWorkTakes()
{
    JobModel jobs;
    qint64 now = 0;
    jobs.setClock([&now] { return now; });
    JobStatus status(&jobs);
    auto *words = status.findChild<ElidedLabel *>();
    JobRunner runner;
    jobs.add(&runner, QStringLiteral("Recovering"));
    const auto report = [&](double fraction) {
        now += 10000;
        jobs.setProgress(&runner, fraction, QStringLiteral("epoch"));
    };
    for (const double fraction : {0.1, 0.2, 0.3})
        report(fraction);
    const int left = jobs.secondsLeftOf(&runner);
    QCOMPARE(left, 70);
    jobs.setPaused(&runner, true);
    QCOMPARE(words->text(), QString("epoch, paused"));
    now += 3600000;
    QCOMPARE(jobs.secondsLeftOf(&runner), left);
    jobs.setPaused(&runner, false);
    QCOMPARE(jobs.secondsLeftOf(&runner), left);
    report(0.4);
    QCOMPARE(jobs.secondsLeftOf(&runner), 60);
    QCOMPARE(words->text(), QString("epoch, 60 s left"));
}

QTEST_MAIN(TstJobProgress)
#include "tst_jobprogress.moc"
