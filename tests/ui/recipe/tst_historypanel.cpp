// The list of changes of the recipe.
#include "tests/ui/sample.h"
#include "ui/recipe/historypanel.h"
#include "ui/window/mainwindow.h"

#include <QDockWidget>
#include <QLabel>
#include <QUndoView>

using namespace lathe;
using namespace lathe::ui;
using namespace lathe::test;

class TstHistoryPanel : public QObject {
    Q_OBJECT
private slots:
    void init() { startClean(); }

    void empty_saysWhatWillBeThere();
    void steps_areNamedAfterLayerAndChange();
    void click_jumpsBackAndForward();
    void keys_walkThroughTheSteps();
    void longText_givesWayToThePanel();
    void step_isReadWhole();
    void nowIsBold();
    void window_showsItOnDemand();
};

void TstHistoryPanel::empty_saysWhatWillBeThere()
{
    QUndoStack stack;
    HistoryPanel panel(&stack);
    panel.show();
    auto *view = panel.findChild<QUndoView *>();
    QVERIFY(!view->isVisible());
    stack.push(new QUndoCommand("fc1: Bits 8 → 4"));
    QVERIFY(view->isVisible());
    QCOMPARE(view->model()->rowCount(), 2);
    QCOMPARE(view->model()->index(0, 0).data().toString(), QString("As opened"));
    stack.clear();
    QVERIFY(!view->isVisible());
}

void TstHistoryPanel::steps_areNamedAfterLayerAndChange()
{
    Workbench workbench;
    QVERIFY(openSample(workbench));
    const auto fc1 = static_cast<int>(workbench.model().layerIndex("fc1"));
    const auto bits = [](LayerSettings &s) { setBits(s, 4); };
    workbench.editor().editLayers({fc1}, bits, "Bits 8 → 4", false);
    QCOMPARE(workbench.editor().undoStack()->text(0), QString("fc1: Bits 8 → 4"));
    workbench.editor().editLayers({0, 1}, bits, "Bits of 2 layers 8 → 4", false);
    QCOMPARE(workbench.editor().undoStack()->text(1), QString("Bits of 2 layers 8 → 4"));
    workbench.editor().applyPreset(presetNamed("Half rank"));
    QCOMPARE(workbench.editor().undoStack()->text(2), QString("Half rank for all layers"));
}

void TstHistoryPanel::click_jumpsBackAndForward()
{
    Workbench workbench;
    QVERIFY(openSample(workbench));
    HistoryPanel panel(workbench.editor().undoStack());
    connect(&panel, &HistoryPanel::jumpBegan, &workbench.editor(), &RecipeEditor::beginJump);
    connect(&panel, &HistoryPanel::jumpEnded, &workbench.editor(), &RecipeEditor::endJump);
    panel.resize(260, 300);
    panel.show();
    std::vector<Recipe> recipes{workbench.editor().recipe()};
    for (int bits = 8; bits >= 4; --bits) {
        workbench.editor().editLayers(
            {0}, [bits](LayerSettings &s) { setBits(s, bits); }, "bits", false);
        recipes.push_back(workbench.editor().recipe());
    }
    auto *view = panel.findChild<QUndoView *>();
    const auto click = [view](int row) {
        QTest::mouseClick(view->viewport(), Qt::LeftButton, {},
                          view->visualRect(view->model()->index(row, 0)).center());
    };
    QSignalSpy changed(&workbench, &Workbench::recipeChanged);
    for (const int row : {2, 5, 0, 3}) {
        changed.clear();
        click(row);
        QCOMPARE(changed.size(), 1); // however many steps it is away
        QCOMPARE(workbench.editor().undoStack()->index(), row);
        QCOMPARE(workbench.editor().recipe(), recipes[size_t(row)]);
    }
    workbench.editor().editLayers(
        {1}, [](LayerSettings &s) { setBits(s, 2); }, "other", false);
    QCOMPARE(view->model()->rowCount(), 5); // what was undone is gone
    QVERIFY(settle(workbench));
}

