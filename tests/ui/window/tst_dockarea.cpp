#include "tests/ui/sample.h"
#include "ui/window/dockarea.h"
#include "ui/window/mainwindow.h"
#include "ui/window/nowstrip.h"

#include <QDockWidget>
#include <QTableView>
#include <QToolBar>
#include <QToolButton>
#include <QTreeView>

using namespace lathe;
using namespace lathe::ui;
using namespace lathe::test;

class TstDockArea : public QObject {
    Q_OBJECT
private slots:
    void init() { startClean(); }

    void perspectives_showTheirPanels_data();
    void perspectives_showTheirPanels();
    void perspective_keepsItsOwnArrangement();
    void reset_bringsBackWhatWasHiddenAndFloated();
    void saved_restoresInAnotherArea();
    void damagedText_changesNothing_data();
    void damagedText_changesNothing();
    void window_remembersPerspectiveAndPanels();
    void keysAndToolBar_switchThePerspective();
    void grip_hidesAndFloatsThePanel();
    void comingBack_showsThePanelsOfThePerspective();
    void panelOfNoPerspective_getsAPlaceWhenAskedFor();
    void figures_areInSightInEveryPerspective();
    void tune_hasRoomForWhatItIsFor_data();
    void arrangement_followsTheSize();
    void movedPanels_stayWhereTheyAre();
    void choicesOfAPerson_outliveTheSize();
    void arrangementOfANarrowWindow_isNotKeptInAWideOne();
    void tune_hasRoomForWhatItIsFor();

private:
    static void fill(DockArea &area);
    static QStringList shown(const DockArea &area);
    static bool together(const DockArea &area, DockArea::Panel a, DockArea::Panel b)
    {
        return area.tabifiedDockWidgets(area.dock(a)).contains(area.dock(b));
    }
    static constexpr QSize small{960, 480}, large{1440, 760};
};

void TstDockArea::fill(DockArea &area)
{
    area.resize(1280, 700);
    for (const auto &[panel, title] :
         {std::pair{DockArea::Layers, "Layers"}, std::pair{DockArea::Weights, "Weights"},
          std::pair{DockArea::Spectrum, "Spectrum"}, std::pair{DockArea::Settings, "Settings"},
          std::pair{DockArea::Variants, "Variants"}, std::pair{DockArea::Jobs, "Jobs"},
          std::pair{DockArea::Graph, "Graph"}, std::pair{DockArea::Tradeoff, "Trade-off"},
          std::pair{DockArea::History, "History"}, std::pair{DockArea::Comparison, "Comparison"},
          std::pair{DockArea::Recover, "Recover"}})
        area.addPanel(panel, title, new QWidget);
}

QStringList TstDockArea::shown(const DockArea &area)
{
    QStringList names;
    for (int panel = 0; panel < DockArea::PanelCount; ++panel)
        if (const QDockWidget *dock = area.dock(static_cast<DockArea::Panel>(panel)); !dock->isHidden())
            names << dock->windowTitle();
    return names;
}

void TstDockArea::perspectives_showTheirPanels_data()
{
    QTest::addColumn<Perspective>("perspective");
    QTest::addColumn<QStringList>("panels");
    QTest::newRow("inspect") << Perspective::Inspect << QStringList{"Layers", "Weights", "Spectrum", "Graph"};
    QTest::newRow("tune") << Perspective::Tune << QStringList{"Layers",   "Weights", "Spectrum", "Settings",
                                                              "Variants", "Graph",   "Trade-off"};
    QTest::newRow("compare") << Perspective::Compare << QStringList{"Variants", "Trade-off", "Comparison"};
}

void TstDockArea::perspectives_showTheirPanels()
{
    QFETCH(Perspective, perspective);
    QFETCH(QStringList, panels);
    DockArea area;
    fill(area);
    QSignalSpy changed(&area, &DockArea::perspectiveChanged);
    area.setPerspective(perspective);
    QCOMPARE(shown(area), panels);
    QCOMPARE(changed.size(), 1);
    area.setPerspective(perspective);
    QCOMPARE(changed.size(), 1); // it is there already
}

void TstDockArea::perspective_keepsItsOwnArrangement()
{
    DockArea area;
    fill(area);
    area.setPerspective(Perspective::Tune);
    area.dock(DockArea::Variants)->hide();
    area.setPerspective(Perspective::Inspect);
    area.dock(DockArea::Settings)->show();
    area.setPerspective(Perspective::Tune);
    QVERIFY(!shown(area).contains("Variants"));
    area.setPerspective(Perspective::Inspect);
    QVERIFY(shown(area).contains("Settings"));
}

