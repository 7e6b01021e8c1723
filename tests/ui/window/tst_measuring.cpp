#include "tests/ui/sample.h"
#include "ui/base/messages.h"
#include "ui/jobs/jobmodel.h"
#include "ui/widgets/figurelabel.h"
#include "ui/window/mainactions.h"
#include "ui/window/mainwindow.h"
#include "ui/window/measuringmark.h"
#include "ui/window/nowstrip.h"

using namespace lathe;
using namespace lathe::ui;
using namespace lathe::test;

/// Measuring goes on to all samples by itself, and can be paused where the count of samples stands.
class TstMeasuring : public QObject {
    Q_OBJECT
private slots:
    void initTestCase();
    void init();

    void atRest_allSamplesAreMeasured();
    void goingOn_keepsWhatIsKnown();
    void dragging_waitsForNoRest();
    void heldControl_isNoPause();
    void otherLayerSelected_isMadeReadyFirst();
    void click_keepsFromGoingOn();
    void click_pausesWhatRuns();
    void keys_pauseAndGoOn();
    void recipeChanged_measuresAgain();
    void stopped_nothingElseBegins_data();
    void stopped_nothingElseBegins();
    void stopped_layersAreNotMadeReadyEither();
    void mark_isNothingWithoutData();

private:
    /// When a job of this title begins, `stop` is called as soon as events are.
    static void whenItBegins(const QString &title, QObject *context, const std::function<void()> &stop);
    static bool runs(const QString &title);
    inline static const QString measuring = QStringLiteral("Measuring the recipe");
    inline static const QString preparing = QStringLiteral("Making the selected layers ready to move");

    struct Desk {
        MainWindow window;
        Workbench &bench = window.workbench();
        bool open();
        Measuring state() { return bench.previews().measuring(); }
        const Figures &figures() { return bench.previews().figures(); }
        QTimer *rest()
        {
            return bench.previews().runner().findChild<QTimer *>(QStringLiteral("restBeforeGoingOn"));
        }
        void passTheRest();
        MeasuringMark *mark() { return window.findChild<MeasuringMark *>(); }
        bool settleAt(const QString &layer, int bits);
    };
};

void TstMeasuring::initTestCase()
{
    QLocale::setDefault(QLocale(QLocale::English, QLocale::UnitedStates));
    applyTheme(Scheme::Light);
}

void TstMeasuring::init()
{
    startClean();
    Settings().setText(QStringLiteral("preview/precision"), QStringLiteral("0.2")); // a few samples will do
}

bool TstMeasuring::Desk::open()
{
    window.resize(1440, 900);
    window.show();
    return openSample(bench) && rest();
}

/// What two seconds would do.
void TstMeasuring::Desk::passTheRest()
{
    rest()->stop();
    QMetaObject::invokeMethod(rest(), "timeout");
}

/// Precise enough before all samples are measured: the rest does not end by itself then.
bool TstMeasuring::Desk::settleAt(const QString &layer, int bits)
{
    rest()->setInterval(patience);
    const auto name = layer.toStdString();
    const auto &names = bench.editor().layerNames();
    const auto at = std::find(names.begin(), names.end(), name) - names.begin();
    bench.editor().editLayers(
        {int(at)}, [bits](LayerSettings &s) { setBits(s, bits); }, QStringLiteral("Bits"), false);
    return settle(bench) && figures().samplesDone < figures().samplesTotal;
}

void TstMeasuring::atRest_allSamplesAreMeasured()
{
    Desk desk;
    QVERIFY(desk.open());
    QVERIFY(desk.settleAt("conv3", 2));
    QCOMPARE(desk.state(), Measuring::Resting);
    QVERIFY(desk.rest()->isActive());
    desk.passTheRest();
    QTRY_COMPARE_WITH_TIMEOUT(desk.state(), Measuring::Complete, patience);
    QCOMPARE(desk.figures().samplesDone, desk.figures().samplesTotal);
    QCOMPARE(desk.mark()->state(), Measuring::Complete);
    QVERIFY(!desk.rest()->isActive());
    QCOMPARE(desk.mark()->cursor().shape(), Qt::ArrowCursor); // nothing to click for
}

void TstMeasuring::goingOn_keepsWhatIsKnown()
{
    Desk desk;
    QVERIFY(desk.open());
    QVERIFY(desk.settleAt("conv3", 2));
    const Figures early = desk.figures();
    qint64 fewest = early.samplesTotal;
    connect(&desk.bench, &Workbench::figuresChanged, this, [&] {
        fewest = std::min<qint64>(fewest, desk.figures().samplesDone);
        QVERIFY(Figures::isCurrent(desk.figures().sizes) && Figures::isCurrent(desk.figures().running));
    });
    QObject context;
    int background = -1; // of the measuring that nobody asked for: the title of the window leaves it out
    connect(JobModel::instance(), &JobModel::dataChanged, &context, [&](const QModelIndex &job) {
        if (job.data().toString() == measuring)
            background = JobModel::instance()->isInBackground(job.row());
    });
    desk.passTheRest();
    QTRY_COMPARE_WITH_TIMEOUT(desk.state(), Measuring::Complete, patience);
    QVERIFY(fewest >= early.samplesDone); // goes on, does not begin again
    QCOMPARE(background, 1);
    QCOMPARE(desk.figures().latency, early.latency);
    QCOMPARE(desk.figures().bytes, early.bytes);
}

