// The tour through the window, and where its callouts go.
#include "tests/ui/sample.h"
#include "ui/help/tour.h"
#include "ui/inspector/inspector.h"
#include "ui/inspector/methodgroup.h"
#include "ui/layers/layerpanel.h"
#include "ui/widgets/callout.h"
#include "ui/window/dockarea.h"
#include "ui/window/emptystate.h"
#include "ui/window/mainwindow.h"
#include "ui/window/nowstrip.h"

#include <QDialog>
#include <QDockWidget>
#include <QPushButton>
#include <QTableView>
#include <QToolBar>
#include <QToolButton>

using namespace lathe;
using namespace lathe::ui;
using namespace lathe::test;

class TstTour : public QObject {
    Q_OBJECT
private slots:
    void init() { startClean(); }

    void place_neverCoversWhatItSpeaksOf_data();
    void place_neverCoversWhatItSpeaksOf();
    void place_withoutRoom_sparesTheTarget();
    void startPage_offersTheTourOnce();
    void startPage_listsWhatWasOpenedLast();
    void doing_leadsFromStepToStep();
    void nextButton_leadsToTheEnd();
    void escape_endsTheTourAndNothingElse();
    void escape_outsideTheWindowLeavesTheTour();
    void callouts_coverNothingTheySpeakOf_data();
    void callouts_coverNothingTheySpeakOf();
    void callout_followsTheWindow();
    void tourOnAnOpenModel_keepsIt();

private:
    static Tour *tourOf(MainWindow &window) { return window.findChild<Tour *>(); }
    static Callout *calloutOf(MainWindow &window)
    {
        for (Callout *callout : window.findChildren<Callout *>())
            if (callout->isVisible())
                return callout;
        return nullptr;
    }
    static bool startOnSample(MainWindow &window)
    {
        window.show();
        window.tour().take();
        return QTest::qWaitFor([&] { return tourOf(window)->isRunning(); }, patience) &&
               settle(window.workbench());
    }
    static QRect inWindow(const QWidget &widget, const MainWindow &window)
    {
        return {widget.mapTo(&window, QPoint()), widget.size()};
    }
    static MethodGroup *quantize(MainWindow &window)
    {
        for (MethodGroup *group : window.findChildren<MethodGroup *>())
            if (group->property("helpPage") == QString("quantize"))
                return group;
        return nullptr;
    }
};

void TstTour::place_neverCoversWhatItSpeaksOf_data()
{
    QTest::addColumn<QRect>("target");
    QTest::addColumn<Qt::Edge>("edge");
    QTest::newRow("at the left") << QRect(0, 100, 300, 400) << Qt::LeftEdge;
    QTest::newRow("at the right") << QRect(900, 200, 300, 100) << Qt::RightEdge;
    QTest::newRow("a button at the top") << QRect(850, 0, 300, 30) << Qt::RightEdge;
    QTest::newRow("all the width, at the top") << QRect(0, 0, 1200, 200) << Qt::TopEdge;
    QTest::newRow("all the width, lower") << QRect(0, 300, 1200, 330) << Qt::BottomEdge;
    QTest::newRow("low at the right") << QRect(900, 560, 300, 120) << Qt::RightEdge;
}

void TstTour::place_neverCoversWhatItSpeaksOf()
{
    QFETCH(QRect, target);
    QFETCH(Qt::Edge, edge);
    const QRect room(0, 0, 1200, 800), strip(0, 640, 1200, 160);
    const CalloutPlace place = placeCallout({320, 180}, target, {strip}, room, 3);
    QVERIFY(place.pointing);
    QCOMPARE(place.edge, edge);
    QVERIFY(room.contains(place.frame));
    QVERIFY(!place.frame.intersects(target));
    QVERIFY(!place.frame.intersects(strip));
}

void TstTour::place_withoutRoom_sparesTheTarget()
{
    const QRect room(0, 0, 500, 400);
    const CalloutPlace place = placeCallout({320, 180}, {0, 0, 490, 200}, {{0, 210, 500, 190}}, room, 3);
    QVERIFY(!place.pointing);
    QVERIFY(room.contains(place.frame));
    QVERIFY(!place.frame.intersects(QRect(0, 0, 490, 200)));
}

void TstTour::startPage_offersTheTourOnce()
{
    {
        MainWindow window;
        window.show();
        auto *button = window.findChild<QPushButton *>("tourButton");
        QVERIFY(button && button->isVisible());
        QTest::mouseClick(button, Qt::LeftButton);
        QTRY_VERIFY_WITH_TIMEOUT(tourOf(window)->isRunning(), patience);
        QCOMPARE(window.workbench().modelName(), QString("digits"));
        QVERIFY(settle(window.workbench()));
        tourOf(window)->end();
    }
    MainWindow window;
    window.show();
    QVERIFY(!window.findChild<QPushButton *>("tourButton")->isVisible());
    QVERIFY(window.actions().tour->isEnabled());
}

