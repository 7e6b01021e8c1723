#include "tests/support/places.h"
#include "tests/ui/sample.h"
#include "ui/charts/errorchart.h"
#include "ui/style/theme.h"
#include "ui/window/heartbeat.h"
#include "ui/window/mainwindow.h"
#include "ui/window/stallrun.h"

#include <QElapsedTimer>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTemporaryDir>

#include <ctime>

using namespace lathe;
using namespace lathe::ui;
using namespace lathe::test;

class TstStalls : public QObject {
    Q_OBJECT
private slots:
    void initTestCase();
    void init();

    void script_isReadLineByLine();
    void badLine_isNamed_data();
    void badLine_isNamed();
    void quantiles_areOfWhatWasMeasured();
    void heartbeat_noticesABlockedLoop();
    void heartbeat_tellsWorkFromWaiting();
    void queueClock_countsOnlyTimeInLine();
    void run_doesWhatTheScriptSays();
    void run_namesTheLineThatCannotBeDone_data();
    void run_namesTheLineThatCannotBeDone();
    void picture_isTakenOfWhatIsMeasured();
    void picture_needsAFolder();
    void scripts_areScripts_data();
    void scripts_areScripts();
};

void TstStalls::initTestCase()
{
    QLocale::setDefault(QLocale(QLocale::English, QLocale::UnitedStates));
    applyTheme(Scheme::Light);
}

void TstStalls::init()
{
    startClean();
}

void TstStalls::script_isReadLineByLine()
{
    const auto steps =
        parseStallScript("# remark\n\nopen\nselect 1 2-4 conv3 # three\npreset \"4-bit group 32\"\n");
    QCOMPARE(steps.size(), 3);
    QCOMPARE(steps[0].line, 3);
    QCOMPARE(steps[1].words, QStringList({"1", "2-4", "conv3"}));
    QCOMPARE(steps[2].words, QStringList("4-bit group 32"));
}

void TstStalls::badLine_isNamed_data()
{
    QTest::addColumn<QString>("line");
    for (const char *line : {"fly", "open it", "select", "drag bits 1..2", "drag quantize 8", "resize big",
                             "perspective upside", "scheme green", "preset", "chart pie", "picture ../x"})
        QTest::newRow(line) << line;
}

void TstStalls::badLine_isNamed()
{
    QFETCH(QString, line);
    try {
        parseStallScript("open\n" + line);
        QFAIL("no error");
    } catch (const Error &error) {
        QCOMPARE(error.code(), ErrorCode::InvalidArgument);
        QVERIFY(QString::fromStdString(error.message().text()).startsWith("Line 2 of the script"));
    }
}

void TstStalls::quantiles_areOfWhatWasMeasured()
{
    Stalls stalls{"select", {}};
    QCOMPARE(stalls.quantile(0.5), 0.0);
    for (int i = 100; i >= 1; --i)
        stalls.beats.push_back({double(i), i / 2.0});
    stalls.longestWork = 20.0;
    QCOMPARE(stalls.quantile(0.5), 50.0);
    QCOMPARE(stalls.quantile(0.99), 99.0);
    QCOMPARE(stalls.quantile(1.0), 100.0);
    QVERIFY(stallTable({stalls}).contains("| select | 50.0 | 99.0 | 100.0 | 50.0 | 20.0 |"));
    const QJsonObject row =
        QJsonDocument::fromJson(stallJson({stalls})).object()["actions"].toArray().first().toObject();
    QCOMPARE(row["action"].toString(), QString("select"));
    QCOMPARE(row["beats"].toInt(), 100);
    QCOMPARE(row["longest_ms"].toDouble(), 100.0);
    QCOMPARE(row["longest_own_ms"].toDouble(), 50.0);
    QCOMPARE(row["longest_work_ms"].toDouble(), 20.0);
}

void TstStalls::heartbeat_noticesABlockedLoop()
{
    Heartbeat heartbeat;
    Stalls all;
    const auto longest = [&](double Beat::*part = &Beat::wait) {
        for (const Beat &beat : heartbeat.take())
            all.beats.push_back(beat);
        return all.quantile(1.0, part);
    };
    QTRY_VERIFY(longest() > 0.0);
    QTest::qSleep(120); // the loop does not turn
    QTRY_VERIFY(longest() >= 100.0);
    QVERIFY(longest(&Beat::own) >= 100.0); // nobody else kept it from answering
    QVERIFY(longest(&Beat::own) <= longest());
    QVERIFY(heartbeat.takeLongestWork() < longest()); // it slept, it did not work
}

void TstStalls::heartbeat_tellsWorkFromWaiting()
{
    Heartbeat heartbeat;
    QTest::qWait(20);
    heartbeat.takeLongestWork();
    QTimer::singleShot(0, &heartbeat, [] {
        const std::clock_t until =
            std::clock() + CLOCKS_PER_SEC / 10; // of the whole program: at most so long
        while (std::clock() < until) {
        }
    });
    double longest = 0.0;
    QTRY_VERIFY((longest = std::max(longest, heartbeat.takeLongestWork())) > 50.0);
}

