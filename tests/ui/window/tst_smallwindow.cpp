// The window at 960 x 640, in both languages: it gets that small, and nothing that comes or goes moves or
// widens it.
#include "tests/ui/sample.h"
#include "ui/base/translation.h"
#include "ui/graph/graphpanel.h"
#include "ui/graph/nodepanel.h"
#include "ui/inspector/inspector.h"
#include "ui/inspector/methodgroup.h"
#include "ui/window/dockarea.h"
#include "ui/window/mainwindow.h"
#include "ui/window/nowstrip.h"

#include <QDockWidget>
#include <QScrollArea>
#include <QScrollBar>
#include <QStatusBar>
#include <QToolBar>
#include <QToolButton>

using namespace lathe;
using namespace lathe::ui;
using namespace lathe::test;

class TstSmallWindow : public QObject {
    Q_OBJECT
private slots:
    void init();
    void cleanup();

    void everyPerspective_fits_data() { languages(); }
    void everyPerspective_fits();
    void comingBackFromLarger_fits_data() { languages(); }
    void comingBackFromLarger_fits();
    void everyPanel_isNarrowEnough_data() { languages(); }
    void everyPanel_isNarrowEnough();
    void largerArrangement_shrinksToIt_data() { languages(); }
    void largerArrangement_shrinksToIt();
    void switchingMethods_leavesTheSize_data() { languages(); }
    void switchingMethods_leavesTheSize();
    void panelsOnDemand_leaveTheSize_data() { languages(); }
    void panelsOnDemand_leaveTheSize();
    void openNode_leavesTheSize_data() { languages(); }
    void openNode_leavesTheSize();
    void panels_shareTheirPlaces();
    void toolBar_leadsToAllCommands_data() { languages(); }
    void toolBar_leadsToAllCommands();

private:
    static void languages();
    static QString wordsOf(const QDockWidget &dock)
    {
        return QString("%1: %2").arg(dock.objectName()).arg(dock.minimumSizeHint().width());
    }
    /// The window with the sample. @param size empty: as it comes
    bool open(QSize size = small)
    {
        m_window = std::make_unique<MainWindow>();
        if (size.isValid())
            m_window->resize(size);
        m_window->show();
        return openSample(m_window->workbench());
    }
    MainWindow &window() const { return *m_window; }
    DockArea *area() const { return m_window->findChild<DockArea *>(); }

    static constexpr QSize small{960, 640};
    std::unique_ptr<MainWindow> m_window;
};

void TstSmallWindow::init()
{
    startClean();
    applyLanguage(QString(QTest::currentDataTag()) == "Chinese" ? "zh_CN" : "en");
}

void TstSmallWindow::cleanup()
{
    m_window.reset();
    applyLanguage("en");
}

void TstSmallWindow::languages()
{
    QTest::addColumn<bool>("unused");
    QTest::newRow("English") << true;
    QTest::newRow("Chinese") << true;
}

void TstSmallWindow::everyPerspective_fits()
{
    QVERIFY(open());
    QVERIFY(window().workbench().editor().openRecipe(samplePath("digits.recipe.json")));
    QVERIFY(settle(window().workbench()));
    for (int i = 0; i < perspectiveCount; ++i) {
        area()->setPerspective(static_cast<Perspective>(i));
        QTest::qWait(20);
        const QSize least = window().minimumSizeHint();
        QStringList widths;
        for (const QDockWidget *dock : area()->findChildren<QDockWidget *>())
            widths << wordsOf(*dock);
        for (const QWidget *part : {window().statusBar()->findChild<QWidget *>(), window().menuWidget(),
                                    static_cast<QWidget *>(window().statusBar()),
                                    static_cast<QWidget *>(window().findChild<NowStrip *>())})
            widths << QString("%1: %2")
                          .arg(part->metaObject()->className())
                          .arg(part->minimumSizeHint().width());
        QVERIFY2(least.width() <= small.width() && least.height() <= small.height(),
                 qPrintable(QString("%1: %2 x %3, area %4\n%5")
                                .arg(i)
                                .arg(least.width())
                                .arg(least.height())
                                .arg(area()->minimumSizeHint().width())
                                .arg(widths.join('\n'))));
        QCOMPARE(window().size(), small);
    }
}

/// The arrangements that are kept are of the larger window().
void TstSmallWindow::comingBackFromLarger_fits()
{
    QVERIFY(open());
    const auto visitAll = [&] {
        for (int i = 0; i < perspectiveCount; ++i) {
            area()->setPerspective(static_cast<Perspective>(i));
            QTest::qWait(20);
        }
    };
    for (const QSize larger : {QSize(1121, 761), QSize(1440, 900)}) {
        visitAll();
        window().resize(larger);
        visitAll();
        window().resize(small);
        QTest::qWait(20);
        for (int i = 0; i < perspectiveCount; ++i) {
            area()->setPerspective(static_cast<Perspective>(i));
            QTest::qWait(20);
            QVERIFY2(window().size() == small,
                     qPrintable(QString("%1: %2 x %3").arg(i).arg(window().width()).arg(window().height())));
        }
    }
}