void TstTour::startPage_listsWhatWasOpenedLast()
{
    QTemporaryDir folder;
    const QString model = folder.filePath("other.onnx");
    QVERIFY(QFile::copy(test::samplePath(), model));
    RecentFiles("recent/models").add(test::samplePath()); // has a button of its own
    RecentFiles("recent/models").add("/nowhere/gone.onnx");
    RecentFiles("recent/models").add(model);
    MainWindow window;
    window.show();
    const auto buttons = window.findChildren<QToolButton *>("recentButton");
    QCOMPARE(buttons.size(), 1);
    QVERIFY(buttons.front()->isVisible());
    QVERIFY(buttons.front()->text().startsWith("other.onnx"));
    QTest::mouseClick(buttons.front(), Qt::LeftButton);
    QTRY_VERIFY_WITH_TIMEOUT(window.workbench().hasModel(), patience);
    QCOMPARE(window.workbench().modelName(), QString("other"));
    QVERIFY(settle(window.workbench()));
}

void TstTour::doing_leadsFromStepToStep()
{
    MainWindow window;
    QVERIFY(startOnSample(window));
    Tour *tour = tourOf(window);
    QCOMPARE(tour->step(), 0);
    auto *table = window.findChild<LayerPanel *>()->findChild<QTableView *>();
    const QModelIndex row = table->model()->index(table->currentIndex().row() == 0 ? 1 : 0, 0);
    QTest::mouseClick(table->viewport(), Qt::LeftButton, {}, table->visualRect(row).center());
    QCOMPARE(tour->step(), 1);

    MethodGroup *group = quantize(window);
    QTest::mouseClick(group->check(), Qt::LeftButton, {}, {8, group->check()->height() / 2});
    QVERIFY(settle(window.workbench()));
    QCOMPARE(tour->step(), 1); // it is on; nothing was moved yet
    MarkSlider *bits = group->value()->slider();
    const auto at = [bits](int value) { return QPoint(bits->positionOf(value), bits->height() / 2); };
    QTest::mousePress(bits, Qt::LeftButton, {}, at(8));
    QTest::mouseMove(bits, at(4));
    QVERIFY(settle(window.workbench()));
    QTest::qWait(50);
    QCOMPARE(tour->step(), 1); // the button is still down: nobody who drags is interrupted
    QTest::mouseRelease(bits, Qt::LeftButton, {}, at(4));
    QTRY_COMPARE_WITH_TIMEOUT(tour->step(), 2, patience); // when the figures are there
    QVERIFY(!window.workbench().isBusy());
    QTRY_VERIFY(calloutOf(window)->isVisible());
    const QRect strip = inWindow(*window.findChild<NowStrip *>(), window);
    QTRY_VERIFY(!calloutOf(window)->geometry().intersects(strip)); // beside what changed
    QVERIFY(strip.top() - calloutOf(window)->geometry().bottom() < 20);

    const QSignalSpy ended(tour, &Tour::ended);
    window.actions().exportModel->trigger();
    QCOMPARE(ended.size(), 1);
    QVERIFY(!calloutOf(window));
    QVERIFY(Tour::wasSeen());
    for (QDialog *dialog : window.findChildren<QDialog *>())
        dialog->close();
}

void TstTour::nextButton_leadsToTheEnd()
{
    MainWindow window;
    QVERIFY(startOnSample(window));
    Tour *tour = tourOf(window);
    QStringList titles;
    for (int step = 0; step < 4; ++step) {
        QCOMPARE(tour->step(), step);
        titles << calloutOf(window)->title();
        auto *next = calloutOf(window)->findChild<QPushButton *>("calloutNext");
        QCOMPARE(next->text(), QString(step < 3 ? "&Next" : "&Done"));
        QTest::mouseClick(next, Qt::LeftButton);
    }
    QVERIFY(!tour->isRunning());
    QCOMPARE(titles.removeDuplicates(), qsizetype(0));
    QVERIFY(window.workbench().editor().recipe().rules.empty()); // it shows, it does nothing
    window.actions().tour->trigger();                            // once more, from the menu
    QCOMPARE(tour->step(), 0);
    QTest::mouseClick(calloutOf(window)->findChild<QToolButton *>("calloutEnd"), Qt::LeftButton);
    QVERIFY(!tour->isRunning());
}