void TstHistoryPanel::keys_walkThroughTheSteps()
{
    QUndoStack stack;
    HistoryPanel panel(&stack);
    panel.show();
    QVERIFY(QTest::qWaitForWindowActive(&panel));
    for (const char *text : {"a", "b", "c"})
        stack.push(new QUndoCommand(text));
    auto *view = panel.findChild<QUndoView *>();
    view->setFocus();
    QTest::keyClick(view, Qt::Key_Up);
    QCOMPARE(stack.index(), 2);
    QTest::keyClick(view, Qt::Key_Home);
    QCOMPARE(stack.index(), 0);
    QTest::keyClick(view, Qt::Key_End);
    QCOMPARE(stack.index(), 3);
}

void TstHistoryPanel::longText_givesWayToThePanel()
{
    QUndoStack stack;
    HistoryPanel panel(&stack);
    panel.resize(200, 200);
    panel.show();
    stack.push(new QUndoCommand(QString(500, 'x')));
    auto *view = panel.findChild<QUndoView *>();
    QVERIFY(view->visualRect(view->model()->index(1, 0)).width() <= view->viewport()->width());
}

void TstHistoryPanel::step_isReadWhole()
{
    QUndoStack stack;
    HistoryPanel panel(&stack);
    panel.resize(panel.minimumSize().width(), 300);
    panel.show();
    const QString words =
        "features.0.conv.weight_of_the_first_block: Share of weights set to zero 50 % → 62.5 %";
    stack.push(new QUndoCommand("short"));
    stack.push(new QUndoCommand(words));
    auto *view = panel.findChild<QUndoView *>();
    const auto rowHeight = [view](int row) {
        return view->visualRect(view->model()->index(row, 0)).height();
    };
    QTRY_VERIFY(rowHeight(2) >= 3 * view->fontMetrics().lineSpacing());
    QVERIFY(rowHeight(1) < 2 * view->fontMetrics().lineSpacing());
    const int narrow = rowHeight(2);
    panel.resize(900, 300);
    QTRY_VERIFY(rowHeight(2) < narrow); // another width, other lines
    QVERIFY(view->horizontalScrollBarPolicy() == Qt::ScrollBarAlwaysOff);
}

void TstHistoryPanel::nowIsBold()
{
    QUndoStack stack;
    HistoryPanel panel(&stack);
    panel.resize(300, 300);
    panel.show();
    for (const char *text : {"HHHH", "HHHH", "HHHH"})
        stack.push(new QUndoCommand(text));
    auto *view = panel.findChild<QUndoView *>();
    const auto ink = [&](int row) { // dark pixels of a row without its selection
        view->clearSelection();
        const QImage image = view->viewport()->grab(view->visualRect(view->model()->index(row, 0))).toImage();
        int dark = 0;
        for (int y = 0; y < image.height(); ++y)
            for (int x = 0; x < image.width(); ++x)
                dark += image.pixelColor(x, y).lightness() < 128;
        return dark;
    };
    stack.setIndex(2);
    QVERIFY(ink(2) > ink(1));
}

void TstHistoryPanel::window_showsItOnDemand()
{
    MainWindow window;
    window.resize(1280, 800);
    window.show();
    QVERIFY(openSample(window.workbench()));
    auto *area = window.findChild<DockArea *>();
    QDockWidget *dock = area->dock(DockArea::History);
    for (int i = 0; i < perspectiveCount; ++i) {
        area->setPerspective(static_cast<Perspective>(i));
        QVERIFY(dock->isHidden());
    }
    area->setPerspective(Perspective::Tune);
    area->panelActions().at(DockArea::History)->trigger();
    QTRY_VERIFY(dock->isVisible() && !dock->isFloating());
    QTRY_VERIFY(!dock->visibleRegion().isEmpty()); // before the settings, whose place it shares
    QVERIFY2(dock->width() >= 240, qPrintable(QString::number(dock->width())));
    window.workbench().editor().applyPreset(presetNamed("8-bit per channel"));
    QCOMPARE(dock->findChild<QUndoView *>()->model()->rowCount(), 2);
    QVERIFY(settle(window.workbench()));
    area->setPerspective(Perspective::Inspect);
    QVERIFY(dock->isHidden());
    area->setPerspective(Perspective::Tune);
    QVERIFY(!dock->isHidden()); // this perspective remembers it
}

QTEST_MAIN(TstHistoryPanel)
#include "tst_historypanel.moc"