void TstDockArea::reset_bringsBackWhatWasHiddenAndFloated()
{
    DockArea area;
    fill(area);
    area.show();
    area.setPerspective(Perspective::Tune);
    area.dock(DockArea::Variants)->hide();
    area.dock(DockArea::Weights)->setFloating(true);
    area.tabifyDockWidget(area.dock(DockArea::Layers), area.dock(DockArea::Settings));
    area.reset();
    QCOMPARE(shown(area).size(), 7); // all but jobs and history
    QVERIFY(!area.dock(DockArea::Weights)->isFloating());
    QCOMPARE(area.tabifiedDockWidgets(area.dock(DockArea::Layers)),
             QList<QDockWidget *>{area.dock(DockArea::Graph)});
}

void TstDockArea::saved_restoresInAnotherArea()
{
    DockArea first, second;
    fill(first);
    fill(second);
    first.setPerspective(Perspective::Tune);
    first.dock(DockArea::Spectrum)->hide();
    first.setPerspective(Perspective::Compare);
    first.dock(DockArea::Layers)->hide();
    QVERIFY(second.restore(first.save()));
    QCOMPARE(second.perspective(), Perspective::Compare);
    QVERIFY(!shown(second).contains("Layers"));
    second.setPerspective(Perspective::Tune);
    QVERIFY(!shown(second).contains("Spectrum"));
}

void TstDockArea::damagedText_changesNothing_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::newRow("empty") << QByteArray();
    QTest::newRow("no JSON") << QByteArray("\x01\x02 nothing");
    QTest::newRow("another perspective") << QByteArray(R"({"perspective":"knit"})");
}

void TstDockArea::damagedText_changesNothing()
{
    QFETCH(QByteArray, text);
    DockArea area;
    fill(area);
    area.setPerspective(Perspective::Inspect);
    QVERIFY(!area.restore(text));
    QCOMPARE(area.perspective(), Perspective::Inspect);
    QCOMPARE(shown(area).size(), 4);
    // A state that no window understands leads to the first arrangement.
    QVERIFY(area.restore(R"({"perspective":"tune","tune":"bm90aGluZw=="})"));
    QCOMPARE(shown(area).size(), 7); // all but jobs and history
}

void TstDockArea::window_remembersPerspectiveAndPanels()
{
    {
        MainWindow window;
        window.show();
        QVERIFY(openSample(window.workbench()));
        auto *area = window.findChild<DockArea *>();
        QCOMPARE(area->perspective(), Perspective::Tune); // the first time
        area->setPerspective(Perspective::Compare);
        area->dock(DockArea::Tradeoff)->hide();
        window.close();
    }
    MainWindow window;
    window.show();
    QVERIFY(openSample(window.workbench()));
    auto *area = window.findChild<DockArea *>();
    QCOMPARE(area->perspective(), Perspective::Compare);
    QVERIFY(area->dock(DockArea::Tradeoff)->isHidden());
    QVERIFY(!area->dock(DockArea::Variants)->isHidden());
    window.actions().resetLayout->trigger();
    QVERIFY(!area->dock(DockArea::Tradeoff)->isHidden());
}

void TstDockArea::keysAndToolBar_switchThePerspective()
{
    MainWindow window;
    window.show();
    QVERIFY(QTest::qWaitForWindowActive(&window));
    QVERIFY(openSample(window.workbench()));
    auto *area = window.findChild<DockArea *>();
    QTest::keyClick(&window, Qt::Key_1, Qt::AltModifier);
    QCOMPARE(area->perspective(), Perspective::Inspect);
    QTest::keyClick(&window, Qt::Key_3, Qt::AltModifier);
    QCOMPARE(area->perspective(), Perspective::Compare);
    QToolButton *tune = nullptr;
    for (QToolButton *button : window.findChild<QToolBar *>()->findChildren<QToolButton *>())
        if (button->text() == "Tune")
            tune = button;
    QVERIFY(tune && !tune->isChecked());
    QTest::mouseClick(tune, Qt::LeftButton);
    QCOMPARE(area->perspective(), Perspective::Tune);
    QVERIFY(tune->isChecked());
}

