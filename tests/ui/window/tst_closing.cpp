// Closing the window while something runs, and the progress in its title.
#include "tests/ui/sample.h"
#include "ui/jobs/closequestion.h"
#include "ui/jobs/jobmodel.h"
#include "ui/jobs/jobprogress.h"
#include "ui/window/mainwindow.h"

#include <QPushButton>
#include <atomic>
#include <thread>

using namespace lathe;
using namespace lathe::ui;
using namespace lathe::test;

class TstClosing : public QObject {
    Q_OBJECT
private slots:
    void init() { startClean(); }

    void nothingRuns_closesAtOnce();
    void shortRepeatableJob_isStoppedWithoutAWord();
    void longRepeatableJob_isAskedAbout();
    void keepWorking_keepsWindowAndJob();
    void escape_keepsWorking();
    void stopAndClose_stopsAllJobs();
    void endOfTheJobs_answersTheQuestion();
    void title_saysHowFarTheLongestJobIs();
    void shortJob_isNotInTheTitle();

private:
    /// A job that is as far as `fraction` says and ends when told to, or when it is at 1.
    static void start(JobRunner &runner, const QString &title,
                      const std::shared_ptr<std::atomic<double>> &fraction)
    {
        runner.setTitle(title);
        runner.start(
            [fraction](const JobContext &ctx) {
                while (*fraction < 1.0) {
                    ctx.checkpoint(*fraction, Message::verbatim("at it"));
                    std::this_thread::sleep_for(std::chrono::milliseconds(2));
                }
            },
            [](const auto &) {});
    }
    static auto at(double fraction) { return std::make_shared<std::atomic<double>>(fraction); }
    /// Closes the window, and does this to the question as soon as it stands.
    template <class Action>
    static bool closeAnd(MainWindow &window, const Action &answer)
    {
        const auto asked = std::make_shared<bool>(false); // a window that closes at once is asked after this
        QTimer::singleShot(0, &window, [&window, asked, answer] {
            auto *question = window.findChild<CloseQuestion *>();
            *asked = question && question->isVisible();
            if (*asked)
                answer(*question);
        });
        window.close();
        return *asked;
    }
    static QAbstractButton *button(CloseQuestion &question, QMessageBox::ButtonRole role)
    {
        for (QAbstractButton *one : question.buttons())
            if (question.buttonRole(one) == role)
                return one;
        return nullptr;
    }
};

void TstClosing::nothingRuns_closesAtOnce()
{
    MainWindow window;
    window.show();
    QVERIFY(openSample(window.workbench()));
    QVERIFY(!closeAnd(window, [](CloseQuestion &) {}));
    QVERIFY(!window.isVisible());
}

void TstClosing::shortRepeatableJob_isStoppedWithoutAWord()
{
    MainWindow window;
    window.show();
    JobRunner measuring;
    measuring.setRepeatable(true);
    start(measuring, "Measuring", at(0.5));
    QVERIFY(!closeAnd(window, [](CloseQuestion &) {}));
    QVERIFY(!window.isVisible());
    QTRY_VERIFY(!measuring.isRunning());
}

void TstClosing::longRepeatableJob_isAskedAbout()
{
    MainWindow window;
    window.show();
    JobRunner measuring;
    measuring.setRepeatable(true);
    start(measuring, "Measuring", at(0.5));
    QTRY_VERIFY_WITH_TIMEOUT(JobModel::instance()->index(0).data(JobModel::AtStakeRole).toBool(), 10000);
    QVERIFY(closeAnd(window, [](CloseQuestion &question) { question.reject(); }));
    QVERIFY(window.isVisible());
}

