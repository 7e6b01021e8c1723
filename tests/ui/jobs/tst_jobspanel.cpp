// The list of jobs: rows come and go with the jobs, and each can be stopped.
#include "ui/jobs/jobmodel.h"
#include "ui/jobs/jobrunner.h"
#include "ui/jobs/jobspanel.h"

#include <QAbstractItemModelTester>
#include <QProgressBar>
#include <QSemaphore>
#include <QToolButton>
#include <QtTest>

#include <thread>

using namespace lathe;
using namespace lathe::ui;

class TstJobsPanel : public QObject {
    Q_OBJECT
private slots:
    void model_listsTitledJobsWhileTheyRun();
    void panel_showsProgressAndCancels();
    void newerJob_takesThePlaceOfTheOlder();
    void timeLeft_isNamedOnceItIsKnown();

private:
    JobModel *m_model = JobModel::instance();
    /// A job at half of its way that ends when told to.
    static void startWaiting(JobRunner &runner)
    {
        runner.start(
            [](const JobContext &ctx) {
                while (true) {
                    ctx.checkpoint(0.5, Message::verbatim("half way"));
                    std::this_thread::sleep_for(std::chrono::milliseconds(5));
                }
            },
            [](const auto &) {});
    }
};

void TstJobsPanel::model_listsTitledJobsWhileTheyRun()
{
    const QAbstractItemModelTester tester(m_model, QAbstractItemModelTester::FailureReportingMode::QtTest);
    JobRunner named, unnamed;
    named.setTitle("Measuring");
    startWaiting(unnamed);
    QCOMPARE(m_model->rowCount(), 0);
    startWaiting(named);
    QCOMPARE(m_model->rowCount(), 1);
    QCOMPARE(m_model->index(0).data().toString(), QString("Measuring"));
    QTRY_COMPARE(m_model->index(0).data(JobModel::FractionRole).toDouble(), 0.5);
    QCOMPARE(m_model->index(0).data(JobModel::StageRole).toString(), QString("half way"));
    named.cancel();
    QTRY_COMPARE(m_model->rowCount(), 0);
}

void TstJobsPanel::panel_showsProgressAndCancels()
{
    JobRunner first, second;
    first.setTitle("Exporting");
    second.setTitle("Comparing");
    startWaiting(first);
    JobsPanel panel(m_model);
    panel.resize(300, 200);
    panel.show();
    startWaiting(second);
    const auto buttonOf = [&](const QString &name) -> QToolButton * {
        for (auto *button : panel.findChildren<QToolButton *>())
            if (button->accessibleName().contains(name))
                return button;
        return nullptr;
    };
    QVERIFY(buttonOf("Exporting") && buttonOf("Comparing"));
    QTRY_COMPARE(panel.findChildren<QProgressBar *>().value(0)->value(), 500);
    QTest::mouseClick(buttonOf("Exporting"), Qt::LeftButton);
    QTRY_VERIFY(!first.isRunning());
    QVERIFY(second.isRunning());
    QTRY_VERIFY(!buttonOf("Exporting"));
    second.abandon();
    QTRY_VERIFY(!buttonOf("Comparing"));
}

void TstJobsPanel::newerJob_takesThePlaceOfTheOlder()
{
    JobRunner runner;
    runner.setTitle("Measuring");
    startWaiting(runner);
    startWaiting(runner);
    QCOMPARE(m_model->rowCount(), 1);
    runner.cancel();
    QTRY_COMPARE(m_model->rowCount(), 0);
}

void TstJobsPanel::timeLeft_isNamedOnceItIsKnown()
{
    JobRunner runner;
    runner.setTitle("Measuring");
    startWaiting(runner);
    QCOMPARE(m_model->index(0).data(JobModel::SecondsLeftRole).toInt(), -1);
    QTRY_VERIFY_WITH_TIMEOUT(m_model->index(0).data(JobModel::SecondsLeftRole).toInt() > 0, 10000);
    {
        JobRunner shortLived; // one that is destroyed while it runs leaves no row behind
        shortLived.setTitle("Short");
        startWaiting(shortLived);
        QCOMPARE(m_model->rowCount(), 2);
    }
    QCOMPARE(m_model->rowCount(), 1);
    runner.abandon();
}

QTEST_MAIN(TstJobsPanel)
#include "tst_jobspanel.moc"