void TstDockArea::grip_hidesAndFloatsThePanel()
{
    DockArea area;
    fill(area);
    area.show();
    area.setPerspective(Perspective::Tune);
    QDockWidget *dock = area.dock(DockArea::Weights);
    QWidget *grip = dock->titleBarWidget();
    const auto buttons = grip->findChildren<QToolButton *>();
    QCOMPARE(buttons.size(), 2);
    QVERIFY(!buttons.front()->isVisible()); // they come with the pointer
    QEnterEvent enter({5, 5}, {5, 5}, {5, 5});
    QApplication::sendEvent(grip, &enter);
    QVERIFY(buttons.front()->isVisible());
    QTest::mouseClick(buttons.front(), Qt::LeftButton);
    QVERIFY(dock->isFloating());
    QTest::mouseClick(buttons.front(), Qt::LeftButton);
    QVERIFY(!dock->isFloating());
    QTest::mouseClick(buttons.back(), Qt::LeftButton);
    QVERIFY(dock->isHidden());
    area.panelActions().at(DockArea::Weights)->trigger();
    QVERIFY(!dock->isHidden());
}

void TstDockArea::comingBack_showsThePanelsOfThePerspective()
{
    MainWindow window;
    window.resize(1280, 800);
    window.show();
    QVERIFY(openSample(window.workbench()));
    auto *area = window.findChild<DockArea *>();
    QHash<Perspective, QStringList> first;
    for (const Perspective perspective : {Perspective::Inspect, Perspective::Compare, Perspective::Tune,
                                          Perspective::Compare, Perspective::Inspect, Perspective::Tune}) {
        area->setPerspective(perspective);
        QCoreApplication::processEvents();
        if (first.contains(perspective))
            QCOMPARE(shown(*area), first[perspective]);
        first.insert(perspective, shown(*area));
    }
}

void TstDockArea::panelOfNoPerspective_getsAPlaceWhenAskedFor()
{
    MainWindow window;
    window.resize(1280, 800);
    window.show();
    QVERIFY(openSample(window.workbench()));
    auto *area = window.findChild<DockArea *>();
    area->setPerspective(Perspective::Inspect);
    QDockWidget *jobs = area->dock(DockArea::Jobs);
    QVERIFY(jobs->isHidden());
    area->panelActions().at(DockArea::Jobs)->trigger();
    QTRY_VERIFY(jobs->isVisible() && !jobs->isFloating());
    QVERIFY(jobs->width() >= 80 && jobs->height() >= 60);
    QTRY_VERIFY(!jobs->geometry().intersects(area->dock(DockArea::Layers)->geometry()));
}

void TstDockArea::figures_areInSightInEveryPerspective()
{
    MainWindow window;
    window.show();
    window.resize(1280, 800);
    QVERIFY(openSample(window.workbench()));
    for (int i = 0; i < perspectiveCount; ++i) {
        window.findChild<DockArea *>()->setPerspective(static_cast<Perspective>(i));
        QCoreApplication::processEvents();
        QCOMPARE(window.size(), QSize(1280, 800));
        QVERIFY(!window.findChild<NowStrip *>()->visibleRegion().isEmpty());
    }
}

void TstDockArea::tune_hasRoomForWhatItIsFor_data()
{
    QTest::addColumn<QSize>("size");
    QTest::addColumn<int>("variants");
    QTest::addColumn<int>("layers");
    QTest::addColumn<QSize>("chart");
    QTest::addColumn<QSize>("tradeoff");
    QTest::newRow("1280 x 800") << QSize(1280, 800) << 4 << 12 << QSize(400, 190) << QSize(210, 180);
    QTest::newRow("1920 x 1080") << QSize(1920, 1080) << 7 << 18 << QSize(700, 280) << QSize(450, 260);
}

