#include "tests/ui/sample.h"
#include "ui/jobs/jobrunner.h"
#include "ui/window/mainwindow.h"
#include "ui/window/preferencesdialog.h"

#include <QComboBox>
#include <QDialogButtonBox>
#include <QPushButton>
#include <QSpinBox>

using namespace lathe;
using namespace lathe::ui;
using namespace lathe::test;

class TstPreferences : public QObject {
    Q_OBJECT
private slots:
    void init() { startClean(); }
    void cleanup() { JobRunner::setDefaultThreads(0); }

    void saved_areLoadedAgain();
    void memory_isOneNumberForBothCaches();
    void nonsenseInTheFile_isAsNeverChosen();
    void dialog_givesWhatWasChosenAndCanGoBack();
    void window_obeysAtOnceAndInTheNextRun();
    void cancelledDialog_changesNothing();

private:
    template <class T>
    static T *named(QWidget &parent, const QString &name)
    {
        for (T *widget : parent.findChildren<T *>())
            if (widget->accessibleName() == name)
                return widget;
        return nullptr;
    }
    static int threadsOfAJob();
};

int TstPreferences::threadsOfAJob()
{
    JobRunner runner;
    int threads = -1;
    runner.start([](const JobContext &ctx) { return ctx.threads; },
                 [&](const Outcome<int> &outcome) { threads = std::get<int>(outcome); });
    (void)QTest::qWaitFor([&] { return threads >= 0; }, patience);
    return threads;
}

void TstPreferences::saved_areLoadedAgain()
{
    QVERIFY(Preferences::load() == Preferences());
    const Preferences chosen{Scheme::Dark, 3, 512, 64, 0};
    chosen.save();
    QVERIFY(Preferences::load() == chosen);
}

void TstPreferences::memory_isOneNumberForBothCaches()
{
    for (const int megabytes : {1, 64, 1000, 1536, 1537, 1538}) {
        Preferences chosen;
        chosen.cacheMemory = std::max(megabytes, Preferences::leastMemory);
        chosen.save();
        QCOMPARE(Preferences::load().cacheMemory, chosen.cacheMemory);
        const Settings settings;
        const qint64 both = settings.cacheBytes() + settings.compressionBytes();
        QCOMPARE(both >> 20, qint64(chosen.cacheMemory));
        QVERIFY(settings.compressionBytes() > 0);
        QVERIFY(settings.cacheBytes() > settings.compressionBytes());
    }
}

void TstPreferences::nonsenseInTheFile_isAsNeverChosen()
{
    Settings settings;
    settings.setText("look/scheme", "7");
    settings.setText("work/threads", "-2");
    settings.setText("work/calibration_memory_mb", "lots");
    settings.setText("work/calibration_disk_mb", "99999999999");
    QVERIFY(Preferences::load() == Preferences());
}

void TstPreferences::dialog_givesWhatWasChosenAndCanGoBack()
{
    const Preferences start{Scheme::Light, 2, 512, 256, 100};
    PreferencesDialog dialog(start);
    dialog.show();
    QVERIFY(dialog.preferences() == start);
    auto *threads = named<QSpinBox>(dialog, "Threads of one job");
    QVERIFY(threads);
    threads->setFocus();
    threads->selectAll();
    QTest::keyClicks(threads, "5");
    QCOMPARE(dialog.preferences().threads, 5);
    auto *buttons = dialog.findChild<QDialogButtonBox *>();
    QTest::mouseClick(buttons->button(QDialogButtonBox::RestoreDefaults), Qt::LeftButton);
    QVERIFY(dialog.preferences() == Preferences());
    QVERIFY(dialog.isVisible());
}

void TstPreferences::window_obeysAtOnceAndInTheNextRun()
{
    {
        MainWindow window;
        window.show();
        window.actions().preferences->trigger();
        auto *dialog = window.findChild<PreferencesDialog *>();
        QVERIFY(dialog && dialog->isVisible());
        named<QComboBox>(*dialog, "Colours")->setCurrentIndex(int(Scheme::Dark));
        named<QSpinBox>(*dialog, "Threads of one job")->setValue(1);
        QTest::mouseClick(dialog->findChild<QDialogButtonBox *>()->button(QDialogButtonBox::Ok),
                          Qt::LeftButton);
        QVERIFY(isDark());
        QCOMPARE(threadsOfAJob(), 1);
    }
    JobRunner::setDefaultThreads(0);
    applyTheme(Scheme::Light);
    MainWindow window;
    QVERIFY(isDark());
    QCOMPARE(threadsOfAJob(), 1);
    window.setScheme(Scheme::Light);
}

void TstPreferences::cancelledDialog_changesNothing()
{
    MainWindow window;
    window.show();
    window.actions().preferences->trigger();
    auto *dialog = window.findChild<PreferencesDialog *>();
    named<QSpinBox>(*dialog, "Threads of one job")->setValue(1);
    QTest::keyClick(dialog, Qt::Key_Escape);
    QVERIFY(Preferences::load() == Preferences());
    QCOMPARE(threadsOfAJob(), 0);
}

QTEST_MAIN(TstPreferences)
#include "tst_preferences.moc"
