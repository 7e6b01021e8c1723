#include "tests/ui/sample.h"
#include "ui/charts/histogramchart.h"
#include "ui/charts/spectrumchart.h"
#include "ui/compare/compareview.h"
#include "ui/layers/layerpanel.h"
#include "ui/recipe/presetmenu.h"
#include "ui/variants/variantspanel.h"
#include "ui/widgets/infobar.h"
#include "ui/widgets/valuecontrol.h"
#include "ui/window/mainwindow.h"
#include "ui/window/nowstrip.h"
#include "ui/window/screenshots.h"

#include <QCheckBox>
#include <QClipboard>
#include <QGraphicsView>
#include <QLabel>
#include <QMenuBar>
#include <QMessageBox>
#include <QMimeData>
#include <QPushButton>
#include <QTabWidget>
#include <QTableView>
#include <QTableWidget>
#include <QTemporaryDir>
#include <QToolButton>

using namespace lathe;
using namespace lathe::ui;
using namespace lathe::test;

class TstMainWindow : public QObject {
    Q_OBJECT
private slots:
    void init() { startClean(); }

    void emptyWindow_offersTheSample();
    void menuBar_showsItsMenusBeforeAModelIsOpen();
    void presetsButton_isLetGoWithItsMenu();
    void firstSize_leavesRoomForTheFrame();
    void openedModel_fillsEveryView();
    void bitsByKeyboard_changeFiguresAndUndoBringsThemBack();
    void arrowKeys_walkThroughLayersAndChartsFollow();
    void rankLine_isAnEdit();
    void brokenFile_showsADialogAndKeepsTheModel();
    void drop_opensByWhatItIs_data();
    void drop_opensByWhatItIs();
    void drop_isTakenOverAChartToo();
    void recentFiles_areNewestFirstAndLimited();
    void title_marksUnsavedRecipes();
    void saveVariant_addsARow();
    void cancelKey_stopsMeasuring();
    void shortcuts_areUnique();
    void theme_switchesAtOnce();
    void infoMark_isDrawnInTheColoursOfTheTheme();
    void smallWindow_clipsNothing();
    void screenshots_areWrittenOnceSettled();
    void screenshots_areNotWaitedForForever();

private:
    template <class T>
    static T *named(QWidget &parent, const QString &accessibleName)
    {
        for (T *widget : parent.findChildren<T *>())
            if (widget->accessibleName() == accessibleName)
                return widget;
        return nullptr;
    }
    static void drop(MainWindow &window, const QString &path);
};