void TstDockArea::tune_hasRoomForWhatItIsFor()
{
    QFETCH(QSize, size);
    QFETCH(int, variants);
    QFETCH(int, layers);
    QFETCH(QSize, chart);
    QFETCH(QSize, tradeoff);
    MainWindow window;
    window.resize(size);
    window.show();
    QVERIFY(openSample(window.workbench()));
    QCoreApplication::processEvents();
    QCOMPARE(window.size(), size);
    const auto rowsIn = [](const QAbstractItemView *view) {
        return view->viewport()->height() / view->sizeHintForRow(0);
    };
    auto *area = window.findChild<DockArea *>();
    const int variantRows = rowsIn(area->dock(DockArea::Variants)->findChild<QTreeView *>());
    QVERIFY2(variantRows >= variants, qPrintable(QString::number(variantRows)));
    const int layerRows = rowsIn(area->dock(DockArea::Layers)->findChild<QTableView *>());
    QVERIFY2(layerRows >= layers, qPrintable(QString::number(layerRows)));
    const QSize settings(360, size.height() - 200);
    for (const auto &[panel, least] :
         {std::pair{DockArea::Weights, chart}, std::pair{DockArea::Spectrum, chart},
          std::pair{DockArea::Tradeoff, tradeoff}, std::pair{DockArea::Settings, settings}}) {
        const QSize room = area->dock(panel)->widget()->size();
        QVERIFY2(room.width() >= least.width() && room.height() >= least.height(),
                 qPrintable(QString("%1: %2 x %3")
                                .arg(area->dock(panel)->windowTitle())
                                .arg(room.width())
                                .arg(room.height())));
    }
}

void TstDockArea::arrangement_followsTheSize()
{
    DockArea area;
    fill(area);
    area.resize(small);
    area.show();
    area.setPerspective(Perspective::Tune);
    QVERIFY(together(area, DockArea::Variants, DockArea::Tradeoff));
    QVERIFY(together(area, DockArea::Weights, DockArea::Spectrum));
    area.resize(large);
    QTRY_VERIFY(!together(area, DockArea::Variants, DockArea::Tradeoff));
    QVERIFY(!together(area, DockArea::Weights, DockArea::Spectrum));
    QVERIFY(area.dock(DockArea::Tradeoff)->width() > 150);
    area.setPerspective(Perspective::Inspect);
    area.resize(small);
    QTRY_VERIFY(together(area, DockArea::Weights, DockArea::Spectrum));
    area.setPerspective(Perspective::Tune); // it was left at another size
    QVERIFY(together(area, DockArea::Variants, DockArea::Tradeoff));
}

void TstDockArea::movedPanels_stayWhereTheyAre()
{
    DockArea area;
    fill(area);
    area.resize(small);
    area.show();
    area.setPerspective(Perspective::Tune);
    area.dock(DockArea::Graph)->setFloating(true);
    area.resize(large);
    QCoreApplication::processEvents();
    QVERIFY(area.dock(DockArea::Graph)->isFloating());
    QVERIFY(together(area, DockArea::Variants, DockArea::Tradeoff));
    const QByteArray kept = area.save();
    DockArea again;
    fill(again);
    again.resize(large);
    again.show();
    QVERIFY(again.restore(kept));
    QCoreApplication::processEvents();
    QVERIFY(together(again, DockArea::Variants, DockArea::Tradeoff));
    area.reset(); // by itself again
    QVERIFY(!together(area, DockArea::Variants, DockArea::Tradeoff));
    area.resize(small);
    QTRY_VERIFY(together(area, DockArea::Variants, DockArea::Tradeoff));
}

void TstDockArea::choicesOfAPerson_outliveTheSize()
{
    DockArea area;
    fill(area);
    area.resize(small);
    area.show();
    area.setPerspective(Perspective::Tune);
    area.bringForward(DockArea::History);
    area.bringForward(DockArea::Graph);
    area.dock(DockArea::Spectrum)->hide();
    QCoreApplication::processEvents();
    area.resize(large);
    QTRY_VERIFY(!together(area, DockArea::Variants, DockArea::Tradeoff));
    QCoreApplication::processEvents();
    QVERIFY(area.dock(DockArea::Spectrum)->isHidden());
    QVERIFY(!area.dock(DockArea::History)->visibleRegion().isEmpty());
    QVERIFY(!area.dock(DockArea::Graph)->visibleRegion().isEmpty());
    QVERIFY(area.dock(DockArea::Layers)->visibleRegion().isEmpty());
}

void TstDockArea::arrangementOfANarrowWindow_isNotKeptInAWideOne()
{
    DockArea narrow, wide;
    fill(narrow);
    fill(wide);
    narrow.resize(small);
    narrow.show();
    narrow.setPerspective(Perspective::Tune);
    const QByteArray kept = narrow.save();
    wide.resize(large);
    QVERIFY(wide.restore(kept));
    wide.show();
    QTRY_VERIFY(!together(wide, DockArea::Variants, DockArea::Tradeoff));
}

QTEST_MAIN(TstDockArea)
#include "tst_dockarea.moc"