void TstClosing::keepWorking_keepsWindowAndJob()
{
    MainWindow window;
    window.show();
    JobRunner first, second;
    start(first, "Exporting", at(0.25));
    start(second, "Comparing variants", at(0.5));
    QTRY_COMPARE(JobModel::instance()->index(1).data(JobModel::FractionRole).toDouble(), 0.5);
    QTRY_COMPARE(JobModel::instance()->index(0).data(JobModel::FractionRole).toDouble(), 0.25);
    QString text, jobs, stop;
    QVERIFY(closeAnd(window, [&](CloseQuestion &question) {
        text = question.text();
        jobs = question.informativeText();
        stop = button(question, QMessageBox::DestructiveRole)->text();
        QVERIFY(question.defaultButton() == button(question, QMessageBox::RejectRole));
        QTest::mouseClick(button(question, QMessageBox::RejectRole), Qt::LeftButton);
    }));
    QCOMPARE(text, QString("2 jobs are still running."));
    QCOMPARE(jobs, QString("Exporting, 25 % done\nComparing variants, 50 % done"));
    QCOMPARE(stop, QString("&Stop them and close"));
    QVERIFY(window.isVisible());
    QVERIFY(first.isRunning() && second.isRunning());
    first.abandon();
    second.abandon();
}

void TstClosing::escape_keepsWorking()
{
    MainWindow window;
    window.show();
    JobRunner runner;
    start(runner, "Exporting", at(0.5));
    QVERIFY(closeAnd(window, [](CloseQuestion &question) {
        QCOMPARE(question.text(), QString("A job is still running."));
        QTest::keyClick(&question, Qt::Key_Escape);
    }));
    QVERIFY(window.isVisible());
    QVERIFY(runner.isRunning());
    runner.abandon();
}

void TstClosing::stopAndClose_stopsAllJobs()
{
    MainWindow window;
    window.show();
    JobRunner exporting, measuring;
    measuring.setRepeatable(true);
    start(exporting, "Exporting", at(0.5));
    start(measuring, "Measuring", at(0.5));
    QVERIFY(closeAnd(window, [](CloseQuestion &question) {
        QCOMPARE(question.text(), QString("A job is still running.")); // the other is not worth a question
        QTest::mouseClick(button(question, QMessageBox::DestructiveRole), Qt::LeftButton);
    }));
    QVERIFY(!window.isVisible());
    QTRY_VERIFY(!exporting.isRunning() && !measuring.isRunning());
}

void TstClosing::endOfTheJobs_answersTheQuestion()
{
    MainWindow window;
    window.show();
    JobRunner runner;
    const auto fraction = at(0.5);
    start(runner, "Exporting", fraction);
    QVERIFY(closeAnd(window, [&](CloseQuestion &) { *fraction = 1.0; }));
    QVERIFY(!window.isVisible()); // as was asked for: nothing is lost any more
}

void TstClosing::title_saysHowFarTheLongestJobIs()
{
    MainWindow window;
    window.show();
    QVERIFY(openSample(window.workbench()));
    QVERIFY(!window.windowTitle().contains('%'));
    JobRunner runner, other;
    const auto fraction = at(0.37);
    start(other, "Nearly there", at(0.95));
    start(runner, "Exporting", fraction);
    const auto title = [&] { return window.windowTitle(); };
    // A second must have gone by before anything is said; then the job counts that has more before it.
    QTRY_VERIFY_WITH_TIMEOUT(
        (*fraction = *fraction + 0.0005, title().startsWith("3") || title().startsWith("4")), 10000);
    QVERIFY(title().endsWith(" % – digits[*] – Lathe"));
    *fraction = 0.9;
    QTRY_VERIFY(title().startsWith("90 %") || title().startsWith("95 %"));
    runner.abandon();
    other.abandon();
    QTRY_COMPARE(title(), QString("digits[*] – Lathe"));
}

void TstClosing::shortJob_isNotInTheTitle()
{
    JobProgress progress(JobModel::instance());
    const QSignalSpy changed(&progress, &JobProgress::changed);
    JobRunner runner;
    const auto fraction = at(0.1);
    start(runner, "Short", fraction);
    QTRY_COMPARE(JobModel::instance()->rowCount(), 1);
    *fraction = 1.0;
    QTRY_COMPARE(JobModel::instance()->rowCount(), 0);
    QCOMPARE(changed.size(), 0);
}

QTEST_MAIN(TstClosing)
#include "tst_closing.moc"