/// Ready to work, but others have the processor.
void TstStalls::queueClock_countsOnlyTimeInLine()
{
    QElapsedTimer time;
    time.start();
    QueueClock clock = QueueClock::ofThisThread();
    const double before = clock.now();
    QTest::qSleep(50);
    QVERIFY(clock.now() - before <= double(time.elapsed()) + 1.0 - 50.0); // asleep is not in line
    QVERIFY(clock.reopened().now() >= before);
}

void TstStalls::run_doesWhatTheScriptSays()
{
    MainWindow window;
    window.show();
    StallRun run(
        window,
        parseStallScript("open\nwait-idle\nselect 2\ndrag quantize 8..3\nwait-idle\nselect 1 3\nundo\n"
                         "search co\nresize 1280x800\nscheme dark\nscheme light\nperspective tune\n"
                         "preset \"8-bit per channel\"\nwait-idle\nexport\n"),
        samplePath(), {});
    QString trouble;
    connect(&run, &StallRun::failed, this,
            [&](int line, const QString &why) { trouble = QStringLiteral("%1: %2").arg(line).arg(why); });
    int bits = 8; // the fewest there were
    connect(&window.workbench(), &Workbench::recipeChanged, this, [&] {
        const auto &settings = window.workbench().editor().settings();
        if (settings.size() > 1 && settings[1].quantize && !settings[0].quantize)
            bits = std::min(bits, settings[1].quantize->bits);
    });
    QSignalSpy finished(&run, &StallRun::finished);
    QVERIFY(finished.wait(patience));
    QVERIFY2(trouble.isEmpty(), qPrintable(trouble));
    QCOMPARE(bits, 3); // where the drag ended
    QCOMPARE(window.size(), QSize(1280, 800));
    QVERIFY(window.workbench().editor().settings().front().quantize.has_value()); // by the preset
    QStringList actions;
    for (const Stalls &stalls : run.stalls()) {
        actions << stalls.action;
        QVERIFY2(!stalls.beats.empty(), qPrintable(stalls.action));
    }
    QVERIFY(actions.contains("drag") && actions.contains("select") && actions.count("wait-idle") == 1);
}

void TstStalls::run_namesTheLineThatCannotBeDone_data()
{
    QTest::addColumn<QString>("script");
    QTest::addColumn<int>("line");
    QTest::newRow("no such layer") << "open\n\nselect nothing\n" << 3;
    QTest::newRow("before a model is open") << "scheme dark\nselect 1\n" << 2;
}

void TstStalls::run_namesTheLineThatCannotBeDone()
{
    QFETCH(QString, script);
    QFETCH(int, line);
    MainWindow window;
    window.show();
    StallRun run(window, parseStallScript(script), samplePath(), {});
    QSignalSpy failed(&run, &StallRun::failed);
    QVERIFY(failed.wait(patience));
    QCOMPARE(failed.front().front().toInt(), line);
}

void TstStalls::picture_isTakenOfWhatIsMeasured()
{
    QTemporaryDir folder;
    MainWindow window;
    window.show();
    StallRun run(window,
                 parseStallScript("open\nchart errors\nresize 1000x700\nscheme dark\npicture errors\n"),
                 samplePath(), {}, folder.path());
    QSignalSpy finished(&run, &StallRun::finished);
    QVERIFY(finished.wait(patience));
    QVERIFY(window.findChild<ErrorChart *>()->isVisible());
    QCOMPARE(window.workbench().previews().measuring(), Measuring::Complete);
    const QImage picture(folder.filePath("errors.png"));
    QCOMPARE(picture.size(), QSize(1000, 700));
    QVERIFY(qGray(picture.pixel(5, 300)) < 128);
}

void TstStalls::picture_needsAFolder()
{
    MainWindow window;
    window.show();
    StallRun run(window, parseStallScript("open\npicture all\n"), samplePath(), {});
    QSignalSpy failed(&run, &StallRun::failed);
    QVERIFY(failed.wait(patience));
    QCOMPARE(failed.front().front().toInt(), 2);
}

void TstStalls::scripts_areScripts_data()
{
    QTest::addColumn<QString>("path");
    QTest::newRow("journey") << "/tests/stalls/journey.txt";
    QTest::newRow("pictures") << "/docs/images/pictures.txt";
}

void TstStalls::scripts_areScripts()
{
    QFETCH(QString, path);
    QFile file(QString::fromStdString(sourcePath("")) + path);
    QVERIFY(file.open(QIODevice::ReadOnly));
    QVERIFY(parseStallScript(QString::fromUtf8(file.readAll())).size() > 8);
}

QTEST_MAIN(TstStalls)
#include "tst_stalls.moc"