void TstMeasuring::dragging_waitsForNoRest()
{
    Desk desk;
    QVERIFY(desk.open());
    QVERIFY(desk.settleAt("conv3", 2));
    PreviewController &previews = desk.bench.previews();
    previews.request(true); // the control moves again
    QVERIFY(!desk.rest()->isActive());
    QTRY_VERIFY_WITH_TIMEOUT(!previews.runner().isRunning(), patience);
    QVERIFY(!desk.rest()->isActive()); // not before the control is let go
    QVERIFY(!previews.runner().isWaiting());
}

void TstMeasuring::heldControl_isNoPause()
{
    Desk desk;
    QVERIFY(desk.open());
    QVERIFY(desk.settleAt("conv3", 2));
    editBits(desk.bench, "conv3", 3, true);
    QTRY_VERIFY_WITH_TIMEOUT(!desk.bench.previews().runner().isRunning(), patience);
    QCOMPARE(desk.state(), Measuring::Resting);
    QCOMPARE(desk.mark()->state(), Measuring::Resting);
    QVERIFY(!desk.window.actions().pauseMeasuring->isChecked());
    editBits(desk.bench, "conv3", 3, false);
    QVERIFY(settle(desk.bench));
    QVERIFY(desk.state() == Measuring::Resting || desk.state() == Measuring::Complete);
}

void TstMeasuring::otherLayerSelected_isMadeReadyFirst()
{
    Desk desk;
    QVERIFY(desk.open());
    QVERIFY(desk.settleAt("conv3", 2));
    PreviewRunner &runner = desk.bench.previews().runner();
    bool selected = false;
    connect(&runner.runner(), &JobRunner::started, this, [&] {
        if (selected)
            return;
        selected = true;
        runner.select({1}); // while more samples are measured
        QVERIFY(!runner.isRunning() && runner.isWaiting());
        QCOMPARE(desk.state(), Measuring::Resting);
    });
    desk.passTheRest();
    QTRY_VERIFY_WITH_TIMEOUT(selected, patience);
    QTRY_COMPARE_WITH_TIMEOUT(desk.state(), Measuring::Complete, patience);
}

void TstMeasuring::click_keepsFromGoingOn()
{
    Desk desk;
    QVERIFY(desk.open());
    QVERIFY(desk.settleAt("conv3", 2));
    QCOMPARE(desk.mark()->cursor().shape(), Qt::PointingHandCursor);
    QVERIFY(desk.mark()->accessibleName().contains("click"));
    QTest::mouseClick(desk.mark(), Qt::LeftButton);
    QCOMPARE(desk.state(), Measuring::Paused);
    QVERIFY(!desk.rest()->isActive());
    QVERIFY(desk.window.actions().pauseMeasuring->isChecked());
    QVERIFY(messageText(desk.figures().note).contains("paused"));
    QTest::mouseClick(desk.mark(), Qt::LeftButton);
    QTRY_COMPARE_WITH_TIMEOUT(desk.state(), Measuring::Complete, patience);
    QVERIFY(!messageText(desk.figures().note).contains("paused"));
}

void TstMeasuring::click_pausesWhatRuns()
{
    Desk desk;
    QVERIFY(desk.open());
    bool clicked = false;
    connect(&desk.bench, &Workbench::figuresChanged, this, [&] {
        if (clicked || desk.state() != Measuring::Running || !Figures::isCurrent(desk.figures().quality))
            return;
        clicked = true; // at the first figure
        QTest::mouseClick(desk.mark(), Qt::LeftButton);
    });
    QVERIFY(desk.settleAt("conv3", 2));
    QVERIFY(clicked);
    QCOMPARE(desk.state(), Measuring::Paused);
    QVERIFY(!desk.rest()->isActive()); // even where it was done before it was told to stop
    QTest::mouseClick(desk.mark(), Qt::LeftButton);
    QTRY_COMPARE_WITH_TIMEOUT(desk.state(), Measuring::Complete, patience);
    QTRY_VERIFY_WITH_TIMEOUT(Figures::isCurrent(desk.figures().running), patience);
}