void TstSmallWindow::everyPanel_isNarrowEnough()
{
    QVERIFY(open({}));
    for (QDockWidget *dock : area()->findChildren<QDockWidget *>()) {
        dock->show();
        QVERIFY2(dock->minimumSizeHint().width() <= 460, qPrintable(wordsOf(*dock)));
    }
}

void TstSmallWindow::largerArrangement_shrinksToIt()
{
    QVERIFY(open({1440, 900}));
    window().resize(small);
    QTest::qWait(20);
    QVERIFY2(window().minimumSizeHint().width() <= small.width(),
             qPrintable(QString::number(window().minimumSizeHint().width())));
    QCOMPARE(window().size(), small);
}

void TstSmallWindow::switchingMethods_leavesTheSize()
{
    QVERIFY(open());
    window().findChild<DockArea *>()->bringForward(DockArea::Settings);
    for (MethodGroup *group : window().findChild<Inspector *>()->findChildren<MethodGroup *>()) {
        if (!group->check()->isEnabled())
            continue;
        QTest::keyClick(group->check(), Qt::Key_Space);
        if (group->more())
            QTest::mouseClick(group->more(), Qt::LeftButton);
        QTest::qWait(10);
        QCOMPARE(window().size(), small);
        QVERIFY2(window().minimumSizeHint().width() <= small.width(), qPrintable(group->check()->text()));
    }
    QVERIFY(settle(window().workbench()));
    QCOMPARE(window().size(), small);
}

void TstSmallWindow::panelsOnDemand_leaveTheSize()
{
    QVERIFY(open());
    for (const DockArea::Panel panel : {DockArea::History, DockArea::Jobs}) {
        area()->panelActions().at(panel)->trigger();
        QTest::qWait(20);
        QCOMPARE(window().size(), small);
        QVERIFY(!area()->dock(panel)->visibleRegion().isEmpty());
        QVERIFY2(area()->dock(panel)->width() >= 240,
                 qPrintable(QString::number(area()->dock(panel)->width())));
        area()->panelActions().at(panel)->trigger();
        QTest::qWait(20);
        QCOMPARE(window().size(), small);
    }
}

/// There is no height for a node below the graph: it stands in its place until it is closed.
void TstSmallWindow::openNode_leavesTheSize()
{
    QVERIFY(open());
    QVERIFY(window().workbench().editor().openRecipe(samplePath("digits.recipe.json")));
    QVERIFY(settle(window().workbench()));
    auto *graph = window().findChild<GraphPanel *>();
    for (int i = 0; i < perspectiveCount; ++i) {
        area()->setPerspective(static_cast<Perspective>(i));
        area()->bringForward(DockArea::Graph);
        QTRY_VERIFY(graph->view()->scene());
        graph->showNode(0, false);
        QTest::qWait(20);
        QCOMPARE(window().size(), small);
        QVERIFY2(window().minimumSizeHint().height() <= small.height(),
                 qPrintable(QString("%1: %2").arg(i).arg(window().minimumSizeHint().height())));
        QVERIFY(!graph->nodePanel()->visibleRegion().isEmpty());
        QVERIFY2(graph->nodePanel()->height() >= 100,
                 qPrintable(QString::number(graph->nodePanel()->height())));
    }
    area()->setPerspective(Perspective::Tune);
    area()->bringForward(DockArea::Graph);
    graph->hideNode();
    QVERIFY(graph->view()->isVisible() && !graph->nodePanel()->isVisible());
}

void TstSmallWindow::panels_shareTheirPlaces()
{
    QVERIFY(open());
    QVERIFY(area()
                ->tabifiedDockWidgets(area()->dock(DockArea::Variants))
                .contains(area()->dock(DockArea::Tradeoff)));
    QVERIFY(area()
                ->tabifiedDockWidgets(area()->dock(DockArea::Weights))
                .contains(area()->dock(DockArea::Spectrum)));
    for (const DockArea::Panel panel :
         {DockArea::Layers, DockArea::Weights, DockArea::Settings, DockArea::Variants}) {
        const QDockWidget *dock = area()->dock(panel);
        QVERIFY2(!dock->visibleRegion().isEmpty(), qPrintable(dock->objectName()));
        QVERIFY2(dock->width() >= 260 && dock->height() >= 140,
                 qPrintable(
                     QString("%1: %2 x %3").arg(dock->objectName()).arg(dock->width()).arg(dock->height())));
    }
    // One thing scrolls there, not two, one in the other.
    const auto *around = qobject_cast<QScrollArea *>(area()->dock(DockArea::Settings)->widget());
    QVERIFY(around && around->verticalScrollBar()->maximum() == 0);
}

void TstSmallWindow::toolBar_leadsToAllCommands()
{
    QVERIFY(open());
    QTest::qWait(20);
    auto *bar = window().findChild<QToolBar *>("toolBar");
    auto *extension = bar->findChild<QToolButton *>("qt_toolbar_ext_button");
    for (QAction *action : bar->actions()) {
        const QWidget *button = bar->widgetForAction(action);
        if (action->isSeparator() || !qobject_cast<const QToolButton *>(button))
            continue;
        const bool whole = button->isVisible() && bar->rect().contains(button->geometry());
        QVERIFY2(whole || (extension && extension->isVisible()), qPrintable(action->text()));
    }
}

QTEST_MAIN(TstSmallWindow)
#include "tst_smallwindow.moc"