void TstTour::escape_endsTheTourAndNothingElse()
{
    MainWindow window;
    QVERIFY(startOnSample(window));
    QVERIFY(QTest::qWaitForWindowActive(&window));
    window.workbench().editor().applyPreset(presetNamed("4-bit group 32"));
    QVERIFY(window.workbench().isBusy());
    const QSignalSpy cancelled(window.actions().cancel, &QAction::triggered);
    auto *table = window.findChild<LayerPanel *>()->findChild<QTableView *>();
    table->setFocus();
    QTest::keyClick(table, Qt::Key_Escape);
    QVERIFY(!tourOf(window)->isRunning());
    QCOMPARE(cancelled.size(), 0);
    QTest::keyClick(table, Qt::Key_Escape); // now it is the window's again
    QCOMPARE(cancelled.size(), 1);
    QTRY_VERIFY(!window.workbench().isBusy());
}

void TstTour::escape_outsideTheWindowLeavesTheTour()
{
    MainWindow window;
    QVERIFY(startOnSample(window));
    QDialog beside(&window);
    beside.show();
    QVERIFY(QTest::qWaitForWindowActive(&beside));
    QTest::keyClick(&beside, Qt::Key_Escape);
    QVERIFY(tourOf(window)->isRunning());
    auto *dock = window.findChild<DockArea *>()->dock(DockArea::Layers);
    dock->setFloating(true); // still the window's
    QTest::keyClick(dock, Qt::Key_Escape);
    QVERIFY(!tourOf(window)->isRunning());
}

void TstTour::callouts_coverNothingTheySpeakOf_data()
{
    QTest::addColumn<QSize>("size");
    QTest::addColumn<Scheme>("scheme");
    QTest::newRow("small, light") << QSize(1280, 800) << Scheme::Light;
    QTest::newRow("small, dark") << QSize(1280, 800) << Scheme::Dark;
    QTest::newRow("smallest, dark") << QSize(960, 640) << Scheme::Dark;
    QTest::newRow("large, light") << QSize(1920, 1080) << Scheme::Light;
}

void TstTour::callouts_coverNothingTheySpeakOf()
{
    QFETCH(QSize, size);
    QFETCH(Scheme, scheme);
    MainWindow window;
    window.setScheme(scheme);
    window.resize(size);
    QVERIFY(startOnSample(window));
    auto *toolBar = window.findChild<QToolBar *>("toolBar");
    const QVector<const QWidget *> targets{window.findChild<LayerPanel *>(), quantize(window),
                                           window.findChild<NowStrip *>(),
                                           toolBar->widgetForAction(window.actions().exportModel)};
    for (int step = 0; step < 4; ++step) {
        const auto isBeside = [&] { // it has its place a moment after its words
            const Callout *shown = calloutOf(window);
            return shown && window.rect().contains(shown->geometry()) &&
                   !shown->geometry().intersects(inWindow(*targets[step], window));
        };
        QTRY_VERIFY(isBeside());
        const Callout *callout = calloutOf(window);
        const QRect frame = callout->geometry();
        QVERIFY2(!frame.intersects(inWindow(*targets[step], window)), qPrintable(callout->title()));
        if (step == 1)
            QVERIFY(!frame.intersects(inWindow(*window.findChild<NowStrip *>(), window)));
        for (const QWidget *part : callout->findChildren<QWidget *>())
            QVERIFY(callout->rect().contains(part->geometry()));
        tourOf(window)->next();
    }
    window.setScheme(Scheme::Light);
}

void TstTour::callout_followsTheWindow()
{
    MainWindow window;
    window.resize(1280, 800);
    QVERIFY(startOnSample(window));
    tourOf(window)->next();
    QTRY_VERIFY(calloutOf(window) && calloutOf(window)->isVisible());
    const QPoint before = calloutOf(window)->pos();
    window.resize(1600, 900);
    QTRY_VERIFY(calloutOf(window)->pos() != before);
    QVERIFY(!calloutOf(window)->geometry().intersects(inWindow(*quantize(window), window)));
    window.findChild<DockArea *>()->setPerspective(Perspective::Inspect); // without the settings
    QTRY_VERIFY(calloutOf(window));                                       // it stays, without an arrow
    QVERIFY(window.rect().contains(calloutOf(window)->geometry()));
    tourOf(window)->end();
}

void TstTour::tourOnAnOpenModel_keepsIt()
{
    QTemporaryDir folder;
    const QString path = folder.filePath("mine.onnx");
    QVERIFY(QFile::copy(test::samplePath(), path));
    MainWindow window;
    window.show();
    window.workbench().openModel(path);
    QVERIFY(QTest::qWaitFor([&] { return window.workbench().hasModel(); }, patience));
    QVERIFY(settle(window.workbench()));
    window.actions().tour->trigger();
    QVERIFY(tourOf(window)->isRunning());
    QCOMPARE(window.workbench().modelName(), QString("mine"));
}

QTEST_MAIN(TstTour)
#include "tst_tour.moc"