void TstMeasuring::keys_pauseAndGoOn()
{
    Desk desk;
    QVERIFY(desk.open());
    QVERIFY(desk.settleAt("conv3", 2));
    QVERIFY(desk.mark()->focusPolicy() & Qt::TabFocus);
    QTest::keyClick(desk.mark(), Qt::Key_Space);
    QCOMPARE(desk.state(), Measuring::Paused);
    QAction *pause = desk.window.actions().pauseMeasuring;
    QCOMPARE(pause->shortcut(), QKeySequence(Qt::SHIFT | Qt::Key_F5));
    pause->trigger();
    QTRY_COMPARE_WITH_TIMEOUT(desk.state(), Measuring::Complete, patience);
    QVERIFY(!pause->isEnabled());
}

void TstMeasuring::recipeChanged_measuresAgain()
{
    Desk desk;
    QVERIFY(desk.open());
    QVERIFY(desk.settleAt("conv3", 2));
    QTest::mouseClick(desk.mark(), Qt::LeftButton);
    QCOMPARE(desk.state(), Measuring::Paused);
    QVERIFY(desk.settleAt("conv3", 3)); // a pause is of one recipe
    QCOMPARE(desk.state(), Measuring::Resting);
}

void TstMeasuring::whenItBegins(const QString &title, QObject *context, const std::function<void()> &stop)
{
    connect(JobModel::instance(), &JobModel::rowsInserted, context, [=](const QModelIndex &, int row) {
        if (JobModel::instance()->index(row).data().toString() == title)
            QMetaObject::invokeMethod(context, stop, Qt::QueuedConnection);
    });
}

bool TstMeasuring::runs(const QString &title)
{
    const JobModel &jobs = *JobModel::instance();
    for (int row = 0; row < jobs.rowCount(); ++row)
        if (jobs.index(row).data().toString() == title)
            return true;
    return false;
}

void TstMeasuring::stopped_nothingElseBegins_data()
{
    QTest::addColumn<bool>("byKey");
    QTest::newRow("Esc") << true;
    QTest::newRow("Cancel in the list of jobs") << false;
}

/// Who stops a measurement does not want the same long work done to make layers ready.
void TstMeasuring::stopped_nothingElseBegins()
{
    QFETCH(bool, byKey);
    Desk desk;
    QVERIFY(desk.open());
    QVERIFY(desk.settleAt("conv3", 2));
    desk.bench.previews().runner().select({1});
    QTRY_VERIFY_WITH_TIMEOUT(!runs(preparing), patience);
    QObject context;
    auto first = std::make_unique<QObject>(); // only the first measurement is stopped
    int stopped = 0, begun = 0;
    whenItBegins(measuring, first.get(), [&] {
        ++stopped;
        byKey ? desk.window.actions().cancel->trigger() : JobModel::instance()->cancelAll();
    });
    whenItBegins(preparing, &context, [&] { ++begun; });
    desk.bench.measureAgain();
    QTRY_COMPARE_WITH_TIMEOUT(stopped, 1, patience);
    QTRY_VERIFY_WITH_TIMEOUT(!desk.bench.isBusy(), patience);
    QTest::qWait(500); // layers are made ready after 150 ms
    desk.bench.previews().runner().select({0, 1});
    QTest::qWait(500);
    QCOMPARE(begun, 0);
    QCOMPARE(stopped, 1);
    QVERIFY(!JobRunner::isAnyRunning());
    first.reset();
    QVERIFY(desk.settleAt("conv3", 3)); // another recipe is other work
    desk.bench.previews().runner().select({2});
    QTRY_VERIFY_WITH_TIMEOUT(begun > 0, patience);
}

void TstMeasuring::stopped_layersAreNotMadeReadyEither()
{
    Desk desk;
    QVERIFY(desk.open());
    QVERIFY(desk.settleAt("conv3", 2));
    QTRY_VERIFY_WITH_TIMEOUT(!runs(preparing), patience);
    QObject context;
    int begun = 0;
    bool ranOn = true;
    whenItBegins(preparing, &context, [&] {
        ++begun;
        desk.window.actions().cancel->trigger();
        ranOn = runs(preparing);
    });
    desk.bench.previews().runner().select({1});
    QTRY_COMPARE_WITH_TIMEOUT(begun, 1, patience);
    QVERIFY(!ranOn);
    QTest::qWait(500);
    QCOMPARE(begun, 1);
    QCOMPARE(desk.state(), Measuring::Paused); // what would have come after it does not either
}

void TstMeasuring::mark_isNothingWithoutData()
{
    MainWindow window;
    window.show();
    auto *mark = window.findChild<MeasuringMark *>();
    QVERIFY(!mark->isVisible());
    QCOMPARE(mark->state(), Measuring::Nothing);
    QVERIFY(!window.actions().pauseMeasuring->isEnabled());
}

QTEST_MAIN(TstMeasuring)
#include "tst_measuring.moc"