void TstMainWindow::drop(MainWindow &window, const QString &path)
{
    QMimeData data;
    data.setUrls({QUrl::fromLocalFile(path)});
    QDragEnterEvent enter({10, 10}, Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
    QApplication::sendEvent(&window, &enter);
    QVERIFY(enter.isAccepted());
    QDropEvent event({10, 10}, Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
    QApplication::sendEvent(&window, &event);
    QVERIFY(event.isAccepted());
}

void TstMainWindow::emptyWindow_offersTheSample()
{
    MainWindow window;
    window.show();
    QVERIFY(!window.actions().exportModel->isEnabled());
    auto *button = window.findChild<QPushButton *>("openSampleButton");
    QVERIFY(button && button->isVisible());
    QTest::mouseClick(button, Qt::LeftButton);
    QTRY_VERIFY_WITH_TIMEOUT(window.workbench().hasModel(), patience);
    QVERIFY(settle(window.workbench()));
    QVERIFY(window.actions().exportModel->isEnabled());
}

void TstMainWindow::menuBar_showsItsMenusBeforeAModelIsOpen()
{
    MainWindow window;
    window.show();
    QVERIFY(QTest::qWaitForWindowExposed(&window));
    const auto allShown = [&] {
        const QMenuBar *bar = window.menuBar();
        return std::ranges::all_of(bar->actions(), [bar](QAction *menu) {
            return bar->rect().contains(bar->actionGeometry(menu)) && !bar->actionGeometry(menu).isEmpty();
        });
    };
    QVERIFY(allShown());
    for (const Scheme scheme : {Scheme::Dark, Scheme::Light}) {
        window.setScheme(scheme);
        QCoreApplication::processEvents();
        QVERIFY(allShown());
    }
    auto *more = window.menuBar()->findChild<QWidget *>("qt_menubar_ext_button");
    QVERIFY(!more || !more->isVisible());
}

void TstMainWindow::presetsButton_isLetGoWithItsMenu()
{
    MainWindow window;
    window.show();
    QVERIFY(openSample(window.workbench()));
    auto *menu = window.findChild<PresetMenu *>();
    QToolButton *button = nullptr;
    for (auto *candidate : window.findChildren<QToolButton *>())
        if (candidate->defaultAction() == menu->menuAction())
            button = candidate;
    QVERIFY(button);
    QEnterEvent enter({1, 1}, {1, 1}, button->mapToGlobal(QPointF(1, 1)));
    QApplication::sendEvent(button, &enter);
    QVERIFY(button->underMouse());
    menu->popup(window.mapToGlobal(QPoint(10, 100)));
    QTest::mouseMove(menu, {5, 60}); // over a preset, beside the button
    QTest::keyClick(menu, Qt::Key_Escape);
    QTRY_VERIFY(!button->underMouse());
}

void TstMainWindow::firstSize_leavesRoomForTheFrame()
{
    QCOMPARE(MainWindow::firstSize({1920, 1080}), QSize(1440, 900));
    QVERIFY(MainWindow::firstSize({1440, 900}).height() <= 860);
    QVERIFY(MainWindow::firstSize({1280, 800}).width() < 1280);
}

void TstMainWindow::openedModel_fillsEveryView()
{
    MainWindow window;
    window.show();
    QVERIFY(openSample(window.workbench()));
    QCOMPARE(window.findChild<LayerPanel *>()->selectedLayers().size(), 1);
    QVERIFY(!window.findChild<HistogramChart *>()->isEmpty());
    QVERIFY(!window.findChild<SpectrumChart *>()->isEmpty());
    auto *now = window.findChild<NowStrip *>();
    QVERIFY(now->baselineText(Figure::Accuracy).contains('%'));
    QVERIFY(now->currentText(Figure::Size).contains("kB"));
    QVERIFY(window.windowTitle().startsWith("digits[*] – "));
}

void TstMainWindow::bitsByKeyboard_changeFiguresAndUndoBringsThemBack()
{
    MainWindow window;
    window.show();
    QVERIFY(openSample(window.workbench()));
    auto *now = window.findChild<NowStrip *>();
    const QString before = now->currentText(Figure::Size);
    auto *bits = named<QDoubleSpinBox>(window, "Bits");
    QVERIFY(bits);
    QCheckBox *box = nullptr;
    for (QCheckBox *candidate : window.findChildren<QCheckBox *>())
        if (candidate->text().contains("Quantize"))
            box = candidate;
    QVERIFY(box);
    QTest::mouseClick(box, Qt::LeftButton, {}, QPoint(8, box->height() / 2));
    QVERIFY(box->isChecked());
    bits->setFocus();
    bits->selectAll();
    QTest::keyClicks(bits, "3");
    QTest::keyClick(bits, Qt::Key_Return);
    QVERIFY(settle(window.workbench()));
    const auto layer = size_t(window.findChild<LayerPanel *>()->selectedLayers().front());
    QCOMPARE(window.workbench().editor().settings()[layer].quantize->bits, 3);
    QVERIFY(now->currentText(Figure::Size) != before);
    while (window.workbench().editor().undoStack()->canUndo())
        window.actions().undo->trigger();
    QVERIFY(settle(window.workbench()));
    QCOMPARE(now->currentText(Figure::Size), before);
    QVERIFY(!box->isChecked());
}

void TstMainWindow::arrowKeys_walkThroughLayersAndChartsFollow()
{
    MainWindow window;
    window.show();
    QVERIFY(openSample(window.workbench()));
    auto *panel = window.findChild<LayerPanel *>();
    panel->selectLayers({0});
    QVERIFY(settle(window.workbench()));
    const QString first = window.findChild<HistogramChart *>()->csv();
    auto *table = panel->findChild<QTableView *>();
    table->setFocus();
    QTest::keyClick(table, Qt::Key_Down);
    QVERIFY(panel->selectedLayers() != QVector<int>{0});
    QVERIFY(settle(window.workbench()));
    QVERIFY(window.findChild<HistogramChart *>()->csv() != first);
}

void TstMainWindow::rankLine_isAnEdit()
{
    MainWindow window;
    window.show();
    QVERIFY(openSample(window.workbench()));
    const int layer = static_cast<int>(window.workbench().model().layerIndex("fc1"));
    window.findChild<LayerPanel *>()->selectLayers({layer});
    QVERIFY(settle(window.workbench()));
    auto *spectrum = window.findChild<SpectrumChart *>();
    emit spectrum->rankDragged(30);
    emit spectrum->rankDragged(20);
    emit spectrum->rankReleased(16);
    QVERIFY(settle(window.workbench()));
    QCOMPARE(window.workbench().editor().settings()[size_t(layer)].rank->value, 16.0);
    QCOMPARE(window.workbench().editor().undoStack()->count(), 1);
    QCOMPARE(spectrum->rank().value(), 16);
    QVERIFY(window.workbench().previews().figures().macs <
            window.workbench().previews().figures().originalMacs);
}

void TstMainWindow::brokenFile_showsADialogAndKeepsTheModel()
{
    QTemporaryDir folder;
    const QString path = folder.filePath("broken.onnx");
    QFile file(path);
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write("no model");
    file.close();
    MainWindow window;
    window.show();
    QVERIFY(openSample(window.workbench()));
    window.files().openPath(path);
    QTRY_VERIFY_WITH_TIMEOUT(window.findChild<QMessageBox *>("errorDialog"), patience);
    auto *dialog = window.findChild<QMessageBox *>("errorDialog");
    QVERIFY(dialog->text().contains("broken.onnx"));
    QVERIFY(dialog->detailedText().contains("MalformedModel"));
    dialog->close();
    QCOMPARE(window.workbench().modelName(), QString("digits"));
    QVERIFY(!window.findChild<HistogramChart *>()->isEmpty());
}

void TstMainWindow::drop_opensByWhatItIs_data()
{
    QTest::addColumn<QString>("path");
    QTest::addColumn<QString>("expected");
    QTest::newRow("recipe") << samplePath("digits.recipe.json") << "recipe";
    QTest::newRow("folder") << samplePath("") << "data";
    QTest::newRow("dataset.json") << samplePath("dataset.json") << "data";
    QTest::newRow("model") << samplePath() << "model";
}

void TstMainWindow::drop_opensByWhatItIs()
{
    QFETCH(QString, path);
    QFETCH(QString, expected);
    MainWindow window;
    window.show();
    QVERIFY(openSample(window.workbench()));
    QSignalSpy opened(&window.workbench(), &Workbench::modelChanged);
    drop(window, path);
    if (expected == "recipe") {
        QVERIFY(!window.workbench().editor().recipe().rules.empty());
    } else if (expected == "data") {
        auto *dialog = window.findChild<QDialog *>("datasetDialog");
        QVERIFY(dialog && dialog->isVisible());
        dialog->close();
    } else {
        QTRY_COMPARE_WITH_TIMEOUT(opened.size(), 1, patience);
    }
    QVERIFY(settle(window.workbench()));
}

void TstMainWindow::drop_isTakenOverAChartToo()
{
    MainWindow window;
    window.show();
    QVERIFY(openSample(window.workbench()));
    QMimeData data;
    data.setUrls({QUrl::fromLocalFile(samplePath("digits.recipe.json"))});
    for (QGraphicsView *view : window.findChildren<QGraphicsView *>()) {
        QDragEnterEvent enter({10, 10}, Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
        QApplication::sendEvent(view->viewport(), &enter);
        QVERIFY(enter.isAccepted());
        // A view that takes drags itself takes this one and refuses the drop.
        QVERIFY2(!view->viewport()->acceptDrops(), view->metaObject()->className());
        QDragLeaveEvent leave;
        QApplication::sendEvent(view->viewport(), &leave);
    }
}

void TstMainWindow::recentFiles_areNewestFirstAndLimited()
{
    RecentFiles recent("recent/models");
    for (int i = 0; i < 15; ++i)
        recent.add(QStringLiteral("/somewhere/model%1.onnx").arg(i));
    recent.add("/somewhere/model9.onnx");
    QCOMPARE(recent.paths().size(), qsizetype(RecentFiles::maximum));
    QCOMPARE(recent.paths().front(), QString("/somewhere/model9.onnx"));
    QCOMPARE(recent.paths().count("/somewhere/model9.onnx"), qsizetype(1));

    MainWindow window;
    window.show();
    QVERIFY(openSample(window.workbench()));
    QCOMPARE(recent.paths().front(), QFileInfo(samplePath()).absoluteFilePath());
    emit window.actions().recentModels->aboutToShow();
    QVERIFY(window.actions().recentModels->actions().front()->isEnabled());
    QVERIFY(!window.actions().recentModels->actions().at(1)->isEnabled()); // gone from the disk
    recent.clear();
    QVERIFY(recent.paths().isEmpty());
}

void TstMainWindow::title_marksUnsavedRecipes()
{
    QTemporaryDir folder;
    MainWindow window;
    window.show();
    QVERIFY(openSample(window.workbench()));
    QVERIFY(!window.isWindowModified());
    window.workbench().editor().applyPreset(presetNamed("8-bit per channel"));
    QVERIFY(window.isWindowModified());
    QVERIFY(window.workbench().saveRecipe(folder.filePath("a.recipe.json")));
    QVERIFY(!window.isWindowModified());
    window.actions().undo->trigger();
    QVERIFY(window.isWindowModified());
}

void TstMainWindow::saveVariant_addsARow()
{
    MainWindow window;
    window.show();
    QVERIFY(openSample(window.workbench()));
    window.workbench().editor().applyPreset(presetNamed("4-bit group 32"));
    window.actions().saveVariant->trigger();
    QCOMPARE(window.workbench().variants()->rowCount(), 2);
    QVERIFY(settle(window.workbench()));
    QVERIFY(window.workbench().variants()->at(1).figures.top1.has_value());
    emit window.findChild<VariantsPanel *>()->compareRequested({0, 1});
    auto *view = window.findChild<CompareView *>();
    QVERIFY(view && view->isVisible());
    QVERIFY(QTest::qWaitFor([view] { return !view->isBusy(); }, patience));
    QVERIFY(view->findChild<QLabel *>("compareFlips")->text().contains(" of "));
    view->findChild<QTabWidget *>("comparePages")->setCurrentIndex(3);
    QCOMPARE(view->findChild<QTableView *>("compareLayers")->model()->rowCount(),
             int(window.workbench().model().layers().size()));
}

void TstMainWindow::cancelKey_stopsMeasuring()
{
    MainWindow window;
    window.show();
    QVERIFY(openSample(window.workbench()));
    window.workbench().editor().applyPreset(presetNamed("4-bit group 32"));
    QVERIFY(window.workbench().isBusy());
    window.actions().cancel->trigger();
    QTRY_VERIFY_WITH_TIMEOUT(!window.workbench().isBusy(), 5000);
    window.actions().measureAgain->trigger();
    QVERIFY(settle(window.workbench()));
    QCOMPARE(window.workbench().previews().figures().quality, Figures::Settled);
}

void TstMainWindow::shortcuts_areUnique()
{
    MainWindow window;
    QStringList keys;
    for (const QAction *action : window.actions().all())
        for (const QKeySequence &key : action->shortcuts())
            keys << key.toString();
    keys.removeAll(QString());
    QCOMPARE(keys.removeDuplicates(), qsizetype(0));
}

void TstMainWindow::theme_switchesAtOnce()
{
    MainWindow window;
    window.show();
    window.setScheme(Scheme::Light);
    QCoreApplication::processEvents();
    const QColor light = window.grab().toImage().pixelColor(5, window.height() / 2);
    window.setScheme(Scheme::Dark);
    QCoreApplication::processEvents(); // a palette reaches the widgets by a posted event
    const QColor dark = window.grab().toImage().pixelColor(5, window.height() / 2);
    QVERIFY(light.lightness() > 200);
    QVERIFY(dark.lightness() < 60);
    window.setScheme(Scheme::Light);
}

void TstMainWindow::infoMark_isDrawnInTheColoursOfTheTheme()
{
    MainWindow window;
    window.show();
    auto *mark = window.findChild<QLabel *>("infoMark");
    window.setScheme(Scheme::Light);
    const QImage light = mark->pixmap().toImage();
    window.setScheme(Scheme::Dark);
    QVERIFY(mark->pixmap().toImage() != light);
    window.setScheme(Scheme::Light);
}

/// The widget's class and those of what it is in, with what it says.
static QString whereIs(const QWidget &widget)
{
    QStringList path;
    for (const QWidget *part = &widget; part && !part->isWindow(); part = part->parentWidget())
        path.prepend(QString::fromLatin1(part->metaObject()->className()));
    return QStringLiteral("%1 \"%2\"").arg(path.join('/'), widget.accessibleName() + widget.toolTip());
}

/// The first widget of the window that has less room than it needs; empty: none.
static QString clippedIn(const MainWindow &window)
{
    for (const QWidget *widget : window.findChildren<QWidget *>()) {
        // What elides may be told to give way to what stands beside it.
        const bool givesWay = widget->inherits("lathe::ui::ElidedLabel") && widget->minimumWidth() > 0;
        const int needed = givesWay ? widget->minimumWidth() : widget->minimumSizeHint().width();
        const bool fits = !widget->isVisible() || widget->parentWidget() == nullptr || widget->isWindow() ||
                          widget->parentWidget()->inherits("QAbstractScrollArea") ||
                          widget->parentWidget()->inherits("QLineEdit") || widget->height() == 0 ||
                          needed <= widget->width() + 1;
        if (!fits)
            return QStringLiteral("%1 is %2 wide and needs %3")
                .arg(whereIs(*widget))
                .arg(widget->width())
                .arg(needed);
    }
    return {};
}

void TstMainWindow::smallWindow_clipsNothing()
{
    MainWindow window;
    window.show();
    QVERIFY(openSample(window.workbench()));
    window.resize(1280, 800);
    QTest::qWait(50);                          // layouts follow
    QCOMPARE(window.size(), QSize(1280, 800)); // a larger minimum would have kept it from shrinking
    QTRY_COMPARE(clippedIn(window), QString());
}

void TstMainWindow::screenshots_areWrittenOnceSettled()
{
    QTemporaryDir folder;
    MainWindow window;
    window.show();
    Screenshots screenshots(window, QDir(folder.path()));
    QStringList files;
    connect(&screenshots, &Screenshots::finished, this, [&](const QStringList &list) { files = list; });
    window.workbench().openModel(samplePath(), {{}, samplePath("digits.recipe.json"), {}, {}});
    QTRY_COMPARE_WITH_TIMEOUT(files.size(), 4, patience);
    QVERIFY(screenshots.isComplete());
    QCOMPARE(window.workbench().previews().measuring(), Measuring::Complete); // on all samples
    QCOMPARE(QImage(folder.filePath("workbench-light.png")).size(), QSize(1440, 900));
    QCOMPARE(QImage(folder.filePath("workbench-dark-1280x800.png")).size(), QSize(1280, 800));
}

void TstMainWindow::screenshots_areNotWaitedForForever()
{
    QTemporaryDir folder;
    MainWindow window;
    window.show();
    Screenshots screenshots(window, QDir(folder.path()), std::chrono::milliseconds(0));
    QSignalSpy finished(&screenshots, &Screenshots::finished);
    QVERIFY(finished.wait(patience)); // and no model was opened
    QCOMPARE(finished.front().front().toStringList().size(), 4);
    QVERIFY(!screenshots.isComplete());
}

QTEST_MAIN(TstMainWindow)
#include "tst_mainwindow.moc"
